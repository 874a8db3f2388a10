// The history: three sites that write without having always seen each other's, and at the end what
// only some can read.
#include <span>

#include "tests/support/sync_vectors.h"

namespace sightline::storage::sync {
namespace {

namespace json = boost::json;
using model::ConsentAnswer;

constexpr std::size_t kWriters = 3;
const Pseudonym kOne = Pseudonym::from_value(0xd0551e0000000001);
const Pseudonym kOther = Pseudonym::from_value(0xd0551e0000000002);
const std::string kPerson = "persons/00000000000000a1";

Change set(std::string path, json::value value) {
    return {Change::Kind::Set, std::move(path), std::move(value)};
}
Change remove(std::string path) { return {Change::Kind::Remove, std::move(path)}; }
Change answer(std::string path, ConsentAnswer answer) {
    return {Change::Kind::Consent, std::move(path), json::object{{"mode", "touch"}}, answer};
}

std::vector<signature::PublicKey> sealing_keys(std::span<const VectorSite> sites,
                                               const signature::PublicKey& recovery,
                                               std::size_t count) {
    std::vector<signature::PublicKey> keys{recovery};
    for (std::size_t i = 0; i < count; ++i) keys.push_back(sites[i].sealing.public_key());
    return keys;
}

}  // namespace

VectorWriter::Seals::Seals(const VectorWriter& of, std::size_t site)
    : all_(of.sites_[site].sealing,
           sealing_keys(of.sites_, of.recovery_.public_key(), kVectorSites)),
      fewer_(of.sites_[site].sealing,
             sealing_keys(of.sites_, of.recovery_.public_key(), kWriters)) {}

base::Result<std::string> VectorWriter::Seals::seal(std::string_view text) const {
    return without_reader ? fewer_.seal(text) : all_.seal(text);
}
base::Result<base::Secret> VectorWriter::Seals::open(std::string_view sealed) const {
    return all_.open(sealed);
}

VectorWriter::VectorWriter() {
    known_.emplace(circle(1), hub_.public_key());
    signers_.reserve(kVectorSites);  // they are referred to
    for (const VectorSite& site : sites_) signers_.emplace_back(site.signing);
    for (std::size_t i = 0; i < kVectorSites; ++i) {
        seals_.push_back(std::make_unique<Seals>(*this, i));
        replicas_.push_back(
            std::make_unique<Replica>(ChainId{sites_[i].id, 1}, signers_[i], *seals_[i], *known_));
        caught_up_.push_back(0);
    }
    write_history();
    write_strange_ops();
}

CircleList VectorWriter::circle(std::uint64_t number) const {
    CircleList list{root_.public_key().thumbprint(), number, recovery_.public_key(), {}};
    for (const VectorSite& site : sites_) list.sites.push_back(site.listed());
    return list;
}

void VectorWriter::catch_up(std::size_t site) {
    for (; caught_up_[site] < made_.size(); ++caught_up_[site]) {
        const Made& made = made_[caught_up_[site]];
        if (made.site != site) replica(site).apply(replica(site).judge(made.text).value());
    }
}

void VectorWriter::write(std::size_t site, Pseudonym dossier, std::vector<Change> changes) {
    now_ms_ += 61'000;
    const OpContent content{sites_[site].name, now_ms_, std::move(changes)};
    const Arrival arrival = replica(site).make(dossier, content).value();
    replica(site).apply(arrival);
    made_.push_back({arrival.op.text(), site});
}

void VectorWriter::write_history() {
    const std::string consent = "consents/00000000000000a1/recording";
    write(0, kOne,
          {set("case/number", "123-45C67890"), set(kPerson, true),
           set(kPerson + "/given_names", "Applicant A"), set(kPerson + "/relation", "self"),
           set("case/size", 1), answer(consent, ConsentAnswer::Given)});
    catch_up(1);
    catch_up(2);
    // The same value twice is no conflict; two values are.
    write(1, kOne, {set("need/priority", "urgent"), set(kPerson + "/birth_date", "1984")});
    write(2, kOne, {set("need/priority", "urgent"), set(kPerson + "/birth_date", "1985-06")});
    // A removal against an edit that its author had not seen; a withdrawal against a renewed grant.
    write(1, kOne, {remove(kPerson), answer(consent, ConsentAnswer::Given)});
    write(2, kOne,
          {set(kPerson + "/given_names", "Applicant A, also B"),
           answer(consent, ConsentAnswer::Withdrawn)});
    // What sorts differently by UTF-16 and by bytes, and what serializers like to escape.
    write(0, kOther,
          {set("case/number", "123-45-67891"),
           set("notes/0a/text", "a\x7f\x01\"\\/\n\xE2\x80\xA8 \xF0\x9F\x98\x80"),
           set("other/value", json::object{{"\xF0\x9F\x98\x80", 1},
                                           {"\xEE\x80\x80", json::array{-2, nullptr, true, "x"}},
                                           {"10", json::object{}},
                                           {"9", std::int64_t{1} << 53},
                                           {"__proto__", "kept"}})});
    catch_up(0);
    write(0, kOne, {answer(consent, ConsentAnswer::Given)});  // in sight of the withdrawal
    catch_up(1);
    write(1, kOne, {set(kPerson + "/birth_date", "1984-06-11")});  // settles
    const std::array<std::string, 6> paths = {"need/priority", "case/remarks", kPerson + "/phone",
                                              kPerson,         "case",         kPerson + "/gender"};
    for (int i = 0; i < 40; ++i) {
        const std::size_t site = random_() % kWriters;
        const Pseudonym dossier = random_() % 4 == 0 ? kOther : kOne;
        const std::string& path = paths.at(random_() % paths.size());
        const std::string value = "value " + std::to_string(random_() % 4);
        const bool removes = random_() % 5 == 0;
        if (random_() % 3 == 0) catch_up(site);
        if (random_() % 4 == 0) {
            const auto which = static_cast<ConsentAnswer>(random_() % 3);
            write(site, dossier,
                  {answer("consents/00000000000000a1/" + std::string(i % 2 ? "copy" : "recording"),
                          which),
                   set("log/" + std::to_string(i), i)});
        } else if (removes) {
            write(site, dossier, {remove(path)});
        } else {
            write(site, dossier, {set(path, json::string(value))});
        }
    }
    // A conflict that no chance settles.
    catch_up(0);
    catch_up(1);
    catch_up(2);
    write(0, kOne, {set("claim/fled", "2019"), answer(consent, ConsentAnswer::Given)});
    write(1, kOne, {set("claim/fled", "2020"), answer(consent, ConsentAnswer::Refused)});
    write(2, kOther, {set("claim/fled", "2021"), answer(consent, ConsentAnswer::Given)});
}

Op VectorWriter::crafted(std::size_t site, const Envelope& place, std::string_view content) const {
    return Op::sign(place, seals_[site]->seal(content).value(), signers_[site]).value();
}

void VectorWriter::write_strange_ops() {
    seals_[0]->without_reader = true;
    write(0, kOne, {set("case/remarks", "not for headquarters")});
    seals_[0]->without_reader = false;
    // A newer schema, and another one's sealed part: signed and in order, and read by nobody.
    const OpContent said{"Officer 2", now_ms_, {set("case/remarks", "from elsewhere")}};
    ChainHead head = replica(2).head();
    Envelope place{{sites_[2].id, 1},
                   head.seq + 1,
                   head.hash,
                   kOther,
                   replica(2).dossier(kOther)->heads(),
                   {}};
    std::string newer = text_of(said, place);
    newer.replace(newer.find("\"schema\":1"), 10, "\"schema\":2");
    const Op of_newer_schema = crafted(2, place, newer);
    made_.push_back({of_newer_schema.text(), 2});
    Envelope after = place;
    after.seq += 1;
    after.previous = of_newer_schema.hash();
    after.parents = {of_newer_schema.hash()};
    made_.push_back({crafted(2, after, text_of(said, place)).text(), 2});
}

}  // namespace sightline::storage::sync

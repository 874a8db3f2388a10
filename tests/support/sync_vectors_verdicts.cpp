// What the reader must make of it: states, digests, verdicts, and what it must refuse.
#include "appliance/base/check.h"
#include "storage/sync/json_members.h"
#include "tests/support/sync_vectors.h"

namespace sightline::storage::sync {
namespace {

namespace json = boost::json;

json::object said(const Saying& by) {
    return {{"op", text_of(by.op)},
            {"site", by.chain.site.text()},
            {"author", by.author},
            {"at", by.at_ms}};
}

// A result's error code, or null.
template <class T>
json::value code_of(const base::Result<T>& result) {
    return result ? json::value(nullptr) : json::value(base::name_of(result.error().code));
}

json::value json_of(const std::optional<Fork>& fork) {
    if (!fork) return nullptr;
    return json::object{{"site", fork->chain.site.text()},
                        {"incarnation", fork->chain.incarnation},
                        {"seq", fork->seq},
                        {"had", text_of(fork->had)},
                        {"offered", text_of(fork->offered)}};
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

json::value json_of(const DossierState& state) {
    json::array fields, consents, unreadable;
    for (const auto& [path, field] : state.fields) {
        json::array entries;
        for (const FieldEntry& entry : field.entries) {
            json::object each = said(entry.by);
            if (entry.value) each["value"] = *entry.value;
            entries.push_back(std::move(each));
        }
        json::object each{
            {"path", path}, {"conflict", field.in_conflict()}, {"entries", std::move(entries)}};
        if (const json::value* value = field.value()) each["value"] = *value;
        fields.push_back(std::move(each));
    }
    for (const auto& [path, consent] : state.consents) {
        json::array entries;
        for (const ConsentEntry& entry : consent.entries) {
            json::object each = said(entry.by);
            each["answer"] = model::name_of(entry.answer);
            each["record"] = entry.record;
            entries.push_back(std::move(each));
        }
        consents.push_back(json::object{
            {"path", path}, {"in_force", consent.in_force()}, {"entries", std::move(entries)}});
    }
    for (const OpHash& op : state.unreadable) unreadable.emplace_back(text_of(op));
    return json::object{{"fields", std::move(fields)},
                        {"consents", std::move(consents)},
                        {"unreadable", std::move(unreadable)}};
}

json::array json_of(const std::map<Pseudonym, DossierHistory>& dossiers) {
    json::array all;
    for (const auto& [name, history] : dossiers) {
        const DossierState state = history.state();
        json::array heads, waiting;
        for (const OpHash& head : history.heads()) heads.emplace_back(text_of(head));
        for (const WaitingOp& op : history.waiting()) {
            json::array missing;
            for (const OpHash& each : op.missing) missing.emplace_back(text_of(each));
            waiting.push_back(
                json::object{{"op", text_of(op.op)}, {"missing", std::move(missing)}});
        }
        all.push_back(json::object{{"dossier", name.text()},
                                   {"digest", text_of(state.digest())},
                                   {"heads", std::move(heads)},
                                   {"waiting", std::move(waiting)},
                                   {"state", json_of(state)}});
    }
    return all;
}

Replica VectorWriter::reader() const {
    return {{sites_[3].id, 1}, signers_[3], *seals_[3], *known_};
}

json::array VectorWriter::circles() const {
    json::array all;
    Circle circle(root_.public_key());
    const auto offer = [&](const char* what, const std::string& jws) {
        all.push_back(
            json::object{{"what", what}, {"jws", jws}, {"refused", code_of(circle.take(jws))}});
    };
    const auto signed_as = [&](const json::value& payload, const signature::DeviceKey& key,
                               std::string_view purpose) {
        return key.sign(json::serialize(payload), purpose);
    };
    CircleList list = this->circle(1);
    const std::string first = list.issue(root_).value();
    offer("the first", first);
    list = this->circle(2);
    list.sites.pop_back();
    offer("lacks a site", list.issue(root_).value());
    list = this->circle(2);
    list.sites[1].removed = true;
    const std::string second = list.issue(root_).value();
    offer("the second takes one out", second);
    offer("the second again", list.issue(root_).value());
    offer("an older one", first);
    list.sites[0].name = "Kiosk 2";
    offer("another one of the same number", list.issue(root_).value());
    list.number = 3;
    list.sites[1].removed = false;
    offer("puts one back", list.issue(root_).value());
    list.sites[1].removed = true;
    list.sites[2].signing = hub_.public_key();
    offer("changes a key", list.issue(root_).value());
    list = this->circle(3);
    list.sites[1].removed = true;
    const std::string third = list.issue(root_).value();
    const std::string payload = root_.public_key().verify(third, kCirclePurpose).value();
    const json::value parsed = json::parse(payload);
    offer("of another root", signed_as(parsed, hub_, kCirclePurpose));
    offer("for another purpose", signed_as(parsed, root_, kOpPurpose));
    json::value other = parsed;
    other.at("delegation") = hub_.public_key().thumbprint();
    offer("another delegation's", signed_as(other, root_, kCirclePurpose));
    other = parsed;
    other.at("number") = 0;
    offer("without a number", signed_as(other, root_, kCirclePurpose));
    other = parsed;
    other.at("sites").at(0).at("sealing") = other.at("sites").at(0).at("signing");
    offer("a key twice", signed_as(other, root_, kCirclePurpose));
    other = parsed;
    other.at("sites").at(0).as_object()["removed"] = false;
    offer("removed, and is not", signed_as(other, root_, kCirclePurpose));
    other = parsed;
    other.at("sites").at(0).at("name") = "two\nlines";
    offer("a name of two lines", signed_as(other, root_, kCirclePurpose));
    other = parsed;
    other.at("sites").at(0).at("signing").at("x") = "AAAA";
    offer("a key that is none", signed_as(other, root_, kCirclePurpose));
    other = parsed;
    other.as_object()["more"] = 1;
    offer("a member more", signed_as(other, root_, kCirclePurpose));
    offer("the third", third);
    return all;
}

json::array VectorWriter::receipts() const {
    json::array all;
    const Replica& writer = *replicas_[0];
    std::vector<Op> own;
    for (const Made& made : made_) {
        if (made.site == 0) own.push_back(Op::parse(made.text, *known_).value());
    }
    const auto offer = [&](const char* what, const std::string& jws) {
        const auto said = writer.judge_receipt(jws);
        all.push_back(json::object{{"what", what},
                                   {"jws", jws},
                                   {"refused", code_of(said)},
                                   {"fork", json_of(said ? said->fork : std::nullopt)}});
    };
    const DeviceSigner hub(hub_);
    const ChainId chain{sites_[0].id, 1};
    offer("of the third op", Receipt{chain, 3, own[2].hash(), 7}.sign(hub));
    offer("of an op of another past", Receipt{chain, 2, own[2].hash(), 8}.sign(hub));
    offer("of an op that is not here", Receipt{chain, 900, own[2].hash(), 9}.sign(hub));
    offer("of no number", Receipt{chain, 0, own[2].hash(), 9}.sign(hub));
    offer("of no position", Receipt{chain, 3, own[2].hash(), 0}.sign(hub));
    offer("another site's", Receipt{{sites_[1].id, 1}, 3, own[2].hash(), 9}.sign(hub));
    offer("signed by a site", Receipt{chain, 3, own[2].hash(), 7}.sign(signers_[0]));
    return all;
}

json::array VectorWriter::refused() const {
    json::array all;
    const Op op = Op::parse(made_.front().text, *known_).value();
    const auto offer = [&](const char* what, const std::string& text) {
        const auto read = Op::parse(text, *known_);
        CHECK(!read);
        all.push_back(json::object{{"what", what}, {"text", text}, {"refused", code_of(read)}});
    };
    const std::string sealed(op.sealed());
    const std::string jws = op.text().substr(0, op.text().find('\n'));
    const std::string payload = text_of(op.envelope());
    const auto resigned = [&](const std::string& envelope) {
        return sites_[0].signing.sign(envelope, kOpPurpose) + "\n" + sealed;
    };
    offer("no sealed part", jws);
    offer("an empty sealed part", jws + "\n");
    offer("a third line", op.text() + "\n");
    offer("another sealed part", jws + "\n" + sealed.substr(1));
    offer("a carriage return", jws + "\r\n" + sealed);
    offer("another purpose", sites_[0].signing.sign(payload, "sightline-receipt") + "\n" + sealed);
    offer("another site's signature", sites_[1].signing.sign(payload, kOpPurpose) + "\n" + sealed);
    offer("a space in the envelope", resigned(replaced(payload, "{", "{ ")));
    offer("a member more", resigned(replaced(payload, "\"seq\"", "\"more\":1,\"seq\"")));
    offer("a number as a fraction", resigned(replaced(payload, "\"seq\":1", "\"seq\":1.0")));
    offer("a leading zero", resigned(replaced(payload, "\"seq\":1", "\"seq\":01")));
    offer("number zero", resigned(replaced(payload, "\"seq\":1", "\"seq\":0")));
    offer("a member twice", resigned(replaced(payload, "\"seq\":1", "\"seq\":1,\"seq\":1")));
    offer("number two without a past", resigned(replaced(payload, "\"seq\":1", "\"seq\":2")));
    offer("incarnation zero",
          resigned(replaced(payload, "\"incarnation\":1", "\"incarnation\":0")));
    offer("too large a number",
          resigned(replaced(payload, "\"incarnation\":1", "\"incarnation\":9007199254740993")));
    const std::string id = sites_[0].id.text();
    offer("capital digits", resigned(replaced(payload, id, "51A0000000000001")));
    offer("a site that nobody knows", resigned(replaced(payload, id, "51a00000000000ff")));
    offer("no site", resigned(replaced(payload, id, "0000000000000000")));
    offer("no dossier",
          resigned(replaced(payload, op.envelope().dossier.text(), "0000000000000000")));
    Envelope wide = op.envelope();
    wide.parents = {OpHash{2}, OpHash{1}};
    offer("parents out of order", resigned(text_of(wide)));
    wide.parents = {OpHash{1}, OpHash{1}};
    offer("a parent twice", resigned(text_of(wide)));
    wide.parents.clear();
    for (std::uint8_t i = 0; i < 65; ++i) wide.parents.push_back(OpHash{i});
    offer("65 parents", resigned(text_of(wide)));
    std::string loose = text_of(op.envelope().sealed);
    loose.back() = loose.back() == 'A' ? 'B' : static_cast<char>(loose.back() + 1);
    offer("a hash in another spelling",
          resigned(replaced(payload, text_of(op.envelope().sealed), loose)));
    offer("no JSON", resigned("envelope"));
    offer("no JWS", "sightline\n" + sealed);
    return all;
}

json::array VectorWriter::contents() const {
    const Op op = Op::parse(made_.front().text, *known_).value();
    const auto text = [&](const std::string& changes) {
        return replaced(text_of(OpContent{"officer 1", 7, {}}, op.envelope()), "[]", changes);
    };
    const std::string one = text(R"([{"set":"a/b","value":1}])");
    const auto value = [&](const std::string& of) {
        return text(R"([{"set":"a/b","value":)" + of + "}]");
    };
    const std::string long_path(200, 'p');
    const auto nested = [](int depth, const std::string& inner) {
        return std::string(static_cast<std::size_t>(depth), '[') + inner +
               std::string(static_cast<std::size_t>(depth), ']');
    };
    const std::string key(43, 'A');
    const auto attached = [&](const std::string& of) {
        return text(R"([{"set":"attachments/1","value":)" + of + "}]");
    };
    json::array all;
    for (const std::string& each :
         {one,
          " " + one + "\n",
          "x" + one,
          text("[]"),
          text(R"([{"set":"a","value":1},1])"),
          text(R"([{"set":"a","value":1,"more":1}])"),
          text(R"([{"set":"a"}])"),
          text(R"([{"remove":"a"}])"),
          text(R"([{"remove":"a","value":1}])"),
          text(R"([{"consent":"a","answer":"given","record":{}}])"),
          text(R"([{"consent":"a","answer":"maybe","record":{}}])"),
          text(R"([{"set":"a","value":1},{"consent":"a","answer":"given","record":null}])"),
          text(R"([{"set":"a","value":1},{"set":"a","value":1}])"),
          text(R"([{"set":"a","value":1},{"remove":"a"}])"),
          text(R"([{"set":"a/b","value":1},{"remove":"a"}])"),
          text(R"([{"set":"a-b","value":1},{"set":"ab","value":1},{"remove":"a"}])"),
          text(R"([{"set":"","value":1}])"),
          text(R"([{"set":"/a","value":1}])"),
          text(R"([{"set":"a/","value":1}])"),
          text(R"([{"set":"a//b","value":1}])"),
          text(R"([{"set":"a b","value":1}])"),
          text(R"([{"set":"é","value":1}])"),
          text(R"([{"set":"1/2/3/4/5/6/7/8","value":1}])"),
          text(R"([{"set":"1/2/3/4/5/6/7/8/9","value":1}])"),
          text(R"([{"set":")" + long_path + R"(","value":1}])"),
          text(R"([{"set":"p)" + long_path + R"(","value":1}])"),
          value("1.0"),
          value("1e2"),
          value("-0"),
          value("[0,-1]"),
          value("9007199254740992"),
          value("9007199254740993"),
          value("-9007199254740992"),
          value("-9007199254740993"),
          value("18446744073709551615"),
          value("99999999999999999999999"),
          value("null"),
          value("01"),
          value("+1"),
          value("\"\\ud800\""),
          value("\"\\ud83d\\ude00\""),
          value("\"\\udc00\""),
          value("\"\\u0000\""),
          value("\"\t\""),
          value("\"\xff\""),
          value("\"\\/\\x\""),
          value("{\"a\":1,\"a\":2}"),
          value("{\"a\":1,}"),
          value("{\"a\":0.5,\"a\":2}"),
          value(nested(7, "1")),
          value(nested(8, "1")),
          value(nested(8, "")),
          value(nested(9, "")),
          value("\"" + std::string(65'534, 'v') + "\""),
          value("\"" + std::string(65'535, 'v') + "\""),
          value("\"" + std::string(65'528, '\x7f') + R"(\u0001")"),
          value("\"" + std::string(65'529, '\x7f') + R"(\u0001")"),
          replaced(one, "\"schema\":1", "\"schema\":2"),
          replaced(one, "\"schema\":1,", ""),
          replaced(one, "\"seq\":1", "\"seq\":2"),
          replaced(one, "\"seq\":1", "\"seq\":1,\"m\":1"),
          replaced(one, "\"at\":7", "\"at\":-7"),
          replaced(one, "\"at\":7", "\"at\":7.0"),
          replaced(one, "\"at\":7,", ""),
          replaced(one, "officer 1", ""),
          replaced(one, "officer 1", "a\\nb"),
          replaced(one, "officer 1", std::string(120, 'o')),
          replaced(one, "officer 1", std::string(121, 'o')),
          replaced(one, op.envelope().dossier.text(), "00000000000000d1"),
          attached(R"({"name":"a.pdf","bytes":3,"key":")" + key + R"(","chunks":[")" + key +
                   R"("]})"),
          attached(R"({"name":"a.pdf","bytes":3,"key":")" + key + R"(","chunks":["x"]})"),
          attached(R"({"name":"a.pdf","bytes":3,"key":"x","chunks":[]})"),
          attached(R"({"name":"","bytes":3,"key":")" + key + R"(","chunks":[]})"),
          attached("true")}) {
        const auto read = parse_content(each, op.envelope());
        // As base64url, because some of it is no text.
        all.push_back(json::object{{"bytes", base::to_base64url(base::as_bytes(each))},
                                   {"refused", code_of(read)}});
    }
    return all;
}

json::array VectorWriter::judgements() const {
    json::array all;
    Replica reader = this->reader();
    for (const Made& made : made_) reader.apply(reader.judge(made.text).value());
    const auto offer = [&](const char* what, const std::string& text) {
        const auto arrival = reader.judge(text);
        json::object each{{"what", what}, {"text", text}, {"refused", code_of(arrival)}};
        if (arrival) {
            each["verdict"] = name_of(arrival->judgement.verdict);
            each["expected"] = arrival->judgement.expected;
            each["fork"] = json_of(arrival->judgement.fork);
            each["old_incarnation"] = arrival->judgement.old_incarnation;
            if (arrival->judgement.verdict == Verdict::Next) reader.apply(*arrival);
            if (arrival->judgement.verdict == Verdict::Fork) {
                reader.close(*arrival->judgement.fork);
            }
        }
        all.push_back(std::move(each));
    };
    const OpContent said{"Officer 1", now_ms_, {{Change::Kind::Set, "case/remarks", "new"}}};
    const auto op_at = [&](std::size_t site, std::uint64_t incarnation, std::uint64_t seq,
                           const OpHash& previous) {
        const Envelope place{{sites_[site].id, incarnation}, seq, previous,
                             Pseudonym::from_value(0xd3),    {},  {}};
        return crafted(site, place, text_of(said, place));
    };
    offer("one that is here", made_.front().text);
    const Op again = op_at(1, 2, 1, {});
    offer("a new incarnation", again.text());
    const ChainHead head = replicas_[1]->head();
    offer("a gap", op_at(1, 1, head.seq + 2, head.hash).text());
    offer("of the incarnation before", op_at(1, 1, head.seq + 1, head.hash).text());
    offer("another second op", op_at(1, 1, 2, head.hash).text());
    offer("after the fork", op_at(1, 2, 2, again.hash()).text());
    offer("what was taken before it", again.text());
    const ChainHead third = replicas_[2]->head();
    offer("the next number with another past", op_at(2, 1, third.seq + 3, third.hash).text());
    offer("of its own, and unknown", op_at(3, 1, 1, {}).text());
    offer("when it was stopped", made_.front().text);
    return all;
}

// One site's ops have not come yet: what follows them waits.
json::object VectorWriter::without_first() const {
    Replica reader = this->reader();
    for (const Made& made : made_) {
        if (made.site != 0) reader.apply(reader.judge(made.text).value());
    }
    return {{"site", sites_[0].id.text()}, {"dossiers", json_of(reader.dossiers())}};
}

json::object VectorWriter::vectors() const {
    json::array sites, ops;
    for (const VectorSite& site : sites_) {
        sites.push_back(json::object{{"site", site.id.text()},
                                     {"name", site.name},
                                     {"signing", json::parse(kVectorKeys.at(site.key_at))},
                                     {"sealing", json::parse(kVectorKeys.at(site.key_at + 1))}});
    }
    Replica reader = this->reader();
    for (const Made& made : made_) {
        const Arrival arrival = reader.judge(made.text).value();
        reader.apply(arrival);
        ops.push_back(json::object{{"text", made.text},
                                   {"hash", text_of(arrival.op.hash())},
                                   {"readable", arrival.content.has_value()}});
    }
    return {{"about", "Printed by tests/support/sync_vectors.cpp. The keys protect nothing."},
            {"root", json::parse(kVectorKeys.at(0))},
            {"hub", json::parse(kVectorKeys.at(1))},
            {"recovery", json::parse(kVectorKeys.at(2))},
            {"sites", std::move(sites)},
            {"reader", sites_[3].id.text()},
            {"circles", circles()},
            {"ops", std::move(ops)},
            {"dossiers", json_of(reader.dossiers())},
            {"without", without_first()},
            {"receipts", receipts()},
            {"refused", refused()},
            {"contents", contents()},
            {"judgements", judgements()}};
}

}  // namespace sightline::storage::sync

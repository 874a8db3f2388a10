// The verbs about registration forms and circles; the rules stand in dossier_sync_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "appliance/base/hex.h"
#include "appliance/kiosk/attachment_desk.h"
#include "appliance/kiosk/control_requests.h"
#include "session/dossier/json_form.h"
#include "tests/support/consent_texts.h"
#include "tests/support/dossier_sites.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using model::Role;
using testing::HasSubstr;
using testing::SizeIs;

class DossierRequestsTest : public testing::Test {
  protected:
    DossierRequestsTest() {
        texts_.write_usual();
        library_ = texts_.load().value();
        staff_.load(now());
        authority_.emplace(interviews_, library_, Site{"http://localhost", "http://localhost", ""},
                           trust_);
        EXPECT_TRUE(staff_.add("lena", Role::Supervisor, pin(), tests::staff(0)));
        EXPECT_TRUE(staff_.add("omar", Role::Staff, pin(), tests::staff(0)));
        EXPECT_TRUE(staff_.add("olga", Role::Operator, pin(), tests::staff(0)));
    }
    static Now now() { return {base::Instant(std::chrono::seconds(1000)), tests::moment(100)}; }
    static base::Secret pin() { return base::Secret(std::string_view("135790")); }
    json::object ask(const std::string& name, json::object request) {
        Desk desk{*authority_, staff_, library_};
        desk.dossiers = &*site_.desk;
        desk.attachments = &attachments_;
        request["as"] = staff_.sign_in(name, pin(), now()).value();
        return json::parse(answer_request(json::serialize(request), desk, now())).as_object();
    }
    static std::string refusal(const json::object& reply) {
        return reply.at("ok").as_bool() ? "none" : std::string(reply.at("error").as_string());
    }
    std::string imported() {
        const auto read = dossier::read_csv(
            "case_number,individual_number,family_name,relation,phone\n"
            "100-24C00001,100-00000001,Applicant A,self,555 1\n"
            "100-24C00001,100-00000002,Applicant B,spouse,555 2\n");
        const auto reply =
            ask("omar", {{"do", "dossier.import"},
                         {"form", json::serialize(dossier::json_of(read->cases.front().form))},
                         {"ids", "local"},
                         {"rows", 2}});
        EXPECT_EQ(refusal(reply), "none");
        return std::string(reply.at("dossier").as_string());
    }

    tests::DossierCircle circle_;
    tests::DossierSite& site_ = circle_.a;
    AttachmentDesk attachments_{*site_.store, *site_.desk};
    tests::ConsentTexts texts_;
    consent::TextLibrary library_;
    storage::InterviewRepository interviews_{*site_.store};
    storage::StaffRepository staff_repository_{*site_.store};
    StaffDesk staff_{staff_repository_, tests::kCheapPin};
    LinksAlone trust_;
    std::optional<SessionAuthority> authority_;
};

TEST_F(DossierRequestsTest, ImportsEditsShowsAndHandsOut) {
    const std::string id = imported();
    EXPECT_EQ(ask("omar", {{"do", "dossier.list"}}).at("dossiers").as_array().size(), 1u);
    // A year of birth looks like a number, and a size is one.
    for (const auto& [path, value] : {std::pair{"case/registered", "2024"},
                                      {"case/size", "2"},
                                      {"claim/grounds", R"(["religion"])"}}) {
        EXPECT_EQ(refusal(ask(
                      "omar",
                      {{"do", "dossier.edit"}, {"dossier", id}, {"path", path}, {"value", value}})),
                  "none")
            << path;
    }
    EXPECT_EQ(
        refusal(ask("omar", {{"do", "dossier.edit"}, {"dossier", id}, {"path", "claim/grounds"}})),
        "none");
    EXPECT_THAT(
        refusal(ask("omar", {{"do", "dossier.edit"}, {"dossier", id}, {"path", "case/number"}})),
        HasSubstr("case/number"));
    const auto shown = ask("omar", {{"do", "dossier.show"}, {"dossier", id}});
    const auto& form = shown.at("form").as_object();
    EXPECT_EQ(form.at("case").as_object().at("registered").as_string(), "2024");
    EXPECT_EQ(form.at("case").as_object().at("size").to_number<int>(), 2);
    EXPECT_FALSE(form.contains("claim"));
    const auto handed = ask("lena", {{"do", "dossier.export"}, {"dossier", id}});
    EXPECT_THAT(dossier::read_json(std::string(handed.at("form").as_string()))->dossiers,
                SizeIs(1));
}

TEST_F(DossierRequestsTest, OneMemberOfACaseIsNotShownTheOthers) {
    const auto id = imported();
    const auto reader = site_.person(*base::DossierId::parse(id));
    const auto shown =
        ask("omar", {{"do", "dossier.show"}, {"dossier", id}, {"for", reader.text()}});
    const std::string text = json::serialize(shown);
    EXPECT_THAT(text, HasSubstr("555 1"));
    EXPECT_THAT(text, testing::Not(HasSubstr("555 2")));
    EXPECT_FALSE(shown.contains("circles"));
}

TEST_F(DossierRequestsTest, OnlyASupervisorReleasesAndHandsOut) {
    const std::string id = imported();
    json::object release{
        {"do", "dossier.release"}, {"dossier", id}, {"state", "NLD"}, {"agreement", "TA-2026-1"}};
    EXPECT_THAT(refusal(ask("omar", release)), HasSubstr("release-dossier"));
    EXPECT_THAT(refusal(ask("omar", {{"do", "dossier.export"}, {"dossier", id}})),
                HasSubstr("release-dossier"));
    EXPECT_THAT(refusal(ask("olga", {{"do", "dossier.show"}, {"dossier", id}})),
                HasSubstr("open-dossier"));
    EXPECT_THAT(refusal(ask("lena", release)), HasSubstr("not in force"));
    site_.answer(*base::DossierId::parse(id), model::ConsentAnswer::Given, 5);
    EXPECT_EQ(refusal(ask("lena", release)), "none");
    const auto status = ask("olga", {{"do", "sync.status"}});
    const auto& circle = status.at("circles").as_array().at(0).as_object();
    EXPECT_EQ(circle.at("to_send").to_number<int>(), 1);
    EXPECT_EQ(circle.at("state").as_string(), "NLD");
    EXPECT_TRUE(circle.at("last_success").is_null());
}

TEST_F(DossierRequestsTest, AConflictIsSettledByItsNumber) {
    const std::string id = imported();
    const auto dossier = *base::DossierId::parse(id);
    site_.answer(dossier, model::ConsentAnswer::Given, 5);
    const auto pseudonym =
        site_.desk->release(dossier, "NLD", "TA-2026-1", tests::staff(6)).value();
    circle_.exchange();
    ASSERT_TRUE(site_.set(dossier, "case/office", "Office 1"));
    ASSERT_TRUE(circle_.b.set(circle_.at(circle_.b, pseudonym), "case/office", "Office 2"));
    circle_.exchange();
    const auto shown = ask("omar", {{"do", "dossier.conflicts"}, {"dossier", id}});
    const auto& values = shown.at("conflicts").as_array().at(0).as_object().at("values").as_array();
    ASSERT_THAT(values, SizeIs(2));
    json::object settle{{"do", "dossier.settle"}, {"dossier", id}, {"path", "case/office"}};
    settle["pick"] = 3;
    EXPECT_THAT(refusal(ask("omar", settle)), HasSubstr("dossier conflicts"));
    settle["pick"] = 2;
    EXPECT_EQ(refusal(ask("omar", settle)), "none");
    EXPECT_EQ(site_.fields(dossier).at("case/office"), values.at(1).as_object().at("value"));
    EXPECT_EQ(ask("omar", {{"do", "dossier.conflicts"}, {"dossier", id}})
                  .at("conflicts")
                  .as_array()
                  .size(),
              0u);
}

TEST_F(DossierRequestsTest, TheOfficesDecisionIsShownAndIsNoFieldOfTheForm) {
    const std::string id = imported();
    const auto dossier = *base::DossierId::parse(id);
    site_.answer(dossier, model::ConsentAnswer::Given, 5);
    const auto pseudonym =
        site_.desk->release(dossier, "NLD", "TA-2026-1", tests::staff(6)).value();
    circle_.exchange();
    const auto there = circle_.at(circle_.b, pseudonym);
    auto& office = circle_.b.sync();
    using Change = storage::sync::Change;
    const auto op = office.make(pseudonym,
                                {{Change::Kind::Set, "decision/outcome", "accepted"},
                                 {Change::Kind::Set, "decision/by", "Officer 1"}},
                                tests::staff(9));
    circle_.b.store->write(
        [&](storage::Transaction& transaction) { office.store(transaction, *op, there); });
    office.apply(*op, there);
    circle_.exchange();
    const auto shown = ask("omar", {{"do", "dossier.show"}, {"dossier", id}});
    const auto& part = shown.at("circles").as_array().at(0).as_object().at("office").as_array();
    ASSERT_THAT(part, SizeIs(2));
    EXPECT_EQ(part.at(1).as_object().at("path").as_string(), "decision/outcome");
    EXPECT_THAT(json::serialize(part), HasSubstr("accepted"));
    EXPECT_THAT(refusal(ask("omar", {{"do", "dossier.edit"},
                                     {"dossier", id},
                                     {"path", "decision/outcome"},
                                     {"value", "refused"}})),
                HasSubstr("no field of the form"));
}

TEST_F(DossierRequestsTest, TheKioskShowsWhatADelegationPutsIntoItsCircle) {
    const auto shown = ask("olga", {{"do", "circle.keys"}});
    const auto& keys = shown.at("keys").as_object();
    EXPECT_EQ(signature::PublicKey::parse(json::serialize(keys.at("signing"))).value(),
              site_.signing.public_key());
    EXPECT_THAT(refusal(ask("omar", {{"do", "circle.take"},
                                     {"root", circle_.root.public_key().jwk()},
                                     {"circle", circle_.list.issue(circle_.root).value()},
                                     {"state", "NLD"}})),
                HasSubstr("serve-delegation"));
    EXPECT_EQ(refusal(ask("lena", {{"do", "circle.take"},
                                   {"root", circle_.root.public_key().jwk()},
                                   {"circle", circle_.list.issue(circle_.root).value()},
                                   {"state", "NLD"}})),
              "none")
        << "the same list once more";
}

TEST_F(DossierRequestsTest, ADocumentIsAttachedListedHandedOutAndDetached) {
    const std::string id = imported();
    const std::string text = "A letter of the test.";
    const auto piece = ask("omar", {{"do", "attachment.piece"},
                                    {"dossier", id},
                                    {"data", base::to_base64url(base::as_bytes(text))}});
    ASSERT_EQ(refusal(piece), "none");
    json::object attach{{"do", "attachment.attach"},
                        {"upload", piece.at("upload")},
                        {"name", "letter.txt"},
                        {"type", "text/plain"}};
    const auto attached = ask("omar", attach);
    ASSERT_EQ(refusal(attached), "none");
    EXPECT_THAT(refusal(ask("omar", attach)), HasSubstr("attach it anew"));
    const auto listed = ask("omar", {{"do", "attachment.list"}, {"dossier", id}});
    const auto& one = listed.at("attachments").as_array().at(0).as_object();
    EXPECT_EQ(one.at("type").as_string(), "text/plain");
    // What leaves the store is for a supervisor to hand out, as the form is.
    json::object read{{"do", "attachment.read"},
                      {"dossier", id},
                      {"attachment", attached.at("attachment")},
                      {"piece", 0}};
    EXPECT_THAT(refusal(ask("omar", read)), HasSubstr("release-dossier"));
    EXPECT_EQ(ask("lena", read).at("data"), json::value(base::to_base64url(base::as_bytes(text))));
    read["piece"] = -1;
    EXPECT_THAT(refusal(ask("lena", read)), HasSubstr("piece"));
    EXPECT_THAT(refusal(ask("olga", {{"do", "attachment.list"}, {"dossier", id}})),
                HasSubstr("open-dossier"));
    EXPECT_THAT(
        refusal(ask("omar", {{"do", "attachment.piece"}, {"dossier", id}, {"data", "no base64!"}})),
        HasSubstr("base64url"));
    EXPECT_EQ(refusal(ask("omar", {{"do", "attachment.detach"},
                                   {"dossier", id},
                                   {"attachment", attached.at("attachment")}})),
              "none");
    EXPECT_TRUE(ask("omar", {{"do", "attachment.list"}, {"dossier", id}})
                    .at("attachments")
                    .as_array()
                    .empty());
}

}  // namespace
}  // namespace sightline::kiosk

#include "appliance/kiosk/store_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <map>

#include "appliance/kiosk/control_requests.h"
#include "storage/audit/verify_bundle.h"
#include "tests/support/consent_texts.h"
#include "tests/support/device_keys.h"
#include "tests/support/open_store.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

const Now kStart{base::Instant(std::chrono::seconds(1000)),
                 model::RecordTime(std::chrono::milliseconds(1'700'000'000'000))};

class StoreRequestsTest : public testing::Test {
  protected:
    StoreRequestsTest() {
        texts_.write_usual();
        library_ = texts_.load().value();
        reopen_locked();
    }
    // As after a start: everything is there, and the store is closed.
    void reopen_locked() {
        desk_.reset();
        authority_.reset();
        staff_.reset();
        staff_repository_.reset();
        lock_.reset();
        erasure_.reset();
        interviews_.reset();
        store_.close();
        store_.open_locked();
        interviews_.emplace(*store_);
        staff_repository_.emplace(*store_);
        erasure_.emplace(*store_);
        lock_.emplace(*store_, *erasure_, nullptr);
        staff_.emplace(*staff_repository_, tests::kCheapPin);
        authority_.emplace(*interviews_, library_, Site{"http://localhost", "http://localhost", ""},
                           trust_);
        desk_ = std::make_unique<StoreDesk>(
            StoreDesk{*store_, *lock_, *interviews_, *erasure_, store_.directory(),
                      store_.directory() / "exports", [this](Now now) {
                          ++opened_;
                          staff_->load(now);
                          authority_->resume({tests::kiosk_key(), 1}, now);
                      }});
    }
    json::object ask(json::object request, Now now = kStart) {
        const Desk desk{*authority_, *staff_, library_, desk_.get()};
        return json::parse(answer_request(json::serialize(request), desk, now)).as_object();
    }
    // As the account with that name, which is added on the way.
    json::object ask_as(const std::string& name, json::object request) {
        if (!tokens_.contains(name)) {
            const auto role = name == "dpo" ? "data-protection-officer" : name;
            json::object account{
                {"do", "staff.add"}, {"name", name}, {"role", role}, {"pin", "135790"}};
            if (name != "supervisor") {
                ask_as("supervisor", {{"do", "staff.list"}});  // so that there is one
                account["as"] = tokens_.at("supervisor");
            }
            EXPECT_TRUE(ask(account).at("ok").as_bool());
            tokens_[name] =
                ask({{"do", "sign-in"}, {"name", name}, {"pin", "135790"}}).at("as").as_string();
        }
        request["as"] = tokens_.at(name);
        return ask(std::move(request));
    }
    static std::string refusal(const json::object& reply) {
        return reply.at("ok").as_bool() ? "none" : std::string(reply.at("error").as_string());
    }
    void unlock() { ASSERT_TRUE(ask({{"do", "unlock"}, {"pin", "246810"}}).at("ok").as_bool()); }
    std::string schedule() {
        const auto reply =
            ask_as("supervisor", {{"do", "session.schedule"},
                                  {"title", "Mission"},
                                  {"subjects", json::array{json::object{{"name", "Amina"}}}},
                                  {"delegation", {{"state", "NLD"}, {"basis", "consent"}}}});
        EXPECT_TRUE(reply.at("ok").as_bool()) << json::serialize(reply);
        return std::string(reply.at("session").as_string());
    }
    std::string first_dossier() {
        return std::string(
            ask_as("dpo", {{"do", "dossiers"}}).at("dossiers").at(0).at("id").as_string());
    }

    tests::OpenStore store_;
    tests::ConsentTexts texts_;
    consent::TextLibrary library_;
    std::optional<storage::InterviewRepository> interviews_;
    std::optional<storage::StaffRepository> staff_repository_;
    std::optional<storage::Erasure> erasure_;
    std::optional<StoreLock> lock_;
    std::optional<StaffDesk> staff_;
    LinksAlone trust_;
    std::optional<SessionAuthority> authority_;
    std::unique_ptr<StoreDesk> desk_;
    std::map<std::string, std::string> tokens_;
    int opened_ = 0;
};

TEST_F(StoreRequestsTest, NothingIsHeldWhileTheStoreIsLocked) {
    EXPECT_FALSE(ask({{"do", "status"}}).at("store").at("open").as_bool());
    for (const char* verb : {"session.schedule", "sessions.list", "dossiers", "certificates",
                             "sign-in", "staff.add"}) {
        EXPECT_THAT(refusal(ask({{"do", verb}})), HasSubstr("`sightline unlock`")) << verb;
    }
}

TEST_F(StoreRequestsTest, ThePinOpensItOnceAndAWrongOneIsCounted) {
    EXPECT_THAT(refusal(ask({{"do", "unlock"}, {"pin", "000000"}})), HasSubstr("PIN is wrong"));
    EXPECT_THAT(refusal(ask({{"do", "unlock"}})), HasSubstr("\"pin\""));
    unlock();
    EXPECT_EQ(opened_, 1);
    EXPECT_THAT(refusal(ask({{"do", "unlock"}, {"pin", "246810"}})), HasSubstr("open already"));
    const auto log = store_->openings(storage::kSiteDossier).value();
    ASSERT_GE(log.size(), 3u);
    EXPECT_THAT(log[log.size() - 3].event, HasSubstr("store.unlock_refused"));
    EXPECT_THAT(log[log.size() - 2].event, HasSubstr("store.unlocked"));
    EXPECT_THAT(log.back().event, HasSubstr("open already")) << "a request like any other by then";
}

TEST_F(StoreRequestsTest, WhoeverGuessesThePinWaits) {
    const auto enter = [&](const char* pin, std::chrono::seconds after) {
        return ask({{"do", "unlock"}, {"pin", pin}}, {kStart.instant + after, kStart.wall + after});
    };
    using std::chrono::seconds;
    for (int i = 0; i < 5; ++i) {
        EXPECT_THAT(refusal(enter("000000", seconds(0))), HasSubstr("PIN is wrong"));
    }
    EXPECT_THAT(refusal(enter("246810", seconds(0))), HasSubstr("try again in 30 s"));
    EXPECT_THAT(refusal(enter("246810", seconds(29))), HasSubstr("try again in 1 s"));
    EXPECT_THAT(refusal(enter("000000", seconds(30))), HasSubstr("PIN is wrong"));
    EXPECT_THAT(refusal(enter("246810", seconds(59))), HasSubstr("try again")) << "once more";
    EXPECT_TRUE(enter("246810", seconds(60)).at("ok").as_bool());
    EXPECT_EQ(opened_, 1);
}

TEST_F(StoreRequestsTest, TheSelfTestIsForThoseWhoRunTheKiosk) {
    unlock();
    const auto tested = ask_as("staff", {{"do", "self-test"}});
    ASSERT_TRUE(tested.at("ok").as_bool()) << json::serialize(tested);
    const auto& disk = tested.at("checks").at(0);
    EXPECT_EQ(disk.at("name"), "disk");
    EXPECT_THAT(std::string(disk.at("what").as_string()), HasSubstr(store_.directory().string()));
    EXPECT_EQ(tested.at("checks").at(1).at("name"), "clock");
    EXPECT_EQ(ask({{"do", "self-test"}}).at("code"), "unauthorized");
    EXPECT_EQ(ask_as("dpo", {{"do", "self-test"}}).at("code"), "forbidden");
}

TEST_F(StoreRequestsTest, ANewPinIsTheOnlyOne) {
    unlock();
    EXPECT_THAT(refusal(ask_as("supervisor",
                               {{"do", "pin.change"}, {"pin", "999999"}, {"new_pin", "135790"}})),
                HasSubstr("PIN is wrong"));
    ASSERT_TRUE(
        ask_as("supervisor", {{"do", "pin.change"}, {"pin", "246810"}, {"new_pin", "135790"}})
            .at("ok")
            .as_bool());
    reopen_locked();
    EXPECT_FALSE(ask({{"do", "unlock"}, {"pin", "246810"}}).at("ok").as_bool());
    EXPECT_TRUE(ask({{"do", "unlock"}, {"pin", "135790"}}).at("ok").as_bool());
}

TEST_F(StoreRequestsTest, AnInterviewThatACrashLeftGoesOnOnceItIsOpen) {
    unlock();
    const auto id = schedule();
    reopen_locked();
    EXPECT_TRUE(ask({{"do", "status"}}).at("session").is_null());
    unlock();
    EXPECT_EQ(ask({{"do", "status"}}).at("session").at("id").as_string(), id);
}

TEST_F(StoreRequestsTest, ALookIntoAnInterviewLeavesATraceOfWhoLooked) {
    unlock();
    const auto id = schedule();
    const auto shown = ask_as("dpo", {{"do", "sessions.show"}, {"session", id}});
    EXPECT_EQ(shown.at("record").at("kept").as_string(), "fact");
    EXPECT_THAT(
        std::string(ask_as("dpo", {{"do", "sessions.show"}, {"format", "text"}, {"session", id}})
                        .at("text")
                        .as_string()),
        HasSubstr("bare fact"));
    const auto dossier = *interviews_->dossier_of(*base::SessionId::parse(id));
    const auto leaf = store_->openings(dossier)->back().event;
    EXPECT_THAT(leaf, HasSubstr("dossier.opened"));
    EXPECT_THAT(leaf, HasSubstr("data-protection-officer "));
    EXPECT_THAT(refusal(ask_as("dpo", {{"do", "sessions.show"}, {"session", "00000000000000ff"}})),
                HasSubstr("there is none"));
}

TEST_F(StoreRequestsTest, ErasingWantsAReasonNoHoldAndNoRunningInterview) {
    unlock();
    schedule();
    const auto id = first_dossier();
    const auto say = [&](const char* verb) {
        return ask_as("dpo", {{"do", verb}, {"dossier", id}, {"reason", "asked for"}});
    };
    EXPECT_THAT(refusal(ask_as("dpo", {{"do", "erase"}, {"dossier", id}})),
                HasSubstr("\"reason\""));
    EXPECT_THAT(refusal(say("erase")), HasSubstr("end it first"));
    ASSERT_TRUE(ask_as("supervisor",
                       {{"do", "session.step"}, {"step", "end"}, {"reason", "applicant-absent"}})
                    .at("ok")
                    .as_bool());
    EXPECT_THAT(
        refusal(ask_as("supervisor", {{"do", "erase"}, {"dossier", id}, {"reason", "asked for"}})),
        HasSubstr("data-protection-officer"));
    ASSERT_TRUE(say("hold").at("ok").as_bool());
    EXPECT_THAT(refusal(say("erase")), HasSubstr("legal hold"));
    ASSERT_TRUE(say("lift").at("ok").as_bool());
    const auto reply = say("erase");
    ASSERT_TRUE(reply.at("ok").as_bool()) << json::serialize(reply);
    EXPECT_THAT(std::string(reply.at("certificate").as_string()), HasSubstr("dossier " + id));
    EXPECT_TRUE(ask_as("dpo", {{"do", "sessions.list"}}).at("sessions").as_array().empty());
    EXPECT_EQ(ask_as("dpo", {{"do", "certificates"}}).at("certificates").as_array().size(), 1u);
    EXPECT_THAT(refusal(say("erase")), HasSubstr("there is none"));
}

TEST_F(StoreRequestsTest, HandsOutABackupAndTheAuditLogAsFiles) {
    unlock();
    schedule();
    const auto backup = ask_as("operator", {{"do", "backup"}});
    ASSERT_TRUE(backup.at("ok").as_bool()) << json::serialize(backup);
    EXPECT_TRUE(std::filesystem::exists(std::string(backup.at("file").as_string())));
    const auto log = ask_as("dpo", {{"do", "audit.export"}});
    ASSERT_TRUE(log.at("ok").as_bool()) << json::serialize(log);
    std::ifstream bundle{std::string(log.at("file").as_string())};
    const auto key = storage::audit::parse_vkey(std::string(log.at("key").as_string()));
    storage::audit::BundleTrust trust;
    trust.log_key = *key;
    const auto report = storage::audit::verify_bundle(bundle, trust);
    EXPECT_TRUE(report.good());
    EXPECT_EQ(report.leaves, log.at("leaves").to_number<std::uint64_t>());
    EXPECT_THAT(refusal(ask_as("dpo", {{"do", "export"},
                                       {"dossier", first_dossier()},
                                       {"person", "00000000000000ff"}})),
                HasSubstr("00000000000000ff"));
}

TEST_F(StoreRequestsTest, RetentionIsCountedFromToday) {
    unlock();
    schedule();
    const auto id = first_dossier();
    EXPECT_FALSE(
        ask_as("dpo", {{"do", "retain"}, {"dossier", id}, {"days", -1}}).at("ok").as_bool());
    ASSERT_TRUE(
        ask_as("dpo", {{"do", "retain"}, {"dossier", id}, {"days", 30}}).at("ok").as_bool());
    EXPECT_EQ(
        ask_as("dpo", {{"do", "dossiers"}}).at("dossiers").at(0).at("retain_until").as_string(),
        "2023-12-14T22:13:20.000Z");
}

}  // namespace
}  // namespace sightline::kiosk

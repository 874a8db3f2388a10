#include "appliance/kiosk/store_requests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "appliance/kiosk/control_requests.h"
#include "storage/audit/verify_bundle.h"
#include "tests/support/open_store.h"

namespace sightline::kiosk {
namespace {

using testing::HasSubstr;

const Now kStart{base::Instant(std::chrono::seconds(1000)),
                 model::RecordTime(std::chrono::milliseconds(1'700'000'000'000))};

class StoreRequestsTest : public testing::Test {
  protected:
    StoreRequestsTest() { reopen_locked(); }
    // As after a start: everything is there, and the store is closed.
    void reopen_locked() {
        authority_.reset();
        lock_.reset();
        erasure_.reset();
        interviews_.reset();
        store_.close();
        store_.open_locked();
        interviews_.emplace(*store_);
        erasure_.emplace(*store_);
        lock_.emplace(*store_, *erasure_, nullptr);
        authority_.emplace(*interviews_, Site{"http://localhost", "http://localhost", ""});
        desk_.reset();
        desk_ =
            std::make_unique<StoreDesk>(StoreDesk{*store_, *lock_, *interviews_, *erasure_,
                                                  store_.directory() / "exports", [this](Now now) {
                                                      ++opened_;
                                                      authority_->resume(now);
                                                  }});
    }
    boost::json::object ask(const std::string& line) {
        return boost::json::parse(
                   answer_request(line, {*authority_, nullptr, nullptr, desk_.get()}, kStart))
            .as_object();
    }
    std::string refusal(const std::string& line) {
        const auto reply = ask(line);
        return reply.at("ok").as_bool() ? "none" : std::string(reply.at("error").as_string());
    }
    bool does(const std::string& line) { return ask(line).at("ok").as_bool(); }
    std::string first_dossier() {
        return std::string(ask(R"({"do":"dossiers"})").at("dossiers").at(0).at("id").as_string());
    }

    tests::OpenStore store_;
    std::optional<storage::InterviewRepository> interviews_;
    std::optional<storage::Erasure> erasure_;
    std::optional<StoreLock> lock_;
    std::optional<SessionAuthority> authority_;
    std::unique_ptr<StoreDesk> desk_;
    int opened_ = 0;
};

TEST_F(StoreRequestsTest, NothingIsHeldWhileTheStoreIsLocked) {
    EXPECT_FALSE(ask(R"({"do":"status"})").at("store").at("open").as_bool());
    for (const char* line : {R"({"do":"session.open","title":"x"})", R"({"do":"sessions.list"})",
                             R"({"do":"dossiers"})", R"({"do":"certificates"})"}) {
        EXPECT_THAT(refusal(line), HasSubstr("`sightline unlock`")) << line;
    }
}

TEST_F(StoreRequestsTest, ThePinOpensItOnceAndAWrongOneIsCounted) {
    EXPECT_THAT(refusal(R"({"do":"unlock","pin":"000000"})"), HasSubstr("PIN is wrong"));
    EXPECT_THAT(refusal(R"({"do":"unlock"})"), HasSubstr("\"pin\""));
    EXPECT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    EXPECT_EQ(opened_, 1);
    EXPECT_THAT(refusal(R"({"do":"unlock","pin":"246810"})"), HasSubstr("open already"));
    const auto log = store_->openings(storage::kSiteDossier).value();
    ASSERT_GE(log.size(), 2u);
    EXPECT_THAT(log[log.size() - 2].event, HasSubstr("store.unlock_refused"));
    EXPECT_THAT(log.back().event, HasSubstr("store.unlocked"));
}

TEST_F(StoreRequestsTest, ANewPinIsTheOnlyOne) {
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    EXPECT_THAT(refusal(R"({"do":"pin.change","pin":"999999","new_pin":"135790"})"),
                HasSubstr("PIN is wrong"));
    ASSERT_TRUE(does(R"({"do":"pin.change","pin":"246810","new_pin":"135790"})"));
    reopen_locked();
    EXPECT_FALSE(does(R"({"do":"unlock","pin":"246810"})"));
    EXPECT_TRUE(does(R"({"do":"unlock","pin":"135790"})"));
}

TEST_F(StoreRequestsTest, AnInterviewThatACrashLeftGoesOnOnceItIsOpen) {
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    ASSERT_TRUE(does(R"({"do":"session.open","title":"Mission"})"));
    reopen_locked();
    EXPECT_TRUE(ask(R"({"do":"status"})").at("session").is_null());
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    EXPECT_EQ(ask(R"({"do":"status"})").at("session").at("title").as_string(), "Mission");
}

TEST_F(StoreRequestsTest, ALookIntoAnInterviewLeavesATrace) {
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    const auto id =
        std::string(ask(R"({"do":"session.open","title":"Mission"})").at("session").as_string());
    const auto shown = ask(R"({"do":"sessions.show","session":")" + id + R"("})");
    EXPECT_EQ(shown.at("record").at("title").as_string(), "Mission");
    EXPECT_THAT(
        std::string(ask(R"({"do":"sessions.show","format":"text","session":")" + id + R"("})")
                        .at("text")
                        .as_string()),
        HasSubstr("Mission"));
    const auto dossier = *interviews_->dossier_of(*base::SessionId::parse(id));
    EXPECT_THAT(store_->openings(dossier)->back().event, HasSubstr("dossier.opened"));
    EXPECT_THAT(refusal(R"({"do":"sessions.show","session":"00000000000000ff"})"),
                HasSubstr("there is none"));
}

TEST_F(StoreRequestsTest, ErasingWantsAReasonNoHoldAndNoRunningInterview) {
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    ASSERT_TRUE(does(R"({"do":"session.open","title":"Mission"})"));
    const auto id = first_dossier();
    const auto say = [&](const std::string& verb) {
        return R"({"do":")" + verb + R"(","dossier":")" + id + R"(","reason":"asked for"})";
    };
    EXPECT_THAT(refusal(R"({"do":"erase","dossier":")" + id + R"("})"), HasSubstr("\"reason\""));
    EXPECT_THAT(refusal(say("erase")), HasSubstr("close it first"));
    ASSERT_TRUE(does(R"({"do":"session.close"})"));
    ASSERT_TRUE(does(say("hold")));
    EXPECT_THAT(refusal(say("erase")), HasSubstr("legal hold"));
    ASSERT_TRUE(does(say("lift")));
    const auto reply = ask(say("erase"));
    ASSERT_TRUE(reply.at("ok").as_bool()) << boost::json::serialize(reply);
    EXPECT_THAT(std::string(reply.at("certificate").as_string()), HasSubstr("dossier " + id));
    EXPECT_TRUE(ask(R"({"do":"sessions.list"})").at("sessions").as_array().empty());
    EXPECT_EQ(ask(R"({"do":"certificates"})").at("certificates").as_array().size(), 1u);
    EXPECT_THAT(refusal(say("erase")), HasSubstr("there is none"));
}

TEST_F(StoreRequestsTest, HandsOutABackupAndTheAuditLogAsFiles) {
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    ASSERT_TRUE(does(R"({"do":"session.open","title":"Mission"})"));
    const auto backup = ask(R"({"do":"backup"})");
    ASSERT_TRUE(backup.at("ok").as_bool()) << boost::json::serialize(backup);
    EXPECT_TRUE(std::filesystem::exists(std::string(backup.at("file").as_string())));
    const auto log = ask(R"({"do":"audit.export"})");
    ASSERT_TRUE(log.at("ok").as_bool()) << boost::json::serialize(log);
    std::ifstream bundle{std::string(log.at("file").as_string())};
    const auto key = storage::audit::parse_vkey(std::string(log.at("key").as_string()));
    storage::audit::BundleTrust trust;
    trust.log_key = *key;
    const auto report = storage::audit::verify_bundle(bundle, trust);
    EXPECT_TRUE(report.good());
    EXPECT_EQ(report.leaves, log.at("leaves").to_number<std::uint64_t>());
    EXPECT_THAT(refusal(R"({"do":"export","dossier":")" + first_dossier() +
                        R"(","person":"00000000000000ff"})"),
                HasSubstr("00000000000000ff"));
}

TEST_F(StoreRequestsTest, RetentionIsCountedFromToday) {
    ASSERT_TRUE(does(R"({"do":"unlock","pin":"246810"})"));
    ASSERT_TRUE(does(R"({"do":"session.open","title":"Mission"})"));
    const auto id = first_dossier();
    EXPECT_FALSE(does(R"({"do":"retain","dossier":")" + id + R"(","days":-1})"));
    ASSERT_TRUE(does(R"({"do":"retain","dossier":")" + id + R"(","days":30})"));
    EXPECT_EQ(ask(R"({"do":"dossiers"})").at("dossiers").at(0).at("retain_until").as_string(),
              "2023-12-14T22:13:20.000Z");
}

}  // namespace
}  // namespace sightline::kiosk

#include "media/transport/ice_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/transport/two_peers.h"

namespace sightline::transport {
namespace {

struct Engine {
    struct Sent {
        base::Duration at;
        wire::Path path;
        wire::StunToWrite answer;
        bool nominates;
    };
    Engine() { ice.add_candidate(kHub, kHostPriority, start); }

    // Ticks at every deadline until `until`, answering at once what `answers` says.
    void run_to(base::Duration until) {
        for (;;) {
            const base::Instant due = ice.tick(now, out);
            collect();
            if (due > start + until) break;
            ASSERT_GE(due, now);
            now = due;
        }
        now = start + until;
    }
    void collect() {
        while (!out.empty()) {
            std::vector<wire::PacketBatch::Entry> entries(out.entries().begin(),
                                                          out.entries().end());
            out.clear();
            for (const auto& entry : entries) {
                const auto check =
                    wire::parse_stun(base::ByteView(entry.bytes).first(entry.size)).value();
                EXPECT_EQ(check.username, "hub:engine");
                EXPECT_TRUE(wire::integrity_ok(check, "hub-password"));
                EXPECT_TRUE(check.ice_controlling && check.priority && check.has_fingerprint);
                wire::StunToWrite answer;
                answer.kind = wire::StunClass::Success;
                answer.transaction = check.transaction;
                answer.xor_mapped_address = kEngine.remote;
                answer.password = "hub-password";
                sent.push_back({now - start, entry.path, answer, check.use_candidate});
                if (answers(entry.path)) {
                    EXPECT_TRUE(give(entry.path, answer));
                }
            }
        }
    }
    bool give(const wire::Path& path, const wire::StunToWrite& answer) {
        base::Bytes bytes(wire::kMaxDatagram);
        bytes.resize(wire::write_stun(answer, bytes));
        return ice.receive(path, wire::parse_stun(bytes).value(), now, out);
    }

    base::Instant start = base::Instant{} + 1000s;
    base::Instant now = start;
    IceClient ice{{"engine", "engine-password"}, {"hub", "hub-password"}, start};
    wire::PacketBatch out{32};
    std::vector<Sent> sent;
    std::function<bool(const wire::Path&)> answers = [](const wire::Path&) { return false; };
};

TEST(IceClient, PacesItsChecksAndBeginsWithTheBest) {
    Engine engine;
    engine.ice.add_candidate(kHubTcp, kTcpPriority, engine.start);
    engine.ice.add_candidate(kStranger, kHostPriority + 1, engine.start);
    engine.run_to(120ms);
    ASSERT_EQ(engine.sent.size(), 3U);
    EXPECT_EQ(engine.sent[0].path, kStranger);
    EXPECT_EQ(engine.sent[1].path, kHub);
    EXPECT_EQ(engine.sent[2].path, kHubTcp);
    EXPECT_EQ(engine.sent[1].at, 50ms);
    EXPECT_EQ(engine.sent[2].at, 100ms);
}

TEST(IceClient, RepeatsWithDoublingWaitsAndBeginsAnewWhileThereIsNoPath) {
    Engine engine;
    engine.run_to(9s);
    std::vector<base::Duration> times;
    for (const auto& sent : engine.sent) times.push_back(sent.at);
    EXPECT_THAT(times, ::testing::ElementsAre(0ms, 500ms, 1500ms, 3500ms, 7500ms, 8s, 9s));
    EXPECT_EQ(engine.sent[0].answer.transaction, engine.sent[3].answer.transaction);
    EXPECT_NE(engine.sent[3].answer.transaction, engine.sent[4].answer.transaction);
}

TEST(IceClient, NominatesWhatAnswersAndMovesToTheBetterOne) {
    Engine engine;
    engine.ice.add_candidate(kHubTcp, kTcpPriority, engine.start);
    engine.answers = [](const wire::Path& path) { return path == kHubTcp; };
    engine.run_to(300ms);
    EXPECT_EQ(engine.ice.selected(), kHubTcp);
    ASSERT_TRUE(engine.sent.back().nominates);
    EXPECT_EQ(engine.sent.back().path, kHubTcp);
    engine.answers = [](const wire::Path&) { return true; };
    engine.run_to(1s);
    EXPECT_EQ(engine.ice.selected(), kHub);
    EXPECT_EQ(engine.sent.back().path, kHub);
    EXPECT_TRUE(engine.sent.back().nominates);
}

TEST(IceClient, KeepsConsentFreshEveryFourToSixSeconds) {
    Engine engine;
    engine.answers = [](const wire::Path&) { return true; };
    engine.run_to(10min);
    std::vector<base::Duration> gaps;
    for (std::size_t i = 2; i < engine.sent.size(); ++i) {
        gaps.push_back(engine.sent[i].at - engine.sent[i - 1].at);
    }
    ASSERT_GE(gaps.size(), 100U);
    EXPECT_THAT(gaps, ::testing::Each(::testing::AllOf(::testing::Ge(4s), ::testing::Le(6s))));
    EXPECT_NE(*std::ranges::min_element(gaps), *std::ranges::max_element(gaps));
    EXPECT_FALSE(engine.ice.expired());
}

TEST(IceClient, ConsentExpiresThirtySecondsAfterTheLastAnswer) {
    Engine engine;
    engine.answers = [](const wire::Path&) { return true; };
    engine.run_to(100ms);
    engine.answers = [](const wire::Path&) { return false; };
    engine.run_to(29999ms);
    EXPECT_TRUE(engine.ice.selected());
    engine.run_to(30s);
    EXPECT_FALSE(engine.ice.selected());
    EXPECT_FALSE(engine.ice.validated(kHub));
    EXPECT_TRUE(engine.ice.expired());
    const auto sent = engine.sent.size();
    engine.run_to(5min);
    EXPECT_EQ(engine.sent.size(), sent);
}

TEST(IceClient, LooksAtOtherWaysAfterTwoUnansweredChecks) {
    Engine engine;
    engine.ice.add_candidate(kHubTcp, kTcpPriority, engine.start);
    engine.answers = [](const wire::Path&) { return true; };
    engine.run_to(1s);
    ASSERT_EQ(engine.ice.selected(), kHub);
    engine.answers = [](const wire::Path& path) { return path == kHubTcp; };
    engine.run_to(20s);
    EXPECT_EQ(engine.ice.selected(), kHubTcp);
}

TEST(IceClient, BelievesNoAnswerThatIsForgedMisdirectedOrUnasked) {
    Engine engine;
    engine.run_to(10ms);
    ASSERT_EQ(engine.sent.size(), 1U);
    auto forged = engine.sent[0].answer;
    forged.password = "guess";
    EXPECT_FALSE(engine.give(kHub, forged));
    auto refusal = forged;
    refusal.kind = wire::StunClass::Error;
    refusal.error_code = 401;
    refusal.password = {};
    EXPECT_FALSE(engine.give(kHub, refusal));
    EXPECT_FALSE(engine.give(kStranger, engine.sent[0].answer));
    auto request = engine.sent[0].answer;
    request.kind = wire::StunClass::Request;
    EXPECT_FALSE(engine.give(kHub, request));
    EXPECT_FALSE(engine.ice.selected());
    EXPECT_TRUE(engine.give(kHub, engine.sent[0].answer));
    EXPECT_EQ(engine.ice.selected(), kHub);
}

TEST(IceClient, TakesNoMoreThanSixteenCandidates) {
    Engine engine;
    wire::Path path = kStranger;
    for (std::uint16_t port = 1; port < 200; ++port) {
        path.remote.port = port;
        engine.ice.add_candidate(path, port, engine.start);
    }
    engine.run_to(5s);
    std::vector<wire::Path> checked;
    for (const auto& sent : engine.sent) checked.push_back(sent.path);
    std::ranges::sort(checked);
    checked.erase(std::unique(checked.begin(), checked.end()), checked.end());
    EXPECT_EQ(checked.size(), IceClient::kMaxCandidates);
}

}  // namespace
}  // namespace sightline::transport

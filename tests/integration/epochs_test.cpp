// How soon the next epoch begins: from a touch at the kiosk, which takes somebody out of the
// interview, to the keys at the engine, under which they hear nothing more, and at a page.
#include <algorithm>
#include <cstdio>

#include "tests/integration/kiosk_program.h"
#include "tests/support/played_page.h"

namespace sightline::tests {
namespace {

constexpr int kTouches = 200;
// Tenfold, for a busy machine; the figure is printed.
constexpr double kAtMostMs = 10 * 100;

class Epochs : public KioskProgram {
  protected:
    // On the control socket, without a process for each request.
    json::object ask(json::object request) {
        request["as"] = token_;
        asio::local::stream_protocol::socket socket(io_);
        socket.connect(
            asio::local::stream_protocol::endpoint((directory_.path() / "kiosk.sock").string()));
        asio::write(socket, asio::buffer(json::serialize(request) + "\n"));
        std::string reply;
        asio::read_until(socket, asio::dynamic_buffer(reply), '\n');
        return json::parse(reply).as_object();
    }
    void sign_in_here() {
        token_ = std::string(
            ask({{"do", "sign-in"}, {"name", "lena"}, {"pin", "246810"}}).at("as").as_string());
    }
    base::ParticipantId invite(const char* role, const char* name) {
        const auto invited = ask({{"do", "invite"}, {"role", role}, {"name", name}});
        const auto id = base::ParticipantId::parse(invited.at("participant").as_string()).value();
        pages_.emplace(id, PlayedPage(session_, id, std::string(invited.at("link").as_string())));
        return id;
    }
    static double ms_since(std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count();
    }
    static double at(std::vector<double> values, double share) {
        std::sort(values.begin(), values.end());
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    }

    std::string token_;
    base::SessionId session_;
    std::map<base::ParticipantId, PlayedPage> pages_;
};

TEST_F(Epochs, TheNextOneBeginsAtOnce) {
    start();
    sign_in("lena", "supervisor");
    HubSide hub(acceptor_);
    session_ = base::SessionId::parse(schedule()).value();
    hub.receive("lease");
    hub.send({{"type", "opened"}, {"session", session_.text()}});
    EngineSide engine(io_, directory_.path() / "engine.sock");
    engine.send({{"type", "hello"},
                 {"pid", 77},
                 {"source", "synthetic"},
                 {"mirror", ""},
                 {"run", "EEEEEEEEEEEEEEEEEEEEEE"}});
    lead_to_live("given");
    sign_in_here();
    const auto anna = invite("interviewer", "Anna");
    const auto bo = invite("interpreter", "Bo");
    const auto say = [&](base::ParticipantId id, json::object message) {
        message["session"] = session_.text();
        message["participant"] = id.text();
        hub.send(message);
    };
    std::size_t largest_down = 0, largest_up = 0;  // bytes of a letter
    // Carries letters until the page of `id` has switched to another epoch than `before`.
    const auto carry_until_switched = [&](base::ParticipantId id, std::uint64_t before) {
        while (pages_.at(id).epoch() <= before || !pages_.at(id).switched) {
            const auto message = hub.receive("letter");
            const auto to =
                base::ParticipantId::parse(message.at("participant").as_string()).value();
            const std::string text(message.at("text").as_string());
            const auto answer = pages_.at(to).take(text);
            largest_down = std::max(largest_down, text.size());
            largest_up = std::max(largest_up, answer.size());
            if (!answer.empty()) say(to, {{"type", "letter"}, {"text", answer}});
        }
    };
    // The engine has the keys of the next epoch after `before`, and says so.
    const auto engine_takes = [&](std::uint64_t before) {
        for (;;) {
            const auto keys = engine.receive("keys");
            if (static_cast<std::uint64_t>(keys.at("epoch").as_int64()) <= before) continue;
            engine.send({{"type", "keys"}, {"epoch", keys.at("epoch")}});
            return;
        }
    };
    for (const auto id : {anna, bo}) {
        say(id, {{"type", "participant.joined"}, {"at_ms", now_ms()}});
        ASSERT_TRUE(eventually([&] {
            return ask({{"do", "participant.admit"}, {"participant", id.text()}})
                .at("ok")
                .as_bool();
        }));
        carry_until_switched(id, 0);
    }
    std::vector<double> at_engine, at_page;
    std::uint64_t last = 0;
    for (int i = 0; i < kTouches; ++i) {
        // Everybody is in, and the engine sends under the newest epoch.
        for (;;) {
            const auto status = ask({{"do", "status"}}).at("session").at("keys").as_object();
            const auto epoch = static_cast<std::uint64_t>(status.at("epoch").as_int64());
            if (epoch > last && status.at("switched").as_bool()) {
                last = epoch;
                break;
            }
            engine.send({{"type", "keys"}, {"epoch", status.at("epoch")}});
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        carry_until_switched(anna, last - 1);
        const auto touched = std::chrono::steady_clock::now();
        ASSERT_TRUE(
            ask({{"do", "participant.send-back"}, {"participant", bo.text()}}).at("ok").as_bool());
        for (;;) {
            const auto keys = engine.receive("keys");
            const auto epoch = static_cast<std::uint64_t>(keys.at("epoch").as_int64());
            if (epoch > last && keys.at("switch").as_bool()) break;
        }
        at_engine.push_back(ms_since(touched));
        carry_until_switched(anna, last);
        at_page.push_back(ms_since(touched));
        last = pages_.at(anna).epoch();
        EXPECT_LT(pages_.at(bo).epoch(), last) << "whoever was sent back was told nothing";
        ASSERT_TRUE(
            ask({{"do", "participant.admit"}, {"participant", bo.text()}}).at("ok").as_bool());
        engine_takes(last);
        carry_until_switched(bo, last);
    }
    std::printf(
        "touch to next epoch, %d times: engine p50 %.1f p99 %.1f worst %.1f ms; page p50 "
        "%.1f p99 %.1f worst %.1f ms\n",
        kTouches, at(at_engine, 0.5), at(at_engine, 0.99), at(at_engine, 1), at(at_page, 0.5),
        at(at_page, 0.99), at(at_page, 1));
    std::printf("largest letter to a page %zu bytes, from one %zu bytes\n", largest_down,
                largest_up);
    EXPECT_LE(at(at_engine, 0.99), kAtMostMs);
    EXPECT_LE(at(at_page, 0.99), kAtMostMs);
}

}  // namespace
}  // namespace sightline::tests

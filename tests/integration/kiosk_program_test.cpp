// What the kiosk's program does for staff, hub and engine, and what it bears.
#include "tests/integration/kiosk_program.h"

namespace sightline::tests {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST_F(KioskProgram, LeadsAnInterviewThroughItsOwnDeathToItsRecord) {
    start();
    sign_in("lena", "supervisor");
    std::string session, anna, link;
    std::uint64_t incarnation = 0;
    {
        HubSide hub(acceptor_);
        const auto hello = hub.receive();
        EXPECT_EQ(hello.at("type").as_string(), "hello");
        EXPECT_EQ(hello.at("key").as_string().size(), 64u);
        EXPECT_EQ(hello.at("device_key").at("kty").as_string(), "EC");
        EXPECT_FALSE(hello.at("device_key").as_object().contains("d")) << "the public one";
        incarnation = hello.at("incarnation").to_number<std::uint64_t>();
        const auto device =
            signature::PublicKey::parse(json::serialize(hello.at("device_key"))).value();
        session = schedule();
        const auto open = hub.receive("session.open");
        EXPECT_EQ(open.at("title").as_string(), "Selection mission");
        EXPECT_EQ(open.at("session").as_string(), session);
        EXPECT_EQ(open.at("state").as_string(), "scheduled");
        const auto& applicant = open.at("participants").at(0).as_object();
        EXPECT_EQ(applicant.at("role").as_string(), "applicant");
        const auto applicant_hash = std::string(applicant.at("token_sha256").as_string());
        const auto first = lease::open(hub.receive("lease").at("jws").as_string(), device).value();
        EXPECT_EQ(first.number, 1u);
        EXPECT_EQ(first.incarnation, incarnation);
        EXPECT_TRUE(first.flows.empty());
        hub.send({{"type", "opened"}, {"session", session}});

        EngineSide engine(io_, directory_.path() / "engine.sock");
        engine.send({{"type", "hello"}, {"pid", 77}, {"source", "synthetic"}, {"mirror", ""}});
        lead_to_live("given");
        const auto join = engine.receive("join");
        EXPECT_EQ(join.at("session").as_string(), session);
        EXPECT_EQ(join.at("hub").as_string(), hub_url());
        EXPECT_EQ(kiosk::sha256_hex(join.at("token").as_string()), applicant_hash);

        ASSERT_EQ(lena({"invite", "--role", "interviewer", "--name", "Anna"}), 0) << out_;
        link = out_.substr(0, out_.size() - 1);
        const auto added = hub.receive("participant.add").at("participant").as_object();
        anna = std::string(added.at("id").as_string());
        EXPECT_EQ(added.at("place").as_string(), "lobby");
        EXPECT_THAT(link, HasSubstr(hub_url() + "/console/#"));
        EXPECT_EQ(kiosk::sha256_hex(link.substr(link.find('#') + 1, 43)),
                  added.at("invitation").at("sha256").as_string());

        // What a hub must never get the kiosk down with.
        hub.send({{"type", "opened"}, {"session", "no id"}});
        hub.send({{"nothing", 1}});
        hub.send({{"type", "login"},
                  {"session", session},
                  {"participant", anna},
                  {"sha256", std::string(64, 'd')},
                  {"until", now_ms() + 3'600'000}});
        hub.send({{"type", "participant.joined"},
                  {"session", session},
                  {"participant", anna},
                  {"at_ms", now_ms()}});
        ASSERT_TRUE(eventually([&] {
            return lena({"lobby"}) == 0 && out_.find("waits") != std::string::npos;
        })) << out_;
        EXPECT_EQ(status().at("hub").at("malformed").to_number<int>(), 2);
        ASSERT_EQ(lena({"admit", anna}), 0) << out_;
        const auto granting = hub.receive("lease");
        const auto lease = lease::open(granting.at("jws").as_string(), device).value();
        EXPECT_EQ(lease.number, 2u);
        ASSERT_EQ(lease.flows.size(), 2u);

        // The hub's question comes by the engine, and is answered at once for this lease.
        engine.send({{"type", "nonce"}, {"data", "00000000000000ff"}});
        const auto beat = engine.receive("heartbeat");
        const auto key_bytes =
            *base::from_hex(std::string(granting.at("heartbeat_key").as_string()));
        const base::Secret key{base::ByteView(key_bytes)};
        const auto bytes = *base::from_hex(std::string(beat.at("data").as_string()));
        const auto read =
            lease::read_heartbeat(bytes, *base::SessionId::parse(session), key).value();
        EXPECT_EQ(read.lease, 2u);
        EXPECT_EQ(read.nonce, 0xffu);
        hub.send({{"type", "quality"},
                  {"session", session},
                  {"participant", anna},
                  {"up", json::object{}},
                  {"down", {{"packets", 500}, {"bytes", 5000}}}});
        ASSERT_EQ(lena({"mute", "--camera", "off"}), 0) << out_;
        ASSERT_TRUE(eventually([&] {
            return lena({"sessions", "show", session}) == 0 &&
                   out_.find("500 packets") != std::string::npos;
        })) << out_;
        kiosk_->stop(SIGKILL);
    }

    start();
    {
        HubSide hub(acceptor_);
        EXPECT_GT(hub.receive("hello").at("incarnation").to_number<std::uint64_t>(), incarnation);
        const auto open = hub.receive("session.open");
        EXPECT_EQ(open.at("session").as_string(), session) << "the same interview goes on";
        EXPECT_EQ(open.at("state").as_string(), "live");
        ASSERT_EQ(open.at("participants").as_array().size(), 2u);
        const auto& person = open.at("participants").at(1).as_object();
        EXPECT_EQ(person.at("place").as_string(), "admitted");
        EXPECT_EQ(person.at("logins").at(0).at("sha256").as_string(), std::string(64, 'd'));
        hub.receive("lease");
        hub.send({{"type", "opened"}, {"session", session}});
        EngineSide engine(io_, directory_.path() / "engine.sock");
        engine.send({{"type", "hello"}, {"pid", 78}, {"source", "synthetic"}, {"mirror", ""}});
        EXPECT_TRUE(engine.receive("mute").at("video").as_bool()) << "as they left it";
        EXPECT_THAT(engine.skipped(), Not(Contains("send"))) << "not for a moment otherwise";
        hub.send({{"type", "participant.joined"},
                  {"session", session},
                  {"participant", anna},
                  {"at_ms", now_ms()}});
        hub.send({{"type", "ask"},
                  {"session", session},
                  {"participant", anna},
                  {"what", "pause"},
                  {"reason", "break"}});
        EXPECT_EQ(hub.receive("session.state").at("pause").as_string(), "break");
        ASSERT_EQ(lena({"step", "end", "--reason", "complete", "--if-state", "live"}), 1);
        EXPECT_THAT(out_, HasSubstr("paused, not live"));
        ASSERT_EQ(lena({"step", "end", "--reason", "complete", "--if-state", "paused"}), 0) << out_;
        hub.receive("session.close");
    }

    ASSERT_EQ(lena({"sessions", "show", session, "--json"}), 0) << out_;
    const auto record = json::parse(out_).as_object();
    EXPECT_EQ(record.at("kept").as_string(), "metadata");
    EXPECT_EQ(record.at("end_reason").as_string(), "complete");
    EXPECT_EQ(record.at("consents").as_array().size(), 3u);
    EXPECT_EQ(record.at("breaks").as_array().size(), 1u);
    const auto& person = record.at("participants").at(0).as_object();
    EXPECT_EQ(person.at("name").as_string(), "Anna");
    EXPECT_EQ(person.at("quality").at("down").at("packets").to_number<int>(), 500);
    EXPECT_EQ(kiosk_->stop(SIGTERM), 0);
    EXPECT_FALSE(std::filesystem::exists(directory_.path() / "kiosk.sock"));
}

TEST_F(KioskProgram, WithoutConsentNothingButTheFactIsOnTheRecord) {
    start();
    sign_in("lena", "supervisor");
    HubSide hub(acceptor_);
    const auto session = schedule();
    hub.receive("lease");
    hub.send({{"type", "opened"}, {"session", session}});
    lead_to_live("refused");
    ASSERT_EQ(lena({"invite", "--role", "interviewer", "--name", "Anna"}), 0) << out_;
    const auto anna =
        std::string(hub.receive("participant.add").at("participant").at("id").as_string());
    hub.send({{"type", "participant.joined"},
              {"session", session},
              {"participant", anna},
              {"at_ms", now_ms()}});
    ASSERT_EQ(lena({"admit", anna}), 0) << out_;
    EXPECT_EQ(lena({"note", "--question", "Where?"}), 1);
    EXPECT_THAT(out_, HasSubstr("bare fact"));
    step("pause", "break");
    step("end", "complete");
    ASSERT_EQ(lena({"sessions", "show", session}), 0) << out_;
    EXPECT_THAT(out_, HasSubstr("kept   the bare fact\n"));
    EXPECT_THAT(out_, HasSubstr("for    Amina"));
    EXPECT_THAT(out_, HasSubstr("metadata refused"));
    for (const char* gone : {"Anna", "Selection", "break", "packets"}) {
        EXPECT_THAT(out_, testing::Not(HasSubstr(gone)));
    }
}

TEST_F(KioskProgram, AnswersARequestThatIsTooLarge) {
    start();
    sign_in("lena", "supervisor");
    asio::local::stream_protocol::socket socket(io_);
    socket.connect(
        asio::local::stream_protocol::endpoint((directory_.path() / "kiosk.sock").string()));
    const auto ask = [&](std::size_t bytes) {
        asio::write(socket, asio::buffer(R"({"do":")" + std::string(bytes, 'x') + "\"}\n"));
        std::string reply;
        asio::read_until(socket, asio::dynamic_buffer(reply), '\n');
        return json::parse(reply).as_object();
    };
    EXPECT_EQ(ask(1'600'000).at("code").as_string(), "too_large");
    EXPECT_EQ(ask(10).at("code").as_string(), "unsupported") << "on the same line";
    boost::system::error_code hung_up;
    asio::write(socket, asio::buffer(std::string(3'000'000, 'x')), hung_up);
    std::string nothing;
    asio::read_until(socket, asio::dynamic_buffer(nothing), '\n', hung_up);
    EXPECT_TRUE(hung_up);
    EXPECT_TRUE(is_open()) << "the kiosk goes on";
}

TEST_F(KioskProgram, AWrongPinLocksOverADeath) {
    start();
    sign_in("lena", "supervisor");
    const auto wrong = directory_.path() / "wrong";
    std::ofstream(wrong) << "000000\n";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(sightline({"sign-in", "lena", "--pin-file", wrong}), 1);
    kiosk_->stop(SIGKILL);
    start();
    ASSERT_TRUE(eventually([&] { return is_open(); }));
    EXPECT_EQ(sightline({"sign-in", "lena", "--pin-file", pin_file()}), 1);
    EXPECT_THAT(out_, HasSubstr("locked"));
    EXPECT_EQ(lena({"staff", "list"}), 0) << "who was signed in is still: " << out_;
    EXPECT_EQ(lena({"staff", "unlock", "lena"}), 0) << out_;
    EXPECT_EQ(sightline({"sign-in", "lena", "--pin-file", pin_file()}), 0) << out_;
    EXPECT_EQ(sightline({"sign-out", "lena"}), 0) << out_;
    EXPECT_EQ(lena({"staff", "list"}), 1);
}

TEST_F(KioskProgram, SaysThatItsKeyIsWrongAndGoesOnTrying) {
    start();
    for (int attempt = 0; attempt < 2; ++attempt) {
        HubSide hub(acceptor_);
        hub.receive();
        hub.close(4401);
    }
    ASSERT_TRUE(eventually([&] { return logged().find("--kiosk-key-file") != std::string::npos; }));
    EXPECT_THAT(std::string(status().at("hub").at("trouble").as_string()),
                HasSubstr("does not know this kiosk's key"));
}

TEST_F(KioskProgram, NoticesAnEngineThatSaysNothingAndOneThatIsAnother) {
    start();
    sign_in("lena", "supervisor");
    const auto session = schedule();
    lead_to_live("given");
    const auto socket = directory_.path() / "engine.sock";
    std::optional<EngineSide> engine(std::in_place, io_, socket);
    engine->send({{"type", "hello"}, {"pid", 77}, {"source", "synthetic"}, {"mirror", ""}});
    ASSERT_TRUE(eventually([&] { return status().at("engine").at("silent").as_bool(); }));
    engine.emplace(io_, socket);
    engine->send({{"type", "hello"}, {"pid", 78}, {"source", "synthetic"}, {"mirror", ""}});
    ASSERT_TRUE(
        eventually([&] { return status().at("restarts").at("engine").to_number<int>() == 1; }));
    ASSERT_EQ(lena({"sessions", "show", session}), 0);
    EXPECT_THAT(out_, HasSubstr("engine.silent"));
    EXPECT_THAT(out_, HasSubstr("engine.restarted"));
}

TEST_F(KioskProgram, StopsAtOnceWhileAHubKeepsItWaiting) {
    start();
    auto silent = acceptor_.accept();  // and no answer to the WebSocket handshake
    ASSERT_TRUE(eventually([&] { return silent.available() > 0; }));
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(kiosk_->stop(SIGTERM), 0);
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
}

TEST_F(KioskProgram, WaitsForThePinAndHoldsNoInterviewBefore) {
    kiosk_.emplace(command(), log());
    ASSERT_TRUE(eventually([&] { return !status().empty(); }));
    EXPECT_FALSE(status().at("store").at("open").as_bool());
    EXPECT_TRUE(status().at("store").at("new").as_bool());
    EXPECT_EQ(sightline({"sign-in", "lena", "--pin-file", pin_file()}), 1);
    EXPECT_THAT(out_, HasSubstr("`sightline unlock`"));
    ASSERT_EQ(sightline({"unlock", "--pin-file", pin_file()}), 0) << out_;
    HubSide hub(acceptor_);
    EXPECT_EQ(hub.receive().at("type").as_string(), "hello") << "the store holds the device key";
    sign_in("lena", "supervisor");
    schedule();
    hub.receive("session.open");
    EXPECT_EQ(lena({"sessions"}), 0);
    EXPECT_THAT(out_, HasSubstr("scheduled"));
    std::ifstream file(directory_.path() / "store.db", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(bytes, testing::Not(HasSubstr("Selection mission")));
}

TEST_F(KioskProgram, AfterItsDeathTheStoreOpensWithoutThePinAndAfterAStopItDoesNot) {
    std::string words;
    for (const auto& word : command()) words += "\"" + word + "\", ";
    std::ofstream(directory_.path() / "units.toml")
        << "[[unit]]\nname = \"kiosk\"\ncommand = [" << words
        << "]\nwatchdog_ms = 5000\nrestart_ms = 100\nfd_store = 2\n";
    const std::vector<std::string> supervisor = {SIGHTLINE_SUPERVISOR, "--config",
                                                 directory_.path() / "units.toml", "--run",
                                                 directory_.path()};
    const auto pid_of_kiosk = [&] {
        std::ifstream file(directory_.path() / "supervisor.json");
        const auto state = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
        return state.at("units").at("kiosk").at("pid").to_number<pid_t>();
    };
    kiosk_.emplace(supervisor, log());
    ASSERT_TRUE(eventually([&] { return !status().empty(); }));
    ASSERT_EQ(sightline({"unlock", "--pin-file", pin_file()}), 0) << out_;
    sign_in("lena", "supervisor");
    const auto session = schedule();
    const pid_t before = pid_of_kiosk();
    ASSERT_EQ(::kill(before, SIGKILL), 0);
    ASSERT_TRUE(eventually([&] { return is_open() && pid_of_kiosk() != before; }));
    EXPECT_EQ(status().at("session").at("id").as_string(), session) << "and the interview goes on";

    EXPECT_EQ(kiosk_->stop(SIGTERM), 0);
    kiosk_.emplace(supervisor, log());
    ASSERT_TRUE(eventually([&] { return !status().empty(); }));
    EXPECT_FALSE(is_open()) << "a stop, like a reboot, ends the key";
}

TEST_F(KioskProgram, IsBackedUpAuditedErasedAndRestored) {
    start();
    sign_in("lena", "supervisor");
    sign_in("omar", "data-protection-officer");
    const auto omar = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--as", "omar"});
        return sightline(std::move(arguments));
    };
    const auto session = schedule();
    step("end", "applicant-absent");
    ASSERT_EQ(lena({"backup"}), 0) << out_;
    const std::string backup = out_.substr(0, out_.find('\n'));

    EXPECT_EQ(lena({"audit", "export"}), 1) << "not who is audited";
    ASSERT_EQ(omar({"audit", "export"}), 0) << out_;
    const std::string bundle = out_.substr(0, out_.find('\n'));
    const auto key_at = out_.find("sightline-kiosk/");
    const std::string key = out_.substr(key_at, out_.find('\n', key_at) - key_at);
    EXPECT_EQ(sightline({"audit", "verify", bundle, "--key", key}), 0) << out_;
    std::fstream(bundle, std::ios::in | std::ios::out | std::ios::ate) << "one line more\n";
    EXPECT_EQ(sightline({"audit", "verify", bundle, "--key", key}), 1) << out_;

    EXPECT_EQ(sightline({"restore", backup, "--pin-file", pin_file()}), 1);
    EXPECT_THAT(out_, HasSubstr("stop it")) << "not beside a running kiosk";
    EXPECT_EQ(kiosk_->stop(SIGTERM), 0);
    std::filesystem::remove(directory_.path() / "store.db");
    ASSERT_EQ(sightline({"restore", backup, "--pin-file", pin_file()}), 0) << out_;
    EXPECT_THAT(out_, HasSubstr("Restored 1 dossiers"));

    start();
    ASSERT_TRUE(eventually([&] { return omar({"sessions", "show", session}) == 0; })) << out_;
    EXPECT_TRUE(status().at("store").at("restored").as_bool());
    ASSERT_EQ(omar({"dossiers", "--json"}), 0);
    const auto dossiers = json::parse(out_).as_array();
    for (const auto& dossier : dossiers) {
        ASSERT_EQ(
            omar({"erase", std::string(dossier.at("id").as_string()), "--reason", "asked for"}), 0)
            << out_;
        EXPECT_THAT(out_, HasSubstr("not guaranteed"));
    }
    EXPECT_EQ(omar({"sessions", "show", session}), 1) << "erased";
    EXPECT_EQ(kiosk_->stop(SIGTERM), 0);
    EXPECT_EQ(sightline({"restore", backup, "--pin-file", pin_file()}), 1);
    EXPECT_THAT(out_, HasSubstr("erasure")) << "and no backup brings it back";
}

TEST_F(KioskProgram, RefusesToStartTwiceOnOneDirectory) {
    start();
    HubSide hub(acceptor_);
    hub.receive();
    const auto file = directory_.path() / "second.log";
    Process second({SIGHTLINE_KIOSK, "--state", directory_.path(), "--run", directory_.path(),
                    "--texts", texts_.path()},
                   file);
    EXPECT_EQ(second.wait(), 1);
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    EXPECT_THAT(line, HasSubstr("another sightline-kiosk"));
}

}  // namespace
}  // namespace sightline::tests

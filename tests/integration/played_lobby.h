// A hub as a process, one kiosk that the test plays, and people whose tokens it made.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/integration/hub_offer.h"
#include "tests/integration/hub_process.h"
#include "tests/integration/hub_wire_client.h"

namespace sightline::integration {

class PlayedLobby : public testing::Test {
  protected:
    static constexpr const char* kId = "00000000000000d1";
    static constexpr const char* kIda = "00000000000000c1";  // interviewer
    static constexpr const char* kEdo = "00000000000000c2";  // interpreter
    static constexpr const char* kOto = "00000000000000c3";  // observer
    static constexpr const char* kAna = "00000000000000c4";  // applicant
    // SHA-256 of "tok-ida", "tok-edo", "tok-oto" and "tok-ana".
    static constexpr const char* kHashes[] = {
        "f7c8e68e94b6cf9f14b74c6157798bb8c895d0f68f0eca9e989015a9ea544918",
        "617ef2dde4fdd5cb341c1c192014cd3e17b583fd2230f42e5b170b07c3f0eb67",
        "d28b02fb6db1088ae2ae75af4be5a64b0227aa6bec15335c39acf46d8353b189",
        "9ef16f76074836ee3d40c4f2ab65acf54b0e90ff502748c5f9b1a128b49de80c"};

    PlayedLobby() { connect_kiosk(); }
    void connect_kiosk() {
        kiosk_ = std::make_unique<WireClient>(hub_->http_port());
        EXPECT_EQ(kiosk_->upgrade("/v1/kiosk"), 101);
        kiosk_->say(std::string(R"({"type":"hello","kiosk":"k1","key":")") + HubProcess::kKey +
                    "\"}");
    }
    // Everybody but the applicant where `place` says; `state` as in the message.
    void open(const std::string& place, const std::string& state = R"("live","pause":null)") {
        const auto person = [&](const char* id, const char* name, const char* role, int hash,
                                const std::string& where) {
            return std::string(R"({"id":")") + id + R"(","name":")" + name + R"(","role":")" +
                   role + R"(",)" + where + R"("token_sha256":")" + kHashes[hash] + "\"}";
        };
        const std::string where = place.empty() ? "" : R"("place":")" + place + R"(",)";
        order(std::string(R"({"type":"session.open","session":")") + kId +
              R"(","title":"Secret title","state":)" + state + R"(,"participants":[)" +
              person(kIda, "Ida", "interviewer", 0, where) + "," +
              person(kEdo, "Edo", "interpreter", 1, where) + "," +
              person(kOto, "Oto", "observer", 2, where + R"("organisation":"Ministry",)") + "," +
              person(kAna, "Ana", "applicant", 3, "") + "]}");
        ASSERT_TRUE(kiosk_->expect("opened").is_object());
    }
    void order(const std::string& json) { kiosk_->say(json); }
    void place(const char* who, const char* where) {
        order(std::string(R"({"type":"participant.place","session":")") + kId +
              R"(","participant":")" + who + R"(","place":")" + where + "\"}");
    }
    void state(const std::string& rest) {
        order(std::string(R"({"type":"session.state","session":")") + kId + R"(","state":)" + rest +
              "}");
    }
    std::unique_ptr<WireClient> control(const std::string& token) {
        auto client = std::make_unique<WireClient>(hub_->http_port());
        EXPECT_EQ(client->upgrade("/v1/control"), 101);
        client->say(R"({"type":"hello","token":")" + token + "\"}");
        return client;
    }
    HttpReply post(const char* path, const std::string& token, const std::string& sdp) {
        return WireClient(hub_->http_port()).request("POST", path, bearer(token) + kSdpType, sdp);
    }
    int whip(const std::string& token) {
        return post("/v1/whip", token, offer("sendonly", 1)).status;
    }
    int whep(const std::string& token) {
        return post("/v1/whep", token, offer("recvonly", 2)).status;
    }
    int patch(const HttpReply& made, const std::string& token) {
        return WireClient(hub_->http_port())
            .request("PATCH", made.header("location"),
                     bearer(token) + kFragmentType + "If-Match: *\r\n",
                     "a=ice-ufrag:wxyz\r\na=ice-pwd:nmlkjihgfedcba9876543210\r\n")
            .status;
    }
    std::string metrics() { return WireClient(hub_->http_port()).request("GET", "/metrics").body; }
    void open_again_is_refused() {
        order(std::string(R"({"type":"session.open","session":")") + kId +
              R"(","title":"T","state":"live","pause":null,"participants":[]})");
        EXPECT_NE(kiosk_->expect("error").at("detail").as_string().find("closed for good"),
                  std::string::npos);
    }

    std::unique_ptr<HubProcess> hub_ = std::make_unique<HubProcess>();
    std::unique_ptr<WireClient> kiosk_;
};

}  // namespace sightline::integration

// A person's page as far as keys go, played in C++: answers the kiosk's challenge, opens what is
// sealed to it, acknowledges, says words. One that lies does so by what it is given.
#pragma once

#include <array>
#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"
#include "session/keys/letter.h"

namespace sightline::tests {

class PlayedPage {
  public:
    // `link`: …#TOKEN.PIN.SECRET
    PlayedPage(base::SessionId session, base::ParticipantId self, const std::string& link)
        : session_(session), self_(self) {
        const auto secret = base::from_base64url(link.substr(link.rfind('.') + 1));
        secret_ = base::Secret(base::ByteView(secret.value()));
        reload();
    }

    // Another load of the page in the same browser.
    void reload() {
        std::array<std::uint8_t, 16> bytes{};
        base::fill_random(bytes);
        run = base::to_base64url(bytes);
        seal = signature::SealingKey::random();
        number_ = 0;
    }

    std::string hello() const {
        return boost::json::serialize(boost::json::object{{"letter", "hello"}, {"page", run}});
    }
    // Takes a letter; what is to be answered at once is the answer. Empty: nothing.
    std::string take(const std::string& text) {
        const auto letter = boost::json::parse(text).as_object();
        if (letter.at("letter") == "challenge") {
            kiosk = signature::PublicKey::parse(boost::json::serialize(letter.at("kiosk"))).value();
            return announcement(std::string(letter.at("nonce").as_string()));
        }
        if (letter.at("letter") != "sealed") return {};
        const auto jws = seal.open(boost::json::serialize(letter.at("jwe")));
        if (!jws) return {};
        if (const auto epoch = kiosk.verify(jws->reveal_text(), "sightline-epoch")) {
            newest = boost::json::parse(*epoch).as_object();
            kiosk_seal =
                signature::PublicKey::parse(boost::json::serialize(newest.at("seal"))).value();
            switched = newest.at("switch").as_bool();
            ++epochs;
            return word({{"say", "ack"}, {"epoch", newest.at("epoch")}});
        }
        if (const auto said = kiosk.verify(jws->reveal_text(), "sightline-switch")) {
            switched |= boost::json::parse(*said).as_object().at("epoch") == newest.at("epoch");
        }
        if (const auto said = kiosk.verify(jws->reveal_text(), "sightline-news")) {
            news = boost::json::parse(*said).as_object();
            news_numbers.push_back(news.at("number").as_int64());
        }
        if (const auto said = kiosk.verify(jws->reveal_text(), "sightline-pong")) {
            ponged = std::string(boost::json::parse(*said).as_object().at("nonce").as_string());
        }
        return {};
    }

    std::string announcement(const std::string& nonce) const {
        const auto proof =
            proves ? keys::link_proof(secret_, session_, self_, device.public_key().thumbprint())
                   : std::string();
        const boost::json::object payload{{"session", session_.text()},
                                          {"participant", self_.text()},
                                          {"nonce", nonce},
                                          {"page", run},
                                          {"seal", boost::json::parse(seal.public_key().jwk())},
                                          {"proof", proof}};
        return boost::json::serialize(boost::json::object{
            {"letter", "announcement"},
            {"key", boost::json::parse(device.public_key().jwk())},
            {"jws", device.sign(boost::json::serialize(payload), keys::kAnnouncement)}});
    }
    std::string word(boost::json::object said) {
        said["session"] = session_.text();
        said["participant"] = self_.text();
        said["page"] = run;
        said["number"] = ++number_;
        return boost::json::serialize(boost::json::object{
            {"letter", "sealed"},
            {"jwe", boost::json::parse(signature::seal(
                        kiosk_seal, device.sign(boost::json::serialize(said), keys::kWord)))}});
    }

    std::uint64_t epoch() const {
        return newest.empty() ? 0 : static_cast<std::uint64_t>(newest.at("epoch").as_int64());
    }
    // The base key in base64url. Empty: this page has none of that.
    std::string receives(base::ParticipantId sender, const char* kind) const {
        if (newest.empty()) return {};
        for (const auto& key : newest.at("receive").as_array()) {
            if (key.at("sender").as_string() == sender.text() && key.at("kind") == kind) {
                return std::string(key.at("key").as_string());
            }
        }
        return {};
    }
    std::size_t sends() const { return newest.empty() ? 0 : newest.at("send").as_array().size(); }

    signature::DeviceKey device = signature::DeviceKey::random();
    signature::SealingKey seal = signature::SealingKey::random();
    signature::PublicKey kiosk, kiosk_seal;
    std::string run;
    bool proves = true;
    boost::json::object newest;  // the last epoch's letter
    bool switched = false;
    int epochs = 0;
    std::string ponged;        // the nonce of the last pong
    boost::json::object news;  // the last
    std::vector<std::int64_t> news_numbers;

  private:
    const base::SessionId session_;
    const base::ParticipantId self_;
    base::Secret secret_;
    std::int64_t number_ = 0;
};

}  // namespace sightline::tests

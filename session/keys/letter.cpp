#include "session/keys/letter.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <boost/json.hpp>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "appliance/base/json_members.h"

namespace sightline::keys {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::number_in;
using base::text_or_empty;

constexpr std::string_view kEpoch = "sightline-epoch";
constexpr std::string_view kSwitch = "sightline-switch";
constexpr std::string_view kPong = "sightline-pong";
constexpr std::size_t kRunChars = 22;
constexpr std::size_t kMaxShortText = 64;
constexpr std::size_t kMaxDepth = 32;

Error malformed(const char* what) {
    return {Errc::Malformed, std::string("read a letter: ") + what};
}

std::optional<json::object> object_in(std::string_view text, std::size_t most) {
    return text.size() > most ? std::nullopt : base::object_of(text, kMaxDepth);
}

std::string object_text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? json::serialize(*value) : std::string();
}

template <class Id>
Id id_in(const json::object& object, std::string_view name) {
    return Id::parse(text_or_empty(object, name, 16)).value_or(Id());
}

bool is_run(const std::string& text) {
    const auto bytes = base::from_base64url(text);
    return text.size() == kRunChars && bytes.has_value();
}

json::object key_json(const TrackKey& key) {
    return {{"kind", key.video ? "video" : "audio"},
            {"kid", key.kid},
            {"key", base::to_base64url(key.base_key.reveal())}};
}

std::string sealed_letter(const json::object& content, std::string_view purpose,
                          const signature::DeviceKey& signer, const signature::PublicKey& seal_to) {
    std::string payload = json::serialize(content);
    std::string jws = signer.sign(payload, purpose);
    std::string letter = R"({"letter":"sealed","jwe":)" + signature::seal(seal_to, jws) + "}";
    ::explicit_bzero(payload.data(), payload.size());
    ::explicit_bzero(jws.data(), jws.size());
    return letter;
}

}  // namespace

base::Result<Letter> parse_letter(std::string_view text) {
    const auto object = object_in(text, kMaxLetterBytes);
    if (!object) return malformed("it is not a JSON object of at most 12 KiB");
    const std::string kind = text_or_empty(*object, "letter", kMaxShortText);
    if (kind == "hello") {
        std::string run = text_or_empty(*object, "page", kRunChars);
        if (!run.empty() && !is_run(run)) return malformed("a hello of a page that is none");
        return Letter(HelloLetter{std::move(run)});
    }
    if (kind == "announcement") {
        AnnouncementLetter letter{object_text_in(*object, "key"),
                                  text_or_empty(*object, "jws", kMaxLetterBytes)};
        if (letter.key.empty() || letter.jws.empty()) return malformed("no key or no signature");
        return Letter(std::move(letter));
    }
    if (kind == "sealed") {
        SealedLetter letter{object_text_in(*object, "jwe")};
        if (letter.jwe.empty()) return malformed("nothing sealed in it");
        return Letter(std::move(letter));
    }
    if (kind == "ping") {
        PingLetter letter{text_or_empty(*object, "page", kRunChars),
                          text_or_empty(*object, "nonce", kRunChars)};
        if (!is_run(letter.run) || !is_run(letter.nonce))
            return malformed("a ping without a nonce");
        return Letter(std::move(letter));
    }
    return malformed("its kind is unknown; are page and kiosk of one version?");
}

std::string challenge_letter(const Challenge& challenge) {
    json::object out{{"letter", "challenge"},
                     {"session", challenge.session.text()},
                     {"kiosk", json::parse(challenge.kiosk_jwk)},
                     {"nonce", challenge.nonce},
                     {"commitment", challenge.commitment}};
    if (!challenge.root_jwk.empty()) {
        out["root"] = json::parse(challenge.root_jwk);
        out["mission"] = challenge.mission_jws;
    }
    if (!challenge.run.empty()) out["page"] = challenge.run;
    return json::serialize(out);
}

base::Result<Announcement> parse_announcement(std::string_view payload) {
    const auto object = object_in(payload, kMaxLetterBytes);
    if (!object) return malformed("an announcement that is no JSON object");
    Announcement out{id_in<base::SessionId>(*object, "session"),
                     id_in<base::ParticipantId>(*object, "participant"),
                     text_or_empty(*object, "nonce", kMaxShortText),
                     text_or_empty(*object, "page", kRunChars),
                     {},
                     text_or_empty(*object, "proof", kMaxShortText)};
    auto seal = signature::PublicKey::parse(object_text_in(*object, "seal"));
    if (!seal) return seal.error();
    out.seal = std::move(*seal);
    if (!out.session || !out.participant || out.nonce.empty() || !is_run(out.run)) {
        return malformed("an announcement without session, participant, nonce or page");
    }
    return out;
}

std::string link_proof(const base::Secret& link_secret, base::SessionId session,
                       base::ParticipantId participant, std::string_view thumbprint) {
    const std::string text = "sightline-link\n" + session.text() + "\n" + participant.text() +
                             "\n" + std::string(thumbprint);
    const auto key = link_secret.reveal();
    std::array<std::uint8_t, 32> mac{};
    CHECK(::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()),
                 base::as_bytes(text).data(), text.size(), mac.data(), nullptr) != nullptr);
    return base::to_base64url(mac);
}

std::string epoch_letter(const EpochLetter& letter, const signature::DeviceKey& signer,
                         const signature::PublicKey& seal_to) {
    const Epoch& epoch = letter.epoch;
    json::array people;
    for (const PersonLine& person : letter.people) {
        people.push_back(json::object{{"id", person.id.text()},
                                      {"name", person.name},
                                      {"role", person.role},
                                      {"organisation", person.organisation},
                                      {"key", person.thumbprint}});
    }
    json::array send, receive;
    for (const TrackKey& key : epoch.keys) {
        if (key.sender.participant == letter.to.participant) send.push_back(key_json(key));
        if (!key.goes_to(letter.to.participant)) continue;
        auto entry = key_json(key);
        entry["sender"] = key.sender.participant.text();
        receive.push_back(std::move(entry));
    }
    return sealed_letter({{"session", letter.session.text()},
                          {"to", letter.to.participant.text()},
                          {"page", letter.to.run},
                          {"epoch", epoch.number},
                          {"previous", epoch.previous},
                          {"hash", epoch.hash},
                          {"salt", letter.salt},
                          {"seal", json::parse(letter.kiosk_seal_jwk)},
                          {"people", std::move(people)},
                          {"send", std::move(send)},
                          {"receive", std::move(receive)},
                          {"switch", letter.switched},
                          {"old_ms", letter.old_ms}},
                         kEpoch, signer, seal_to);
}

std::string switch_letter(const SwitchLetter& letter, const signature::DeviceKey& signer,
                          const signature::PublicKey& seal_to) {
    return sealed_letter({{"session", letter.session.text()},
                          {"to", letter.to.participant.text()},
                          {"page", letter.to.run},
                          {"epoch", letter.epoch},
                          {"old_ms", letter.old_ms}},
                         kSwitch, signer, seal_to);
}

std::string pong_letter(const PongLetter& letter, const signature::DeviceKey& signer,
                        const signature::PublicKey& seal_to) {
    return sealed_letter({{"session", letter.session.text()},
                          {"to", letter.to.participant.text()},
                          {"page", letter.to.run},
                          {"nonce", letter.nonce},
                          {"epoch", letter.epoch}},
                         kPong, signer, seal_to);
}

base::Result<Word> parse_word(std::string_view payload) {
    const auto object = object_in(payload, kMaxLetterBytes);
    if (!object) return malformed("a word that is no JSON object");
    Word word{id_in<base::SessionId>(*object, "session"),
              {id_in<base::ParticipantId>(*object, "participant"),
               text_or_empty(*object, "page", kRunChars)},
              number_in(*object, "number").value_or(0),
              Word::Say::Ack,
              number_in(*object, "epoch").value_or(0),
              text_or_empty(*object, "text", kMaxNoteBytes)};
    if (!word.session || !word.from.participant || !is_run(word.from.run) || word.number == 0) {
        return malformed("a word without session, participant, page or number");
    }
    const std::string say = text_or_empty(*object, "say", kMaxShortText);
    if (say == "ack") {
        if (word.epoch == 0) return malformed("an ack of no epoch");
    } else if (say == "matches") {
        word.say = Word::Say::Matches;
    } else if (say == "differs") {
        word.say = Word::Say::Differs;
    } else if (say == "note") {
        word.say = Word::Say::Note;
        if (word.text.empty()) return malformed("a note that is empty or longer than 4 KiB");
    } else {
        return malformed("a word that is unknown; are page and kiosk of one version?");
    }
    return word;
}

}  // namespace sightline::keys

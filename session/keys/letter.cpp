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
constexpr std::string_view kNews = "sightline-news";
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

// Empty if it is not there. nullopt: it is no text, or a longer one, which must not be cut.
std::optional<std::string> text_within(const json::object& object, std::string_view name,
                                       std::size_t most) {
    return object.contains(name) ? base::text_in(object, name, most) : std::string();
}

// Nothing that is there may be anything but true or false.
std::optional<bool> flag_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr) return false;
    return value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

std::optional<Noted> read_note(const json::object& object) {
    auto question = text_within(object, "question", kMaxNoteBytes);
    // Pages of before had one text.
    auto answer = text_within(object, object.contains("answer") ? "answer" : "text", kMaxNoteBytes);
    auto demeanour = text_within(object, "demeanour", kMaxNoteBytes);
    const auto bookmark = flag_in(object, "bookmark");
    if (!question || !answer || !demeanour || !bookmark) return std::nullopt;
    const auto size = question->size() + answer->size() + demeanour->size();
    if (size > kMaxNoteBytes || (size == 0 && !*bookmark)) return std::nullopt;
    return Noted{std::move(*question), std::move(*answer), std::move(*demeanour), *bookmark};
}

std::optional<Spoken> read_spoken(const json::object& object) {
    auto language = text_within(object, "language", kMaxShortText);
    auto dialect = text_within(object, "dialect", kMaxShortText);
    const auto heard = flag_in(object, "heard");
    if (!language || !dialect || !heard) return std::nullopt;
    return Spoken{std::move(*language), std::move(*dialect), *heard};
}

// What a word other than an Ack says. nullopt: nothing that is known.
std::optional<Word::Say> read_say(const json::object& object) {
    const std::string say = text_or_empty(object, "say", kMaxShortText);
    if (say == "matches") return Word::Say::Matches;
    if (say == "differs") return Word::Say::Differs;
    if (say == "note") return Word::Say::Note;
    if (say == "undertake") return Word::Say::Undertake;
    if (say == "languages") return Word::Say::Languages;
    if (say == "view") return Word::Say::AskView;
    const std::string turn = text_or_empty(object, "turn", kMaxShortText);
    if (say == "turn" && turn == "take") return Word::Say::TakeTurn;
    if (say == "turn" && turn == "give") return Word::Say::GiveTurn;
    return say == "ack" ? std::optional(Word::Say::Ack) : std::nullopt;
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

std::string news_letter(const NewsLetter& letter, const signature::DeviceKey& signer,
                        const signature::PublicKey& seal_to) {
    const News& news = letter.news;
    json::value pause_until, understood;
    if (news.pause_until) pause_until = news.pause_until->time_since_epoch().count();
    if (news.understood) understood = *news.understood;
    json::array undertaken, languages;
    for (const auto& id : news.undertaken) undertaken.emplace_back(id.text());
    for (const LanguagesLine& line : news.languages) {
        languages.push_back(json::object{{"id", line.id.text()},
                                         {"language", line.language},
                                         {"dialect", line.dialect},
                                         {"heard", line.heard}});
    }
    return sealed_letter({{"session", letter.session.text()},
                          {"to", letter.to.participant.text()},
                          {"page", letter.to.run},
                          {"number", letter.number},
                          {"now", letter.at.time_since_epoch().count()},
                          {"pause_until", std::move(pause_until)},
                          {"turn", news.turn ? news.turn.text() : std::string()},
                          {"view", model::name_of(news.view)},
                          {"asked_view", news.asked_view ? model::name_of(*news.asked_view) : ""},
                          {"understood", std::move(understood)},
                          {"undertaken", std::move(undertaken)},
                          {"languages", std::move(languages)},
                          {"live_ms", news.live.at(letter.at).count()},
                          {"training", news.training}},
                         kNews, signer, seal_to);
}

base::Result<Word> parse_word(std::string_view payload) {
    const auto object = object_in(payload, kMaxLetterBytes);
    if (!object) return malformed("a word that is no JSON object");
    Word word;
    word.session = id_in<base::SessionId>(*object, "session");
    word.from = {id_in<base::ParticipantId>(*object, "participant"),
                 text_or_empty(*object, "page", kRunChars)};
    word.number = number_in(*object, "number").value_or(0);
    if (!word.session || !word.from.participant || !is_run(word.from.run) || word.number == 0) {
        return malformed("a word without session, participant, page or number");
    }
    const auto say = read_say(*object);
    if (!say) return malformed("a word that is unknown; are page and kiosk of one version?");
    word.say = *say;
    if (word.say == Word::Say::Ack) {
        word.epoch = number_in(*object, "epoch").value_or(0);
        if (word.epoch == 0) return malformed("an ack of no epoch");
    } else if (word.say == Word::Say::Note) {
        auto note = read_note(*object);
        if (!note) return malformed("a note that is empty or longer than 4 KiB");
        word.note = std::move(*note);
    } else if (word.say == Word::Say::Languages) {
        auto spoken = read_spoken(*object);
        if (!spoken) return malformed("languages that are no texts of at most 64 bytes");
        word.spoken = std::move(*spoken);
    } else if (word.say == Word::Say::AskView) {
        const auto view = model::view_from_name(text_or_empty(*object, "view", kMaxShortText));
        if (!view) return malformed("a view that there is not; ask for face, room or document");
        word.view = *view;
    }
    return word;
}

}  // namespace sightline::keys

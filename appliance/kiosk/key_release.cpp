#include "appliance/kiosk/key_release.h"

#include <algorithm>
#include <array>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"
#include "session/identity/verification_words.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using keys::Device;

constexpr std::size_t kNonceBytes = 16;
// That wait for an answer: a page is asked when it comes and when it says hello.
constexpr std::size_t kMaxQuestions = 4;
// News of one start of the kiosk that its numbers have room for before they meet those of the next.
constexpr unsigned kNewsBits = 20;
constexpr std::int64_t kShortestOldMs = 1000;
constexpr std::int64_t kLongestOldMs = 10'000;  // whatever a hub reports

std::string random_nonce() {
    std::array<std::uint8_t, kNonceBytes> bytes{};
    base::fill_random(bytes);
    return base::to_base64url(bytes);
}

Error forbidden(const char* why) { return {Errc::Forbidden, std::string("media keys: ") + why}; }

}  // namespace

KeyRelease::KeyRelease(base::SessionId session, std::uint64_t incarnation,
                       const signature::DeviceKey& kiosk, const DeviceTrust& trust)
    : session_(session),
      incarnation_(incarnation),
      kiosk_(kiosk),
      trust_(trust),
      schedule_(session, incarnation) {}

bool KeyRelease::settle(const RunningInterview& now, const std::vector<lease::Flow>& flows,
                        bool cut) {
    applicant_ = now.applicant().participant.id;
    if (bridge_until_ && !cut && !all_have_answered(now)) return false;
    bridge_until_.reset();
    std::string roster;
    for (const auto& person : people(now)) {
        roster += person.id.text() + " " + person.role + " " + person.thumbprint + " " +
                  person.name + " / " + person.organisation + "\n";
    }
    if (!schedule_.update(flows, devices(now), roster)) return false;
    write_epochs(now);
    return true;
}

bool KeyRelease::all_have_answered(const RunningInterview& now) const {
    if (engine_run_.empty()) return false;
    return std::all_of(now.row.roster.begin(), now.row.roster.end(), [&](const auto& attendee) {
        return attendee.place != model::Place::Admitted || attendee.device_jwk.empty() ||
               standing_of(attendee) == Standing::Vouched;
    });
}

bool KeyRelease::tick(base::Instant instant) {
    const bool crossed = bridge_until_ && instant >= *bridge_until_;
    if (crossed) bridge_until_.reset();
    if (!schedule_.tick(instant)) return crossed;
    write_switches();
    return true;
}

std::vector<Device> KeyRelease::devices(const RunningInterview& now) const {
    std::vector<Device> out;
    if (!engine_run_.empty()) out.push_back({now.applicant().participant.id, engine_run_});
    for (const auto& [id, page] : pages_) {
        const auto* attendee = now.find(id);
        if (attendee == nullptr || attendee->place != model::Place::Admitted) continue;
        if (standing_of(*attendee) == Standing::Vouched) out.push_back({id, page.run});
    }
    return out;
}

KeyRelease::Standing KeyRelease::standing_of(const model::Attendee& attendee) const {
    const auto page = pages_.find(attendee.participant.id);
    if (page == pages_.end()) return Standing::None;
    const bool bound = page->second.key.jwk() == attendee.device_jwk;
    return bound && trust_.vouch(page->second.key, attendee.participant.role) ? Standing::Vouched
                                                                              : Standing::Unvouched;
}

const signature::PublicKey* KeyRelease::device_of(base::ParticipantId participant) const {
    const auto page = pages_.find(participant);
    return page == pages_.end() ? nullptr : &page->second.key;
}

std::vector<keys::PersonLine> KeyRelease::people(const RunningInterview& now) const {
    std::vector<keys::PersonLine> out;
    for (const auto& attendee : now.row.roster) {
        if (attendee.place != model::Place::Admitted) continue;
        const auto role = attendee.participant.role;
        const auto key = role == model::Role::Applicant
                             ? base::Result<signature::PublicKey>(kiosk_.public_key())
                             : signature::PublicKey::parse(attendee.device_jwk);
        if (!key || (role != model::Role::Applicant && !trust_.vouch(*key, role))) continue;
        out.push_back({attendee.participant.id, attendee.participant.name, model::name_of(role),
                       attendee.organisation, key->thumbprint()});
    }
    return out;
}

void KeyRelease::challenge(const RunningInterview& now, base::ParticipantId participant,
                           std::string run) {
    auto nonce = random_nonce();
    auto& asked = nonces_[participant];
    asked.push_back(nonce);
    if (asked.size() > kMaxQuestions) asked.pop_front();
    write(participant,
          keys::challenge_letter({session_, kiosk_.public_key().jwk(), std::move(nonce),
                                  identity::commitment_of(now.row.salt), trust_.root_jwk(),
                                  trust_.mission_jws(), std::move(run)}));
}

void KeyRelease::joined(const RunningInterview& now, base::ParticipantId participant) {
    if (participant == now.applicant().participant.id || pages_.contains(participant)) return;
    challenge(now, participant, {});
}

base::Result<LetterNews> KeyRelease::hear(const RunningInterview& now, base::ParticipantId from,
                                          std::string_view text) {
    const auto* attendee = now.find(from);
    if (attendee == nullptr || attendee->participant.role == model::Role::Applicant) {
        return forbidden("a letter of somebody who was not invited");
    }
    const auto letter = keys::parse_letter(text);
    if (!letter) return letter.error();
    if (const auto* hello = std::get_if<keys::HelloLetter>(&*letter)) {
        challenge(now, from, hello->run);
        return LetterNews{};
    }
    if (const auto* announcement = std::get_if<keys::AnnouncementLetter>(&*letter)) {
        return announced(now, *attendee, *announcement);
    }
    if (const auto* ping = std::get_if<keys::PingLetter>(&*letter)) {
        answer_ping(*attendee, *ping);
        return LetterNews{};
    }
    return opened(now, from, std::get<keys::SealedLetter>(*letter));
}

void KeyRelease::answer_ping(const model::Attendee& attendee, const keys::PingLetter& ping) {
    const auto id = attendee.participant.id;
    const auto page = pages_.find(id);
    if (page == pages_.end() || page->second.run != ping.run ||
        standing_of(attendee) != Standing::Vouched) {
        return;
    }
    write(id, keys::pong_letter({session_, {id, ping.run}, ping.nonce, schedule_.newest().number},
                                kiosk_, page->second.seal));
}

base::Result<LetterNews> KeyRelease::announced(const RunningInterview& now,
                                               const model::Attendee& attendee,
                                               const keys::AnnouncementLetter& letter) {
    const auto id = attendee.participant.id;
    auto key = signature::PublicKey::parse(letter.key);
    if (!key) return key.error();
    const auto payload = key->verify(letter.jws, keys::kAnnouncement);
    if (!payload) return payload.error();
    auto said = keys::parse_announcement(*payload);
    if (!said) return said.error();
    auto& asked = nonces_[id];
    const auto question = std::find(asked.begin(), asked.end(), said->nonce);
    if (said->session != session_ || said->participant != id || question == asked.end()) {
        return forbidden("an announcement that answers no question of this kiosk");
    }
    const Page page{said->run, *key, said->seal, 0};
    if (auto may = may_have_keys(attendee, page, said->proof); !may) {
        // For staff to see whose it is; one that has keys is not driven out by one that has none.
        if (standing_of(attendee) != Standing::Vouched) pages_[id] = page;
        return may.error();
    }
    asked.erase(question);
    const auto known = pages_.find(id);
    const bool same =
        known != pages_.end() && known->second.run == page.run && known->second.key == page.key;
    if (!same) pages_[id] = page;
    LetterNews news;
    if (attendee.device_jwk.empty()) news.bind = *key;
    // The line may have lost what it was told.
    if (same) write_epoch(now, {id, page.run});
    return news;
}

base::Result<void> KeyRelease::may_have_keys(const model::Attendee& attendee, const Page& page,
                                             const std::string& proof) const {
    if (attendee.device_jwk.empty()) {
        const auto secret = base::from_hex(attendee.link_secret);
        if (!secret || secret->empty() ||
            keys::link_proof(base::Secret(base::ByteView(*secret)), session_,
                             attendee.participant.id, page.key.thumbprint()) != proof) {
            return forbidden(
                "a browser that has not shown the secret of this person's link; ask them to open "
                "the link itself, or invite them anew");
        }
    } else if (attendee.device_jwk != page.key.jwk()) {
        return forbidden(
            "another browser than the one that this person's link was opened in; invite them "
            "anew if it is theirs");
    }
    return trust_.vouch(page.key, attendee.participant.role);
}

base::Result<LetterNews> KeyRelease::opened(const RunningInterview& now, base::ParticipantId from,
                                            const keys::SealedLetter& letter) {
    const auto page = pages_.find(from);
    if (page == pages_.end()) return forbidden("a sealed letter of a page that is not known");
    const auto jws = seal_.open(letter.jwe);
    if (!jws) return jws.error();
    const auto payload = page->second.key.verify(jws->reveal_text(), keys::kWord);
    if (!payload) return payload.error();
    auto word = keys::parse_word(*payload);
    if (!word) return word.error();
    const Device device{from, page->second.run};
    if (word->session != session_ || word->from != device ||
        word->number <= page->second.last_word) {
        return forbidden("a letter of another page, or one that came before");
    }
    page->second.last_word = word->number;
    LetterNews news;
    if (word->say == keys::Word::Say::Ack) {
        news.changed = schedule_.acknowledge(device, word->epoch);
        if (news.changed) write_switches();
    } else if (standing_of(*now.find(from)) == Standing::Vouched) {
        news.word = std::move(*word);
    } else {
        return forbidden("a word of a device that nobody vouches for");
    }
    return news;
}

void KeyRelease::repeat(const RunningInterview& now) { write_epochs(now); }

void KeyRelease::write_epochs(const RunningInterview& now) {
    for (const auto& device : schedule_.newest().devices) write_epoch(now, device);
}

void KeyRelease::write_epoch(const RunningInterview& now, const Device& to) {
    const auto page = pages_.find(to.participant);
    const auto& devices = schedule_.newest().devices;
    const bool told = std::find(devices.begin(), devices.end(), to) != devices.end();
    if (page == pages_.end() || !told) return;
    const auto salt = base::from_hex(now.row.salt).value_or(base::Bytes());
    write(to.participant,
          keys::epoch_letter({session_, to, base::to_base64url(salt), seal_.public_key().jwk(),
                              people(now), schedule_.newest(), schedule_.switched(), old_ms()},
                             kiosk_, page->second.seal));
    news_owed_.insert(to);
}

void KeyRelease::tell(keys::News news, model::RecordTime at) {
    const auto owed = std::exchange(news_owed_, {});
    const bool changed = !news_ || *news_ != news;
    news_ = std::move(news);
    for (const auto& device : schedule_.newest().devices) {
        if (changed || owed.contains(device)) write_news(device, at);
    }
}

void KeyRelease::write_news(const Device& to, model::RecordTime at) {
    const auto page = pages_.find(to.participant);
    if (page == pages_.end() || page->second.run != to.run) return;
    // Below 2^53, which is as far as a page counts: an incarnation is about the seconds of the
    // clock.
    const auto number = (incarnation_ << kNewsBits) + ++news_told_;
    write(to.participant,
          keys::news_letter({session_, to, number, *news_, at}, kiosk_, page->second.seal));
}

void KeyRelease::write_switches() {
    for (const auto& device : schedule_.newest().devices) {
        const auto page = pages_.find(device.participant);
        if (page == pages_.end() || page->second.run != device.run) continue;
        write(device.participant,
              keys::switch_letter({session_, device, schedule_.newest().number, old_ms()}, kiosk_,
                                  page->second.seal));
    }
}

void KeyRelease::note_round_trip(base::ParticipantId participant, double milliseconds) {
    round_trips_[participant] = milliseconds;
}

std::int64_t KeyRelease::old_ms() const {
    double longest = 0;
    for (const auto& [id, ms] : round_trips_) longest = std::max(longest, ms);
    return std::clamp(static_cast<std::int64_t>(2 * longest), kShortestOldMs, kLongestOldMs);
}

bool KeyRelease::engine_has(std::uint64_t epoch) {
    const bool switches = schedule_.acknowledge({applicant_, engine_run_}, epoch);
    if (switches) write_switches();
    return switches;
}

std::optional<EngineKeysMark> KeyRelease::engine_mark() const {
    const auto& newest = schedule_.newest();
    const Device engine{applicant_, engine_run_};
    if (std::find(newest.devices.begin(), newest.devices.end(), engine) == newest.devices.end()) {
        return std::nullopt;
    }
    return EngineKeysMark{session_, engine_run_, newest.number, schedule_.switched()};
}

std::string KeyRelease::engine_line(const RunningInterview& now) const {
    EngineKeys all{engine_mark().value_or(EngineKeysMark()), old_ms(), {}, {}, {}};
    for (const auto& person : people(now)) {
        all.people.push_back({person.id, person.name, person.role, person.organisation});
    }
    for (const auto& key : schedule_.newest().keys) {
        const EngineKey entry{key.sender.participant, key.video, key.kid,
                              base::to_base64url(key.base_key.reveal())};
        if (key.sender.participant == applicant_) all.send.push_back(entry);
        if (key.goes_to(applicant_)) all.receive.push_back(entry);
    }
    return engine_keys(all);
}

std::vector<std::pair<base::ParticipantId, std::string>> KeyRelease::take_letters() {
    return std::exchange(letters_, {});
}

}  // namespace sightline::kiosk

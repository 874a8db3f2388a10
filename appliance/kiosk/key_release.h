// Hands out the media keys of one interview: to the engine, and by letters through the hub to every
// page whose device is the one that this person's invitation, and where there is one the
// delegation's roster, vouches for. Keeps to what the running interview says: who is admitted, what
// may flow, which device key was bound to whom. Decides nothing else, and writes nothing down.
// One thread; must not outlive `kiosk` and `trust`.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "appliance/kiosk/device_trust.h"
#include "appliance/kiosk/engine_messages.h"
#include "appliance/kiosk/running_interview.h"
#include "session/keys/key_schedule.h"
#include "session/keys/letter.h"
#include "session/signature/device_key.h"
#include "session/signature/sealing_key.h"

namespace sightline::kiosk {

// What somebody's letter was about, beyond what is done with it here.
struct LetterNews {
    // This key is theirs from now on, once it is written down.
    std::optional<signature::PublicKey> bind;
    // Anything but an Ack.
    std::optional<keys::Word> word;
    // Everybody is to switch: see `settle`.
    bool changed = false;
};

class KeyRelease {
  public:
    KeyRelease(base::SessionId session, std::uint64_t incarnation,
               const signature::DeviceKey& kiosk, const DeviceTrust& trust);

    // A kiosk that was started again asks every page anew. Until all have answered, but no longer
    // than `until`, media goes on under the keys of before: no epoch begins by itself.
    void bridge(base::Instant until) { bridge_until_ = until; }
    // Brings the keys in line with the interview; `flows` are its own. `cut`: somebody loses
    // something by it, so nothing is waited for. True: a new epoch.
    bool settle(const RunningInterview& now, const std::vector<lease::Flow>& flows, bool cut);
    // Gives those who are waited for their time; call it every 100 ms or so. True: call settle.
    bool tick(base::Instant instant);

    // Asks a page who it is. `run`: only that one; empty: whichever is there.
    void challenge(const RunningInterview& now, base::ParticipantId participant, std::string run);
    // Asks unless it is known.
    void joined(const RunningInterview& now, base::ParticipantId participant);
    // Their page is gone: what it had opens nothing any more after the next `settle`.
    void left(base::ParticipantId participant) { pages_.erase(participant); }
    // Errors: Malformed, Forbidden (a device that nobody vouches for, a signature of another), each
    // in a sentence for the log.
    base::Result<LetterNews> hear(const RunningInterview& now, base::ParticipantId from,
                                  std::string_view text);
    // Everything that holds once more: letters may have been lost with the line to the hub.
    void repeat(const RunningInterview& now);
    // Writes it to every device that has keys, and has not been told it since its last epoch
    // letter.
    void tell(keys::News news, model::RecordTime at);
    // What of round trips the hub reports.
    void note_round_trip(base::ParticipantId participant, double milliseconds);

    void engine_started(std::string run) { engine_run_ = std::move(run); }
    // The engine has these keys. True: senders switch.
    bool engine_has(std::uint64_t epoch);
    // none: the engine has no part in the keys yet.
    std::optional<EngineKeysMark> engine_mark() const;
    std::string engine_line(const RunningInterview& now) const;

    // Oldest first.
    std::vector<std::pair<base::ParticipantId, std::string>> take_letters();

    keys::KeySchedule& schedule() { return schedule_; }
    const keys::KeySchedule& schedule() const { return schedule_; }

    enum class Standing : std::uint8_t {
        None,       // no page of theirs has announced a device
        Unvouched,  // one has, and gets no key
        Vouched,
    };
    Standing standing_of(const model::Attendee& attendee) const;
    // The device that announced itself last; null: none.
    const signature::PublicKey* device_of(base::ParticipantId participant) const;
    // Of everybody admitted who has a device; the kiosk is the applicant's.
    std::vector<keys::PersonLine> people(const RunningInterview& now) const;

  private:
    struct Page {
        std::string run;
        signature::PublicKey key;
        signature::PublicKey seal;
        std::uint64_t last_word = 0;
    };
    base::Result<LetterNews> announced(const RunningInterview& now, const model::Attendee& attendee,
                                       const keys::AnnouncementLetter& letter);
    base::Result<LetterNews> opened(const RunningInterview& now, base::ParticipantId from,
                                    const keys::SealedLetter& letter);
    base::Result<void> may_have_keys(const model::Attendee& attendee, const Page& page,
                                     const std::string& proof) const;
    bool all_have_answered(const RunningInterview& now) const;
    std::vector<keys::Device> devices(const RunningInterview& now) const;
    void answer_ping(const model::Attendee& attendee, const keys::PingLetter& ping);
    void write_epoch(const RunningInterview& now, const keys::Device& to);
    void write_epochs(const RunningInterview& now);
    void write_switches();
    void write_news(const keys::Device& to, model::RecordTime at);
    std::int64_t old_ms() const;
    void write(base::ParticipantId to, std::string letter) {
        letters_.emplace_back(to, std::move(letter));
    }

    const base::SessionId session_;
    const std::uint64_t incarnation_;
    const signature::DeviceKey& kiosk_;
    const DeviceTrust& trust_;
    signature::SealingKey seal_ = signature::SealingKey::random();
    keys::KeySchedule schedule_;
    std::string engine_run_;
    base::ParticipantId applicant_;
    std::optional<base::Instant> bridge_until_;
    std::map<base::ParticipantId, Page> pages_;
    std::map<base::ParticipantId, std::deque<std::string>> nonces_;  // asked and not answered
    std::map<base::ParticipantId, double> round_trips_;              // ms
    std::optional<keys::News> news_;                                 // as it was told last
    std::uint64_t news_told_ = 0;
    std::set<keys::Device> news_owed_;
    std::vector<std::pair<base::ParticipantId, std::string>> letters_;
};

}  // namespace sightline::kiosk

// The authority over the interview at this kiosk: how it stands, who belongs to it and where they
// are, what the applicant consented to, and so who may receive what from whom. It is told what
// people ask for and what the hub reports, keeps the store, and says what hub and engine must be
// told. Whether somebody may ask for it, access::check has decided before, except for what people
// ask in their browsers, which comes by the hub. No sockets, no clock. One thread; must not outlive
// what it is made with.
//
// The order of a change: what lets less flow is in force and announced before the disk is touched,
// because a person who stops must not wait for a disk, nor for one that is full; what lets more
// flow is written first, so that nothing flows that a crash would not remember. Either way nobody
// is told "done" before it is written.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "appliance/kiosk/access_token.h"
#include "appliance/kiosk/attestation.h"
#include "appliance/kiosk/engine_watch.h"
#include "appliance/kiosk/floor.h"
#include "appliance/kiosk/hub_messages.h"
#include "appliance/kiosk/interview_record.h"
#include "appliance/kiosk/key_release.h"
#include "appliance/kiosk/lease_issuer.h"
#include "appliance/kiosk/now.h"
#include "appliance/kiosk/plan.h"
#include "appliance/kiosk/refusal_log.h"
#include "appliance/kiosk/running_interview.h"
#include "appliance/kiosk/site.h"
#include "session/consent/consent_text.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

// An interview that the kiosk left in the middle by a crash goes on if the kiosk is back within
// this time. An older one is ended as interrupted at the last moment it was known to run. Those
// that are only scheduled wait for as long as it takes.
inline constexpr std::chrono::minutes kResumeWindow{10};
// After the hub took the interview up again, those it does not name within this time are gone.
inline constexpr std::chrono::seconds kConfirmWindow{10};
inline constexpr std::chrono::seconds kAliveInterval{5};
// A live interview whose hub is away for longer than this pauses.
inline constexpr std::chrono::seconds kLinkPatience{10};
// After a restart, how long pages have to say again who they are before keys are made anew.
inline constexpr std::chrono::seconds kBridge{3};

class SessionAuthority {
  public:
    using Said = storage::Said;

    // `announce` sends what hub and engine must be told, before it returns; it may be empty.
    SessionAuthority(storage::InterviewRepository& repository, const consent::TextLibrary& texts,
                     Site site, const DeviceTrust& trust, std::function<void()> announce = {});

    // Once the store is open: takes up the interview a crash or a stop left, ends older ones.
    // Throws StorageError.
    void resume(Identity identity, Now now);
    const Identity* identity() const { return identity_ ? &*identity_ : nullptr; }

    // Errors of all: Conflict (no interview, or it stands elsewhere), Malformed, NotFound,
    // Exhausted, Unavailable (not written; the sentence says whether it is in force).
    // Several may wait. The latest is the one at hand, unless another one was chosen or has begun:
    // only that one is open at the hub, and all that follows is about it.
    base::Result<base::SessionId> schedule(Plan plan, const Said& said, Now now);
    base::Result<void> choose(base::SessionId scheduled, const Said& said, Now now);
    base::Result<void> step(const model::StepOrder& order, const Said& said, Now now);

    base::Result<Invited> invite(InvitationOrder order, const Said& said);
    base::Result<void> admit(base::ParticipantId participant, const Said& said);
    base::Result<void> send_back(base::ParticipantId participant, const Said& said);
    // `reason`: for the record, or empty.
    base::Result<void> remove(base::ParticipantId participant, const Said& said,
                              const std::string& reason = {});

    // What is missing of `consent` is filled in: id, time, basis, signature. Gives it as written.
    base::Result<model::Consent> record_consent(model::Consent consent, const Said& said);
    // Of what was given: a person's, or a guardian's for a child. `session`: one that has ended.
    base::Result<model::Consent> withdraw(const Withdrawal& withdrawal, const Said& said);
    base::Result<void> judge_subject(base::RecordId person, bool suitable, const Said& said);

    // How much of it is kept for now: with Fact nothing is.
    base::Result<Keeping> write_note(model::Note note, const Said& said);
    base::Result<Keeping> report_incident(std::string kind, std::string detail, const Said& said);
    base::Result<void> set_mute(Mute mute, const Said& said);
    // Also Forbidden: of somebody whose role it is not.
    base::Result<void> attest(const Attestation& attestation, const Said& said);
    base::Result<void> show_view(model::View view);

    // Six words that are the same wherever the same people talk: for staff to compare aloud. Some
    // 60 ms when somebody's device is new.
    base::Result<std::vector<std::string>> words();
    base::Result<void> judge_words(bool match, const Said& said);

    // Of another roster, say: whoever is not vouched for any more has no keys from now on.
    void trust_changed();

    // A hub of several may not have the interview: it is the one that we tell the engine and, in
    // links, people of, once it has said that it opened it.
    void hub_connected(HubPlace hub = {});
    void hub_lost(Now now);
    void on_hub(const HubMessage& message, Now now);
    // What is to be sent, oldest first. Empty while the hub is away: it hears all when it is back.
    std::vector<std::string> take_hub_messages();

    void on_engine(EngineEvent event, Now now);
    // `run`: another one after every start of the engine, which gets keys of its own.
    void engine_started(std::string run);
    void engine_has_keys(std::uint64_t epoch);
    std::optional<EngineKeysMark> engine_keys() const;
    std::string engine_keys_line() const;  // for engine_keys()
    // What the engine should be in: from the check-in on, as soon as the hub knows the interview.
    std::optional<EngineJoin> engine_join() const;
    SendOrder send_order() const;
    Mute mute() const;
    model::View view() const;  // face, while there is no interview
    // For the hub, by way of the engine: the present lease lives. none: there is none.
    std::optional<lease::HeartbeatBytes> answer(lease::Nonce nonce);

    // Something was refused, here or elsewhere: for the audit log, as far as that takes it.
    void log_refusal(const Refusal& refusal, Now now);

    // Call it at least every second.
    void tick(Now now);
    // Call it every 100 ms or so: keys wait for those who do not answer, but not for long.
    void tick_keys(Now now);

    const RunningInterview* running() const { return live_ ? &live_->now : nullptr; }
    std::optional<model::State> state() const;
    // Everything; without `names` nothing that says who they are.
    enum class Names : std::uint8_t { Shown, Hidden };
    boost::json::object status(Names names) const;
    boost::json::object lobby() const;

    // What the applicant, in front of the kiosk, sees of the interview and may ask for by one
    // touch. Forbidden: it is not the moment for it.
    boost::json::object applicant_view() const;
    base::Result<void> applicant_asks(Asked::What what, Now now);

  private:
    // What of a person the hub last told.
    struct Presence {
        bool here = false;
        // Here as far as we know, but the hub has not said so since this moment.
        std::optional<model::RecordTime> unconfirmed_since;
    };
    // What people said of the verification words; it is of these devices only.
    struct WordsHeard {
        std::vector<std::string> thumbprints;
        std::vector<std::string> words;      // empty: not worked out yet
        std::map<std::string, bool> judged;  // by participant or staff account: they match
    };
    struct Live {
        RunningInterview now;
        LeaseIssuer lease;
        KeyRelease keys;
        AccessToken applicant;
        std::map<base::ParticipantId, Presence> presence;
        std::optional<storage::Break> pause;
        bool known_to_hub = false;
        bool lease_alive = false;  // by the hub's word
        base::Instant confirm_until = base::kNever;
        base::Instant next_alive{};
        WordsHeard words;
        Floor floor{};
    };
    enum class Effect : std::uint8_t {
        OnceWritten,
        AtOnce,  // also when the disk takes nothing
    };
    // Brings `next` in force and has it written. What lets less flow is always AtOnce, what lets
    // more flow always OnceWritten.
    base::Result<void> change(RunningInterview next, InterviewRecord::Write write, Effect effect);
    base::Result<void> save(RunningInterview next, std::vector<storage::Leaf> leaves,
                            const Said& said, Effect effect);
    Live live_with(RunningInterview now, AccessToken applicant, Now at) const;
    void put_in_force(RunningInterview next);
    bool settle_keys(bool cut);
    void change_keys();
    void tell_lease();
    void tell_letters();
    WordsHeard& words_heard();
    void judge_words(const std::string& who, bool match, std::string detail, const Said& said);
    std::string link_to(const model::Attendee& attendee, const AccessToken& token) const;
    void take_word(const model::Attendee& from, const keys::Word& word, Now now);
    base::Result<void> heed(const model::Attendee& from, const keys::Word& word, const Said& said);
    base::Result<void> ask(const model::Attendee& from, Asked::What what, const std::string& reason,
                           Now now);
    std::vector<std::string> differences(const RunningInterview& before) const;
    void announce();
    void tell_hub(std::string message);
    void tell_hub_everything();

    void take_up(const storage::SessionRecord& record, Now now);
    base::Result<void> may_set_aside(const char* what) const;
    void set_aside();
    void part(std::string message);
    base::Result<void> end(RunningInterview next, const Said& said);
    void track_break(const model::Standing& before, model::RecordTime at);
    base::Result<void> move(base::ParticipantId participant, model::Place place, const Said& said);
    base::Result<model::Consent> take_consent(model::Consent consent, const Said& said,
                                              Effect effect);
    base::Result<model::Consent> withdraw_from_ended(const Withdrawal& withdrawal,
                                                     const Said& said);
    void keep_as_consented(model::RecordTime at);

    void on(const Opened& opened, Now now);
    void on(const Joined& joined, Now now);
    void on(const Left& left, Now now);
    void on(const QualityReport& report, Now now);
    void on(const InvitationUsed& used, Now now);
    void on(const LoggedIn& login, Now now);
    void on(const LoggedOut& logout, Now now);
    void on(const PasskeySeen& seen, Now now);
    void on(const Asked& asked, Now now);
    void on(const RefusedAtHub& refused, Now now);
    void on(const LeaseLife& life, Now now);
    void on(const HubComplaint& complaint, Now now);
    void on(const HubLetter& letter, Now now);
    void on(const HubElsewhere&, Now) {}  // HubLink goes there
    void on(const Unknown&, Now) {}

    const model::Attendee* find(base::SessionId session, base::ParticipantId participant) const;
    bool is_here(base::ParticipantId participant) const;
    void end_unconfirmed();
    void pause_without_link(Now now);

    storage::InterviewRepository& repository_;
    const consent::TextLibrary& texts_;
    Site site_;
    HubPlace hub_place_;  // of the connection
    const DeviceTrust& trust_;
    const std::function<void()> announce_;
    InterviewRecord record_;
    RefusalLog refusals_;
    std::optional<Identity> identity_;
    model::RecordTime wall_;  // as it was told last
    std::string engine_run_;  // empty: no engine has come yet
    std::optional<Live> live_;
    bool hub_here_ = false;
    bool hub_answered_ = false;  // since it is here
    base::Instant hub_gone_since_{};
    std::vector<std::string> to_hub_;
    std::vector<std::string> partings_unsent_;  // from interviews, for when the hub is back
};

}  // namespace sightline::kiosk

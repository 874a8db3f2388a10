// The authority over the interview that runs at this kiosk: who belongs to it, with which token,
// and who is there. It is told what people ask for and what the hub reports, keeps the record, and
// returns what the hub must be told. No sockets, no clock. One thread; must not outlive
// `repository`.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/time.h"
#include "appliance/kiosk/access_token.h"
#include "appliance/kiosk/engine_watch.h"
#include "appliance/kiosk/interview_record.h"
#include "appliance/kiosk/messages.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

// An interview that the kiosk left open by a crash goes on if the kiosk is back within this time;
// links then keep working. An older one is closed as interrupted at the last moment it was known to
// run.
inline constexpr std::chrono::minutes kResumeWindow{10};
// After the hub took the interview up again, those it does not name within this time are gone.
inline constexpr std::chrono::seconds kConfirmWindow{10};
inline constexpr std::chrono::seconds kAliveInterval{5};

struct Now {
    base::Instant instant;   // for deadlines
    model::RecordTime wall;  // for the record
};
// Where people and the engine find the hub.
struct Site {
    std::string public_url;       // links begin with it; no slash at the end
    std::string hub_url;          // for the engine
    std::string hub_fingerprint;  // for the engine: hexadecimal, or empty
};
struct Invitation {
    base::ParticipantId participant;
    std::string link;  // holds the clear token: hand it over, do not keep it
};

class SessionAuthority {
  public:
    SessionAuthority(storage::InterviewRepository& repository, Site site);

    // At start: takes up the interview a crash left open, closes older ones. Throws StorageError.
    void resume(Now now);

    // Errors: Conflict (one runs already, or none), Malformed (names), Forbidden (roles that are
    // not invited), Exhausted, NotFound, Unavailable (the record cannot be written).
    base::Result<base::SessionId> open(std::string title, Now now);
    base::Result<void> close(Now now);
    base::Result<Invitation> invite(model::Role role, std::string name, Now now);
    base::Result<void> remove(base::ParticipantId participant, Now now);

    void hub_connected();
    void hub_lost(Now now);
    void on_hub(const HubMessage& message, Now now);
    // What is to be sent, oldest first. Empty while the hub is away: it hears all when it is back.
    std::vector<std::string> take_hub_messages();

    void on_engine(EngineEvent event, Now now);
    // What the engine should be in: present as soon as the hub knows the interview, until its end.
    std::optional<EngineJoin> engine_join() const;

    // Call it at least every second.
    void tick(Now now);

    bool running() const { return running_.has_value(); }
    boost::json::object status() const;

  private:
    struct Person {
        model::Participant participant;
        bool present = false;
        // Present as far as we know, but the hub has not said so since this moment.
        std::optional<model::RecordTime> unconfirmed_since;
    };
    struct Running {
        model::Interview interview;
        std::vector<Person> people;
        AccessToken applicant;
        bool known_to_hub = false;
        base::Instant confirm_until = base::kNever;
        base::Instant next_alive{};
    };
    void take_up(const storage::SessionRecord& record);
    void tell_hub(std::string message);
    Person* find(base::SessionId session, base::ParticipantId participant);
    void end_unconfirmed();
    std::string open_message() const;

    storage::InterviewRepository& repository_;
    InterviewRecord record_;
    const Site site_;
    std::optional<Running> running_;
    bool hub_here_ = false;
    std::vector<std::string> to_hub_;
    std::vector<base::SessionId> closes_unsent_;
};

}  // namespace sightline::kiosk

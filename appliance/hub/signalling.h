// Tells everybody in a session what they need to know: to participants where they and the interview
// stand and, once they are admitted, rosters and slots; joins, leaves, wishes and quality to the
// kiosk whose session it is; letters, unread, to either. Holds their sockets; acts on what the
// kiosk orders and on what the media workers report; cuts the media of whoever may not send or
// receive any more. Main thread. Must not outlive its parts.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/hub/credentials.h"
#include "appliance/hub/lease_desk.h"
#include "appliance/hub/letter_post.h"
#include "appliance/hub/media_plane.h"
#include "appliance/hub/message_socket.h"
#include "appliance/hub/messages.h"
#include "appliance/hub/presence.h"
#include "appliance/hub/quality_board.h"
#include "appliance/hub/resource_directory.h"
#include "appliance/hub/session_registry.h"
#include "appliance/hub/task_group.h"

namespace sightline::hub {

using SocketPtr = std::shared_ptr<MessageSocket>;

class Signalling {
  public:
    Signalling(boost::asio::any_io_executor executor, SessionRegistry& registry,
               Credentials& credentials, ResourceDirectory& resources, QualityBoard& quality,
               LeaseDesk& leases, TaskGroup& tasks);
    // Media exists only after its events have somewhere to go.
    void use_media(MediaPlane& media) { media_ = &media; }

    // A participant's control socket said hello, or is gone. A fifth socket displaces the oldest.
    void arrived(const Holder& holder, SocketPtr socket);
    void departed(const Holder& holder, const SocketPtr& socket, bool said_bye);
    // Errors, of both: those of SessionRegistry::check; Unavailable when the kiosk is away.
    base::Result<void> set_tracks(const Holder& holder, Track audio, Track video);
    template <class Ask>  // AskPause or AskEnd
    base::Result<void> ask(const Holder& holder, const Ask& ask);
    // From whoever is in the session, also in the waiting room: what it is worth the kiosk decides.
    // Errors: Forbidden (removed since), Unavailable, Exhausted.
    base::Result<void> pass_on(const Holder& from, const Letter& letter);

    // Somebody is signed in no more: their connections end, and may come back by another login.
    void signed_out(const Holder& holder);
    void tell_kiosk(const Holder& about, const CredentialNews& news);
    // Somebody was refused something: the kiosk keeps the audit log.
    void refused(const Holder& who, std::string_view what, std::string_view why);
    // False: the kiosk of this session is away at the moment.
    bool reaches_kiosk(base::SessionId session) const;

    // A kiosk said hello, or is gone. The newest socket of a name is the kiosk.
    void kiosk_arrived(const KioskHello& hello, SocketPtr socket);
    void kiosk_departed(const std::string& kiosk, const SocketPtr& socket);
    base::Result<void> obey(const std::string& kiosk, const KioskMessage& order);

    // Another hub has this session, at `origin`: everybody is told so, and it is over here.
    void moved(base::SessionId session, std::string_view origin);

    void media_event(const sfu::Event& event);
    void resource_gone(base::ResourceId resource);

    // Nonces, and leases that have died; call every LeaseDesk::kTick.
    void tick_leases(base::Instant now);
    // Lost participants, logins whose time is over, and sessions whose kiosk did not come back;
    // call at least every second.
    void expire(base::Instant now, model::RecordTime wall);
    boost::asio::awaitable<void> collect_quality();
    void send_quality();
    void close_all();

    std::size_t control_sockets() const;
    std::size_t kiosks() const { return kiosks_.size(); }
    const Presence& presence() const { return presence_; }
    const LetterFigures& letters() const { return letters_.figures; }

  private:
    static std::int64_t now_ms();
    void learn_credentials(base::SessionId session, const ParticipantSpec& spec);
    base::Result<void> credentials_fit(const std::vector<ParticipantSpec>& specs) const;
    void serve_leases();
    void tell_kiosk(base::SessionId session, std::string message);
    // True: they have a connection.
    bool tell(base::ParticipantId participant, const std::string& message);
    base::Result<void> kiosk_is_here(base::SessionId session) const;
    base::Result<void> deliver(const std::string& kiosk, const KioskLetter& letter);
    // After an order: tells each whose situation it has changed, and cuts what may not go on.
    void settle(base::SessionId session);
    void cut_what_may_not_be(const Session& session, const Participant& participant);
    std::string slots_for(const Resource& subscription) const;
    void roster_changed(base::SessionId session);
    void send_rosters();
    void left(base::SessionId session, base::ParticipantId participant, model::LeaveReason reason);
    void remove(base::SessionId session, base::ParticipantId participant);
    void end(base::SessionId session, const char* reason, Reopening reopening);
    void cut_media(base::SessionId session, base::ParticipantId participant);

    boost::asio::any_io_executor executor_;
    SessionRegistry& registry_;
    Credentials& credentials_;
    ResourceDirectory& resources_;
    QualityBoard& quality_;
    LeaseDesk& leases_;
    TaskGroup& tasks_;
    MediaPlane* media_ = nullptr;
    Presence presence_;
    LetterPost letters_;
    std::map<base::ParticipantId, std::vector<SocketPtr>> seats_;
    std::map<base::ParticipantId, Situation> told_;  // of those who have a seat
    std::map<std::string, SocketPtr> kiosks_;
    std::set<base::SessionId> stale_rosters_;
    boost::asio::steady_timer roster_timer_;
};

}  // namespace sightline::hub

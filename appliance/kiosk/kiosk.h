// The kiosk's parts, wired together, and the beat that drives them. One executor thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/kiosk/attachment_desk.h"
#include "appliance/kiosk/control_socket.h"
#include "appliance/kiosk/dossier_desk.h"
#include "appliance/kiosk/engine_link.h"
#include "appliance/kiosk/hub_link.h"
#include "appliance/kiosk/kept_trust.h"
#include "appliance/kiosk/options.h"
#include "appliance/kiosk/requests.h"
#include "appliance/kiosk/session_authority.h"
#include "appliance/kiosk/staff_desk.h"
#include "appliance/kiosk/store_lock.h"
#include "appliance/kiosk/sync_link.h"
#include "appliance/kiosk/touch_screen.h"
#include "hardware/device_secret.h"
#include "hardware/fd_store.h"
#include "session/consent/consent_text.h"
#include "storage/delegation_repository.h"
#include "storage/erasure.h"
#include "storage/interview_repository.h"
#include "storage/staff_repository.h"

namespace sightline::kiosk {

class Kiosk {
  public:
    // Opens the store and the sockets. Throws an exception whose text is a sentence for the
    // operator.
    // `inherited`: what the starter kept over a crash; must outlive this.
    Kiosk(boost::asio::any_io_executor executor, const Options& options,
          hardware::FdStore& inherited);

    // Opens the store if it can, and then takes up the interview; starts everything, and returns at
    // once. A store that stays locked waits for the PIN. `on_ended` is called
    // once, when stop() has taken effect and nothing of ours runs any more.
    void start(std::function<void()> on_ended);
    // Ends every connection, after which the executor has nothing left to do. The interview stays
    // open in the record: the kiosk may be back within the resume window.
    void stop();

  private:
    void spawn(boost::asio::awaitable<void> task);
    void open_store(Now now);
    // Once the store is open: the staff can sign in, and the interview goes on.
    void begin(Now now);
    void erase_what_is_due(Now now);
    std::string answer(std::string_view request);
    boost::asio::awaitable<void> beat();

    boost::asio::any_io_executor executor_;
    const Options options_;
    const consent::TextLibrary texts_;
    std::unique_ptr<hardware::DeviceSecret> device_;
    storage::Store store_;
    storage::InterviewRepository repository_;
    storage::StaffRepository staff_repository_;
    storage::DelegationRepository delegation_repository_;
    storage::Erasure erasure_;
    StoreLock lock_;
    StaffDesk staff_;
    KeptTrust trust_;
    DossierDesk dossiers_;
    AttachmentDesk attachments_;
    SessionAuthority authority_;
    StoreDesk desk_;
    EngineLink engine_;
    HubLink hub_;
    SyncLink sync_;
    ControlSocket control_;
    std::optional<TouchScreen> touch_;  // none: off
    boost::asio::steady_timer timer_;
    bool stopped_ = false;
    int running_ = 0;  // tasks
    std::function<void()> on_ended_;
};

}  // namespace sightline::kiosk

// The kiosk's parts, wired together, and the beat that drives them. One executor thread.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "appliance/kiosk/control_socket.h"
#include "appliance/kiosk/engine_link.h"
#include "appliance/kiosk/hub_link.h"
#include "appliance/kiosk/options.h"
#include "appliance/kiosk/session_authority.h"
#include "storage/interview_repository.h"

namespace sightline::kiosk {

class Kiosk {
  public:
    // Opens the store and the sockets. Throws an exception whose text is a sentence for the
    // operator.
    Kiosk(boost::asio::any_io_executor executor, const Options& options);

    // Takes up or opens the interview and starts everything; returns at once. `on_ended` is called
    // once, when stop() has taken effect and nothing of ours runs any more.
    void start(std::function<void()> on_ended);
    // Ends every connection, after which the executor has nothing left to do. The interview stays
    // open in the record: the kiosk may be back within the resume window.
    void stop();

  private:
    void spawn(boost::asio::awaitable<void> task);
    boost::asio::awaitable<void> beat();

    boost::asio::any_io_executor executor_;
    const Options options_;
    storage::Database database_;
    storage::InterviewRepository repository_{database_};
    SessionAuthority authority_;
    EngineLink engine_;
    HubLink hub_;
    ControlSocket control_;
    boost::asio::steady_timer timer_;
    bool stopped_ = false;
    int running_ = 0;  // tasks
    std::function<void()> on_ended_;
};

}  // namespace sightline::kiosk

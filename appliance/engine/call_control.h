// Does what the kiosk ordered last: joins and leaves an interview, mutes, answers pings, and
// reports twice a second. An order that repeats what is being done changes nothing, so a kiosk that
// restarts may say everything again. Runs on the engine's io_context; must not outlive it or what
// `Parts` refers to.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "appliance/engine/interview.h"
#include "appliance/engine/kiosk_link.h"
#include "appliance/engine/send_gate.h"
#include "appliance/engine/sources.h"

namespace sightline::engine {

class CallControl {
  public:
    // `mirror_url` is empty when there is no mirror page.
    CallControl(Interview::Parts parts, KioskLink& kiosk, SourceKind source, Views views,
                SourceNames names, std::string mirror_url);

    void greet();  // the kiosk has just connected
    void obey(Order order);
    void on_captured();  // the capture has frames or events

    // Runs the interview that is ordered, one after the other, until cancelled.
    boost::asio::awaitable<void> run_interviews();
    // Reports to the kiosk, and feeds the watchdog while pictures keep coming.
    boost::asio::awaitable<void> report();

    static constexpr std::chrono::milliseconds kReportInterval{500};
    // Without a raw picture for this long the source is stuck. The capture restarts it after 3 s;
    // the watchdog ends the whole engine when even that hangs.
    static constexpr std::chrono::milliseconds kStuckAfter{5000};

  private:
    boost::json::object status() const;
    void apply_gate();
    void pass_nonce(base::ByteView nonce);

    Interview::Parts parts_;
    KioskLink& kiosk_;
    SourceKind source_;
    SourceNames names_;
    std::string capture_trouble_;  // empty while picture and sound flow
    std::string mirror_url_;
    std::optional<JoinOrder> wanted_;
    const Views views_;
    model::View view_ = model::View::Face;
    MuteOrder muted_;
    SendGate gate_;
    MediaKeys keys_;
    const std::string run_;  // another one after every start: keys are for one of them
    std::unique_ptr<Interview> interview_;
    boost::asio::steady_timer changed_;  // cancelled when wanted_ changes
};

}  // namespace sightline::engine

// sightline-kiosk: the authority over the interviews at one kiosk.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>
#include <iostream>

#include "appliance/base/log.h"
#include "appliance/base/memory_guard.h"
#include "appliance/kiosk/kiosk.h"
#include "appliance/kiosk/options.h"
#include "hardware/fd_store.h"

int main(int argc, char** argv) {
    using namespace sightline;
    const auto parsed = kiosk::parse_options(argc, argv);
    if (!parsed.options) return parsed.exit_code;
    base::start_log("sightline-kiosk", parsed.options->log_level);
    try {
        if (auto guarded = base::guard_memory(); !guarded) {
            spdlog::warn("memory.unguarded why=\"{}\"", guarded.error().text);
        }
        hardware::FdStore inherited;
        boost::asio::io_context io(1);
        kiosk::Kiosk kiosk(io.get_executor(), *parsed.options, inherited);
        boost::asio::signal_set signals(io, SIGINT, SIGTERM);
        signals.async_wait([&](const boost::system::error_code& cancelled, int) {
            if (!cancelled) kiosk.stop();
        });
        // Timers of libraries may be left, which would keep run() waiting for nothing.
        kiosk.start([&] { io.stop(); });
        io.run();
        return 0;
    } catch (const std::exception& e) {
        std::cerr << "sightline-kiosk: " << e.what() << "\n";
        return 1;
    }
}

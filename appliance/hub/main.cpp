// sightline-hub: wires the objects, runs them on one thread beside the media workers, and takes
// them apart again when asked to stop.
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <stdexcept>

#include "appliance/base/log.h"
#include "appliance/hub/body_room.h"
#include "appliance/hub/connection_limits.h"
#include "appliance/hub/control_socket.h"
#include "appliance/hub/housekeeping.h"
#include "appliance/hub/kiosk_socket.h"
#include "appliance/hub/listener.h"
#include "appliance/hub/options.h"
#include "appliance/hub/place_desk.h"
#include "appliance/hub/sync_roots.h"
#include "appliance/hub/sync_routes.h"
#include "appliance/hub/tls_identity.h"
#include "hardware/watchdog.h"
#include "storage/relay/open_store.h"

namespace {

namespace asio = boost::asio;
using namespace sightline;
using namespace sightline::hub;

// Within these the hub stops whatever its peers do.
constexpr std::chrono::seconds kFarewell{1};
constexpr std::chrono::seconds kCancelled{5};
// Of sites that sync: some forty of their largest bodies at once.
constexpr std::size_t kRoomForBodies = std::size_t{32} * 1024 * 1024;

asio::ssl::context tls_context(const TlsIdentity& identity) {
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                    asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression);
    tls.use_certificate_chain_file(identity.certificate.string());
    tls.use_private_key_file(identity.key.string(), asio::ssl::context::pem);
    return tls;
}

// What a hub that relays dossiers has for it.
struct SyncService {
    SyncService(const Options& options, const OriginPolicy& origins, TaskGroup& tasks)
        : desk([options] { return storage::relay::open_relay_store(options.store, options.state); },
               tasks),
          circles(read_sync_roots(options.sync_roots)),
          routes(desk, circles, origins) {}

    SyncDesk desk;
    SyncCircles circles;
    SyncRoutes routes;
};

int run(const Options& options) {
    asio::io_context io(1);
    const auto main = io.get_executor();
    const auto local = local_addresses();

    TaskGroup tasks(main);
    Metrics metrics;
    QualityBoard quality;
    SessionRegistry registry;
    Credentials credentials;
    SignIn sign_in(registry, credentials);
    ResourceDirectory resources(options.max_subscriptions);
    LeaseDesk leases(registry);
    Signalling signalling(main, registry, credentials, resources, quality, leases, tasks);
    ConnectionLimits limits(options.max_connections, options.max_connections_per_address);
    const base::Secret kiosk_key = load_kiosk_key(options.kiosk_key_file);
    open_static_sessions(options.static_token, registry, credentials);
    leases.grant_static_sessions();
    const TlsIdentity identity = load_or_make_tls_identity(options.state, local);
    asio::ssl::context tls = tls_context(identity);

    std::optional<MediaPlane> media;
    try {
        media.emplace(MediaPlane::Config{options.media_bind, options.media_port, options.workers,
                                         options.advertise, options.max_subscriptions},
                      main, [&](sfu::Event event) { signalling.media_event(event); });
    } catch (const std::system_error& e) {
        // The worker names address, port and remedy; the option that sets them comes first.
        throw std::runtime_error(std::string("--media-port, --media-bind: ") + e.what());
    }
    signalling.use_media(*media);

    OriginPolicy origins;
    for (const std::string& origin : options.origins) origins.allow(origin);
    PlaceBook book;
    std::optional<PlaceDesk> places;
    if (!options.node_origin.empty()) {
        origins.allow(options.node_origin);
        places.emplace(main, options.store, options.node_origin, book, registry, credentials);
    }
    const auto gauges = [&] {
        return Gauges{registry.sessions(),
                      registry.participants(),
                      signalling.presence().count(),
                      resources.size(),
                      limits.count(),
                      signalling.control_sockets(),
                      signalling.kiosks(),
                      leases.figures(base::Clock::now()),
                      signalling.letters()};
    };
    Whip whip(registry, sign_in, resources, *media, quality, signalling, book, metrics);
    http_server::StaticPages pages(options.pages);
    SignInRoutes sign_in_routes(sign_in, registry, signalling, book, origins, metrics);
    std::optional<SyncService> sync;
    if (!options.sync_roots.empty()) sync.emplace(options, origins, tasks);
    Routes routes(whip, sign_in_routes, sync ? &sync->routes : nullptr, *media, pages, origins,
                  quality, metrics, gauges);
    BodyRoom room(kRoomForBodies);
    HttpContext http{routes, metrics, tasks, room, [&](SocketKind kind, SocketPtr socket) {
                         return kind == SocketKind::Kiosk
                                    ? serve_kiosk(socket, kiosk_key, signalling,
                                                  places ? &*places : nullptr, metrics)
                                    : serve_control(socket, registry, sign_in, signalling, book,
                                                    metrics);
                     }};

    std::optional<Listener> plain, secure;
    if (options.http) plain.emplace(main, "--listen", *options.http, nullptr, limits, http);
    if (options.https) secure.emplace(main, "--tls-listen", *options.https, &tls, limits, http);
    const Addresses addresses = reachable_at(
        plain ? options.http->ip : "", plain ? plain->port() : std::uint16_t{0},
        secure ? options.https->ip : "", secure ? secure->port() : std::uint16_t{0}, local);
    for (const std::string& origin : addresses.origins) origins.allow(origin);
    pages.allow_connections(connect_sources(addresses.origins));

    TaskGroup stopping(main);
    asio::signal_set signals(main, SIGTERM, SIGINT);
    const auto stop = [&]() -> asio::awaitable<void> {
        const int signal = co_await signals.async_wait(asio::use_awaitable);
        spdlog::info("stopping signal={} tasks={}", signal, tasks.size());
        hardware::Watchdog::stopping();
        if (plain) plain->close();
        if (secure) secure->close();
        signalling.close_all();
        if (places) tasks.start("places", places->give_up_all());
        if (!co_await tasks.finished(kFarewell)) tasks.cancel();
        const bool clean = co_await tasks.finished(kCancelled);
        spdlog::info("stopped clean={}", clean);
        // What is left refers to objects of this function, which may not end before it.
        if (!clean) std::_Exit(EXIT_FAILURE);
        io.stop();
    };
    stopping.start("stop", stop());
    if (plain) tasks.start("listener", plain->run());
    if (secure) tasks.start("listener", secure->run());
    tasks.start("housekeeping", keep_house(signalling));
    tasks.start("leases", keep_leases(signalling));
    if (places) tasks.start("places", places->keep(signalling));

    std::vector<std::uint16_t> ports;
    for (const auto& worker : media->workers()) ports.push_back(worker->port());
    write_ready_file(options.run, addresses, identity.fingerprint, ports);
    spdlog::info("listening http={} https={} media_port={} workers={}", addresses.http,
                 addresses.https, ports.front(), ports.size());
    spdlog::info("certificate sha256={}", identity.fingerprint);
    hardware::Watchdog::ready();
    io.run();
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
    const auto parsed = parse_options(argc, argv);
    if (!parsed.options) {
        std::fprintf(parsed.exit_code == 0 ? stdout : stderr, "%s\n", parsed.message.c_str());
        return parsed.exit_code;
    }
    try {
        base::start_log("sightline-hub", parsed.options->log_level);
        return run(*parsed.options);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "sightline-hub: %s\n", e.what());
        return EXIT_FAILURE;
    }
}

#include "appliance/hub/metrics.h"

#include <spdlog/fmt/fmt.h>

namespace sightline::hub {
namespace {

constexpr std::array kBadNames = {
    "tls",         "http_malformed", "http_too_large", "http_timeout",
    "origin",      "token",          "forbidden",      "sdp",
    "json",        "slow_reader",    "too_many",       "kiosk_key",
    "kiosk_order", "sign_in",        "passkey",
};
static_assert(kBadNames.size() == static_cast<std::size_t>(BadInput::Count_));

struct SfuField {
    const char* name;
    std::uint64_t sfu::SfuCounters::*value;
};
constexpr std::array kSfuFields = {
    SfuField{"datagrams_in", &sfu::SfuCounters::datagrams_in},
    SfuField{"datagrams_unknown_path", &sfu::SfuCounters::datagrams_unknown_path},
    SfuField{"stun_malformed", &sfu::SfuCounters::stun_malformed},
    SfuField{"stun_unauthorized", &sfu::SfuCounters::stun_unauthorized},
    SfuField{"dtls_wrong_path", &sfu::SfuCounters::dtls_wrong_path},
    SfuField{"dtls_malformed", &sfu::SfuCounters::dtls_malformed},
    SfuField{"srtp_failed", &sfu::SfuCounters::srtp_failed},
    SfuField{"srtp_wrong_path", &sfu::SfuCounters::srtp_wrong_path},
    SfuField{"rtp_malformed", &sfu::SfuCounters::rtp_malformed},
    SfuField{"rtcp_malformed", &sfu::SfuCounters::rtcp_malformed},
    SfuField{"rtp_from_subscriber", &sfu::SfuCounters::rtp_from_subscriber},
    SfuField{"rtp_without_grant", &sfu::SfuCounters::rtp_without_grant},
    SfuField{"rtp_unprotected", &sfu::SfuCounters::rtp_unprotected},
    SfuField{"rtp_forwarded", &sfu::SfuCounters::rtp_forwarded},
    SfuField{"app_refused", &sfu::SfuCounters::app_refused},
};

struct MediaField {
    const char* name;
    std::uint64_t DirectionQuality::*value;
};
constexpr std::array kMediaFields = {
    MediaField{"packets", &DirectionQuality::packets},
    MediaField{"bytes", &DirectionQuality::bytes},
    MediaField{"lost", &DirectionQuality::lost},
    MediaField{"nacks", &DirectionQuality::nacks},
    MediaField{"retransmitted", &DirectionQuality::retransmitted},
    MediaField{"key_frame_requests", &DirectionQuality::key_frame_requests},
};

}  // namespace

std::string Metrics::text(const Gauges& gauges, const std::vector<sfu::SfuCounters>& workers,
                          const QualityBoard& quality) const {
    std::string out;
    const auto gauge = [&](const char* name, std::size_t value) {
        out += fmt::format("# TYPE sightline_{0} gauge\nsightline_{0} {1}\n", name, value);
    };
    gauge("sessions", gauges.sessions);
    gauge("participants", gauges.participants);
    gauge("participants_present", gauges.present);
    gauge("resources", gauges.resources);
    gauge("connections", gauges.connections);
    gauge("control_sockets", gauges.control_sockets);
    gauge("kiosks", gauges.kiosks);
    gauge("leases_alive", gauges.leases.alive);

    out += "# TYPE sightline_leases_total counter\n";
    const auto leases = [&](const char* what, std::uint64_t count) {
        out += fmt::format("sightline_leases_total{{event=\"{}\"}} {}\n", what, count);
    };
    leases("taken", gauges.leases.taken);
    leases("replayed", gauges.leases.replayed);
    leases("forged", gauges.leases.forged);
    leases("late", gauges.leases.late);
    leases("refused", gauges.leases.refused);

    out += "# TYPE sightline_letters_total counter\n";
    const auto letters = [&](const char* what, std::uint64_t count) {
        out += fmt::format("sightline_letters_total{{event=\"{}\"}} {}\n", what, count);
    };
    letters("up", gauges.letters.up);
    letters("down", gauges.letters.down);
    letters("refused", gauges.letters.refused);
    letters("undelivered", gauges.letters.undelivered);

    out += "# TYPE sightline_http_replies_total counter\n";
    for (const auto& [key, count] : replies_) {
        out += fmt::format("sightline_http_replies_total{{route=\"{}\",status=\"{}\"}} {}\n",
                           key.first, key.second, count);
    }
    out += "# TYPE sightline_bad_input_total counter\n";
    for (std::size_t i = 0; i < bad_.size(); ++i) {
        out += fmt::format("sightline_bad_input_total{{kind=\"{}\"}} {}\n", kBadNames[i], bad_[i]);
    }
    out += fmt::format(
        "# TYPE sightline_observer_uplink_refused_total counter\n"
        "sightline_observer_uplink_refused_total {}\n",
        observer_uplinks_);
    for (const SfuField& field : kSfuFields) {
        out += fmt::format("# TYPE sightline_sfu_{}_total counter\n", field.name);
        for (std::size_t i = 0; i < workers.size(); ++i) {
            out += fmt::format("sightline_sfu_{}_total{{worker=\"{}\"}} {}\n", field.name, i,
                               workers[i].*field.value);
        }
    }
    for (const MediaField& field : kMediaFields) {
        out += fmt::format(
            "# TYPE sightline_media_{0}_total counter\n"
            "sightline_media_{0}_total{{direction=\"up\"}} {1}\n"
            "sightline_media_{0}_total{{direction=\"down\"}} {2}\n",
            field.name, quality.total_up().*field.value, quality.total_down().*field.value);
    }
    return out;
}

}  // namespace sightline::hub

#include "appliance/kiosk/quality_view.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

json::value number_or_null(const std::optional<double>& number) {
    if (!number) return nullptr;
    return *number;
}

json::object link_json(const model::LinkQuality& link) {
    return {{"packets", link.packets},
            {"bytes", link.bytes},
            {"lost", link.lost},
            {"nacks", link.nacks},
            {"retransmitted", link.retransmitted},
            {"key_frame_requests", link.key_frame_requests},
            {"round_trip_ms", number_or_null(link.round_trip_ms)},
            {"jitter_ms", number_or_null(link.jitter_ms)}};
}

std::string link_text(const char* direction, const model::LinkQuality& link) {
    std::string text = std::string("    ") + direction + ": " + std::to_string(link.packets) +
                       " packets, " + std::to_string(link.bytes) + " bytes, " +
                       std::to_string(link.lost) + " lost";
    if (link.round_trip_ms) {
        text += ", round trip " + std::to_string(static_cast<long>(*link.round_trip_ms)) + " ms";
    }
    return text + "\n";
}

}  // namespace

model::QualitySummary total_of(const std::vector<storage::Stay>& stays) {
    model::QualitySummary total;
    for (const auto& stay : stays) {
        total.up = model::add_report(total.up, {}, stay.quality.up);
        total.down = model::add_report(total.down, {}, stay.quality.down);
    }
    return total;
}

json::object quality_json(const model::QualitySummary& quality) {
    return {{"up", link_json(quality.up)}, {"down", link_json(quality.down)}};
}

json::array timeline_json(const std::vector<model::GradeChange>& timeline) {
    json::array out;
    for (const auto& change : timeline) {
        out.push_back({{"at", model::to_rfc3339(change.at)},
                       {"up", model::name_of(change.up)},
                       {"down", model::name_of(change.down)}});
    }
    return out;
}

std::string timeline_text(const std::vector<model::GradeChange>& timeline) {
    std::string text;
    for (const auto& change : timeline) {
        text += "      from " + model::to_rfc3339(change.at) + " up " + model::name_of(change.up) +
                ", down " + model::name_of(change.down) + "\n";
    }
    return text;
}

std::string quality_text(const model::QualitySummary& quality) {
    return link_text("up", quality.up) + link_text("down", quality.down);
}

}  // namespace sightline::kiosk

#include "appliance/kiosk/session_view.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <vector>

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<model::RecordTime>& time) {
    if (!time) return nullptr;
    return json::value(model::to_rfc3339(*time));
}

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

json::object quality_json(const model::QualitySummary& quality) {
    return {{"up", link_json(quality.up)}, {"down", link_json(quality.down)}};
}

model::QualitySummary total_of(const std::vector<storage::Stay>& stays) {
    model::QualitySummary total;
    for (const auto& stay : stays) {
        total.up = model::add_report(total.up, {}, stay.quality.up);
        total.down = model::add_report(total.down, {}, stay.quality.down);
    }
    return total;
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

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

}  // namespace

const char* state_of(const model::Interview& interview) {
    return interview.running() ? "running" : model::name_of(*interview.end_reason);
}

json::object session_json(const storage::SessionRecord& record) {
    json::array people;
    for (const auto& person : record.participants) {
        json::array stays;
        for (const auto& stay : person.stays) {
            json::value reason;
            if (stay.presence.reason) reason = model::name_of(*stay.presence.reason);
            stays.push_back({{"joined", model::to_rfc3339(stay.presence.joined)},
                             {"left", time_or_null(stay.presence.left)},
                             {"reason", std::move(reason)},
                             {"quality", quality_json(stay.quality)}});
        }
        people.push_back({{"id", person.participant.id.text()},
                          {"name", person.participant.name},
                          {"role", model::name_of(person.participant.role)},
                          {"removed", person.removed},
                          {"stays", std::move(stays)},
                          {"quality", quality_json(total_of(person.stays))}});
    }
    json::array incidents;
    for (const auto& incident : record.incidents) {
        incidents.push_back({{"at", model::to_rfc3339(incident.at)}, {"kind", incident.kind}});
    }
    return {{"id", record.interview.id.text()},
            {"title", record.interview.title},
            {"state", state_of(record.interview)},
            {"opened", model::to_rfc3339(record.interview.opened)},
            {"ended", time_or_null(record.interview.ended)},
            {"participants", std::move(people)},
            {"incidents", std::move(incidents)}};
}

std::string session_text(const storage::SessionRecord& record) {
    const auto& interview = record.interview;
    std::string text = interview.id.text() + "  " + interview.title + "  (" + state_of(interview) +
                       ")\nopened " + model::to_rfc3339(interview.opened) + "\n";
    if (interview.ended) text += "ended  " + model::to_rfc3339(*interview.ended) + "\n";
    for (const auto& person : record.participants) {
        text += "\n  " + person.participant.name + ", " + model::name_of(person.participant.role) +
                (person.removed ? ", removed" : "") + "\n";
        for (const auto& stay : person.stays) {
            text += "    joined " + model::to_rfc3339(stay.presence.joined);
            if (stay.presence.left) {
                text += ", left " + model::to_rfc3339(*stay.presence.left) + " (" +
                        model::name_of(*stay.presence.reason) + ")";
            }
            text += "\n";
        }
        if (person.stays.empty()) {
            text += "    never joined\n";
            continue;
        }
        const auto total = total_of(person.stays);
        text += link_text("up", total.up) + link_text("down", total.down);
    }
    if (!record.incidents.empty()) text += "\n";
    for (const auto& incident : record.incidents) {
        text += "  " + model::to_rfc3339(incident.at) + "  " + incident.kind + "\n";
    }
    return text;
}

std::string session_table(std::span<const storage::SessionLine> lines) {
    const auto row = [](std::string id, std::string start, std::string end, std::string people,
                        const std::string& state) {
        return padded(std::move(id), 18) + padded(std::move(start), 26) +
               padded(std::move(end), 26) + padded(std::move(people), 14) + state + "\n";
    };
    std::string table = row("ID", "START", "END", "PARTICIPANTS", "STATE");
    for (const auto& [interview, participants] : lines) {
        table += row(interview.id.text(), model::to_rfc3339(interview.opened),
                     interview.ended ? model::to_rfc3339(*interview.ended) : "-",
                     std::to_string(participants), state_of(interview));
    }
    return table;
}

json::object session_line_json(const storage::SessionLine& line) {
    return {{"id", line.interview.id.text()},
            {"title", line.interview.title},
            {"opened", model::to_rfc3339(line.interview.opened)},
            {"ended", time_or_null(line.interview.ended)},
            {"participants", line.participants},
            {"state", state_of(line.interview)}};
}

}  // namespace sightline::kiosk

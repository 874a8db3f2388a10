#include "appliance/kiosk/session_view.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/quality_view.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using storage::Kept;
using storage::SessionRecord;

// Of an interview of which only the fact is kept, the days are all there is.
std::string time_text(const storage::InterviewRow& row, model::RecordTime time) {
    const std::string text = model::to_rfc3339(time);
    const bool day_only = row.kept == Kept::Fact && !row.interview.running();
    return day_only ? text.substr(0, 10) : text;
}

json::value end_json(const storage::InterviewRow& row) {
    if (!row.interview.ended) return nullptr;
    return json::value(time_text(row, *row.interview.ended));
}

json::value time_or_null(const std::optional<model::RecordTime>& time) {
    return time ? json::value(json::string(model::to_rfc3339(*time))) : json::value();
}

std::string state_of(const storage::InterviewRow& row, std::optional<model::State> state) {
    if (!row.interview.running()) return model::name_of(model::State::Ended);
    return state ? model::name_of(*state) : "interrupted";
}

std::string ending_of(const model::Interview& interview) {
    if (!interview.end_reason) return "";
    return std::string(model::name_of(model::ending_of(*interview.end_reason))) + ", " +
           model::name_of(*interview.end_reason);
}

std::string name_in(const SessionRecord& record, base::RecordId person) {
    for (const auto& subject : record.subjects) {
        if (subject.id == person) return full_name(subject);
    }
    return person.text();
}

json::array subjects_json(const SessionRecord& record) {
    json::array out;
    for (const auto& person : record.subjects) {
        out.push_back({{"person", person.id.text()}, {"name", full_name(person)}});
    }
    return out;
}

json::array consents_json(const SessionRecord& record) {
    json::array out;
    for (const auto& consent : record.consents) {
        out.push_back({{"id", consent.id.text()},
                       {"person", consent.person.text()},
                       {"on_behalf", id_or_null(consent.on_behalf)},
                       {"item", model::name_of(consent.item)},
                       {"scope", consent.scope},
                       {"answer", model::name_of(consent.answer)},
                       {"text_sha256", consent.text_sha256},
                       {"language", consent.language},
                       {"mode", model::name_of(consent.mode)},
                       {"interpreter", consent.interpreter},
                       {"witness", consent.witness},
                       {"basis", model::name_of(consent.basis)},
                       {"at", model::to_rfc3339(consent.at)},
                       {"mark", consent.mark},
                       {"signature", consent.signature}});
    }
    return out;
}

json::array participants_json(const SessionRecord& record) {
    json::array people;
    for (const auto& person : record.participants) {
        json::array stays;
        for (const auto& stay : person.stays) {
            json::value reason;
            if (stay.presence.reason) reason = model::name_of(*stay.presence.reason);
            stays.push_back({{"joined", model::to_rfc3339(stay.presence.joined)},
                             {"left", time_or_null(stay.presence.left)},
                             {"reason", std::move(reason)},
                             {"quality", quality_json(stay.quality)},
                             {"timeline", timeline_json(stay.timeline)}});
        }
        people.push_back({{"id", person.participant.id.text()},
                          {"name", person.participant.name},
                          {"role", model::name_of(person.participant.role)},
                          {"organisation", person.organisation},
                          {"removed", person.removed},
                          {"undertaking", time_or_null(person.undertaking)},
                          {"language", person.language},
                          {"dialect", person.dialect},
                          {"stays", std::move(stays)},
                          {"quality", quality_json(total_of(person.stays))}});
    }
    return people;
}

json::array breaks_json(const SessionRecord& record) {
    json::array out;
    for (const auto& pause : record.breaks) {
        out.push_back({{"reason", model::name_of(pause.reason)},
                       {"from", model::to_rfc3339(pause.from)},
                       {"until", time_or_null(pause.until)}});
    }
    return out;
}

json::array notes_json(const SessionRecord& record) {
    json::array out;
    for (const auto& note : record.notes) {
        out.push_back({{"at", model::to_rfc3339(note.at)},
                       {"author", note.author},
                       {"question", note.question},
                       {"answer", note.answer},
                       {"demeanour", note.demeanour},
                       {"degraded_link", note.degraded_link},
                       {"bookmark", note.bookmark}});
    }
    return out;
}

json::array incidents_json(const SessionRecord& record) {
    json::array out;
    for (const auto& incident : record.incidents) {
        out.push_back({{"at", model::to_rfc3339(incident.at)},
                       {"kind", incident.kind},
                       {"detail", incident.detail},
                       {"by", incident.by}});
    }
    return out;
}

std::string consent_line(const SessionRecord& record, const model::Consent& consent) {
    std::string line =
        "  " + model::to_rfc3339(consent.at) + "  " + name_in(record, consent.person);
    if (consent.on_behalf) line += " for " + name_in(record, *consent.on_behalf);
    line += ": " + std::string(model::name_of(consent.item));
    if (!consent.scope.empty()) line += " (" + consent.scope + ")";
    line += " " + std::string(model::name_of(consent.answer)) + ", " +
            model::name_of(consent.mode) + " in " + consent.language + ", by " +
            model::name_of(consent.basis) + ", witness " + consent.witness;
    if (!consent.interpreter.empty()) line += ", interpreter " + consent.interpreter;
    if (!consent.mark.empty()) line += ", with their mark";
    return line + ", text " + consent.text_sha256.substr(0, 12) + "\n";
}

void append_people(std::string& text, const SessionRecord& record) {
    for (const auto& person : record.participants) {
        text += "\n  " + person.participant.name + ", " + model::name_of(person.participant.role);
        if (!person.organisation.empty()) text += " of " + person.organisation;
        if (!person.language.empty()) text += ", " + person.language;
        if (!person.dialect.empty()) text += " (" + person.dialect + ")";
        text += std::string(person.removed ? ", removed" : "") + "\n";
        if (person.undertaking) {
            text += "    undertook " + model::to_rfc3339(*person.undertaking) + "\n";
        }
        for (const auto& stay : person.stays) {
            text += "    joined " + model::to_rfc3339(stay.presence.joined);
            if (stay.presence.left) {
                text += ", left " + model::to_rfc3339(*stay.presence.left) + " (" +
                        model::name_of(*stay.presence.reason) + ")";
            }
            text += "\n" + timeline_text(stay.timeline);
        }
        text += quality_text(total_of(person.stays));
    }
}

void append_events(std::string& text, const SessionRecord& record) {
    if (!record.breaks.empty()) text += "\nbreaks\n";
    for (const auto& pause : record.breaks) {
        text += "  " + model::to_rfc3339(pause.from) + " to " +
                (pause.until ? model::to_rfc3339(*pause.until) : "now") + "  " +
                model::name_of(pause.reason) + "\n";
    }
    if (!record.notes.empty()) text += "\nnotes\n";
    for (const auto& note : record.notes) {
        text += "  " + model::to_rfc3339(note.at) + "  " + note.author +
                "  asked: " + note.question + "  answered: " + note.answer;
        if (!note.demeanour.empty()) text += "  demeanour: " + note.demeanour;
        if (note.degraded_link) text += "  over a degraded link";
        if (note.bookmark) text += "  bookmark";
        text += "\n";
    }
    if (!record.incidents.empty()) text += "\nincidents\n";
    for (const auto& incident : record.incidents) {
        text += "  " + model::to_rfc3339(incident.at) + "  " + incident.kind;
        if (!incident.detail.empty()) text += "  " + incident.detail;
        text += "\n";
    }
}

std::string kept_text(const storage::InterviewRow& row) {
    if (row.kept == Kept::Metadata) return "kept   the metadata, by consent\n";
    if (row.interview.running()) return "kept   the bare fact, as long as there is no consent\n";
    return "kept   the bare fact\n";
}

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

}  // namespace

json::object session_json(const SessionRecord& record) {
    const auto& row = record.row;
    json::value ending, reason;
    if (row.interview.end_reason) {
        ending = model::name_of(model::ending_of(*row.interview.end_reason));
        reason = model::name_of(*row.interview.end_reason);
    }
    std::optional<model::State> state;
    if (record.running) state = record.running->standing.state;
    json::object out{{"id", row.interview.id.text()},
                     {"kept", storage::name_of(row.kept)},
                     {"state", state_of(row, state)},
                     {"training", row.training},
                     {"opened", time_text(row, row.interview.opened)},
                     {"ended", end_json(row)},
                     {"ending", std::move(ending)},
                     {"end_reason", std::move(reason)},
                     {"subjects", subjects_json(record)},
                     {"consents", consents_json(record)}};
    // What is not kept has no member, so that nobody takes an empty list for "there was none".
    if (row.kept == Kept::Fact) return out;
    out["title"] = row.interview.title;
    out["participants"] = participants_json(record);
    out["breaks"] = breaks_json(record);
    out["notes"] = notes_json(record);
    out["incidents"] = incidents_json(record);
    return out;
}

std::string session_text(const SessionRecord& record) {
    const auto& row = record.row;
    std::optional<model::State> state;
    if (record.running) state = record.running->standing.state;
    std::string text = row.interview.id.text();
    if (!row.interview.title.empty()) text += "  " + row.interview.title;
    text += "  (" + state_of(row, state) + ")" + (row.training ? "  training" : "") + "\n";
    text += kept_text(row);
    text += "opened " + time_text(row, row.interview.opened) + "\n";
    if (row.interview.ended) {
        text += "ended  " + time_text(row, *row.interview.ended) + "  " + ending_of(row.interview) +
                "\n";
    }
    for (const auto& person : record.subjects) {
        text += "for    " + full_name(person) + "  " + person.id.text() + "\n";
    }
    if (!record.consents.empty()) text += "\nconsents\n";
    for (const auto& consent : record.consents) text += consent_line(record, consent);
    if (row.kept == Kept::Fact) return text;
    append_people(text, record);
    append_events(text, record);
    return text;
}

std::string session_table(std::span<const storage::SessionLine> lines) {
    const auto row = [](std::string id, std::string start, std::string end, std::string people,
                        std::string kept, const std::string& state) {
        return padded(std::move(id), 18) + padded(std::move(start), 26) +
               padded(std::move(end), 26) + padded(std::move(people), 14) +
               padded(std::move(kept), 10) + state + "\n";
    };
    std::string table = row("ID", "START", "END", "PARTICIPANTS", "KEPT", "STATE");
    for (const auto& line : lines) {
        const auto& interview = line.row.interview;
        const bool fact = line.row.kept == Kept::Fact;
        table +=
            row(interview.id.text(), time_text(line.row, interview.opened),
                interview.ended ? time_text(line.row, *interview.ended) : "-",
                fact ? "-" : std::to_string(line.participants), storage::name_of(line.row.kept),
                interview.running() ? state_of(line.row, line.state) : ending_of(interview));
    }
    return table;
}

json::object session_line_json(const storage::SessionLine& line) {
    const auto& interview = line.row.interview;
    json::value reason, participants;
    if (interview.end_reason) reason = model::name_of(*interview.end_reason);
    if (line.row.kept == Kept::Metadata) participants = line.participants;
    return {{"id", interview.id.text()},
            {"title", interview.title},
            {"planned", milliseconds_or_null(line.planned)},
            {"opened", time_text(line.row, interview.opened)},
            {"ended", end_json(line.row)},
            {"participants", std::move(participants)},
            {"kept", storage::name_of(line.row.kept)},
            {"state", state_of(line.row, line.state)},
            {"end_reason", std::move(reason)}};
}

}  // namespace sightline::kiosk

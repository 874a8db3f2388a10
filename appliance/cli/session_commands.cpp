// The commands by which staff lead an interview. See commands.h.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/base/ids.h"
#include "appliance/cli/asking.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/outcome.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;

// "NAME" of an adult, or "NAME/GUARDIAN" of a child. What is an id is a person of the dossier.
json::object subject_of(const std::string& text) {
    const auto slash = text.find('/');
    const std::string who = text.substr(0, slash);
    json::object subject;
    subject[base::RecordId::parse(who) ? "person" : "name"] = who;
    if (slash != std::string::npos) {
        subject["child"] = true;
        subject["guardian"] = text.substr(slash + 1);
    }
    return subject;
}

void say_kept(const json::object& reply) {
    const auto kept = text_or_dash(reply, "kept");
    if (kept == "undecided") {
        std::cout << "Held in memory until the applicant has answered whether it may be kept.\n";
    } else if (kept == "fact") {
        std::cout << "Not kept: the applicant has agreed to the bare fact only.\n";
    }
}

}  // namespace

int schedule_session(const Places& places, const Schedule& schedule, Format format) {
    json::array subjects;
    for (const auto& subject : schedule.subjects) subjects.push_back(subject_of(subject));
    json::object request{{"do", "session.schedule"},
                         {"title", schedule.title},
                         {"subjects", std::move(subjects)},
                         {"delegation", {{"state", schedule.state}, {"basis", schedule.basis}}},
                         {"training", schedule.training}};
    if (!schedule.dossier.empty()) request["dossier"] = schedule.dossier;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
        return kDone;
    }
    std::cout << text_or_dash(*reply, "session") << "\n";
    for (const auto& person : reply->at("subjects").as_array()) {
        std::cout << "  subject " << std::string(person.as_string()) << "\n";
    }
    return kDone;
}

int choose_session(const Places& places, const std::string& session, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "session.choose"}, {"session", session}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) std::cout << json::serialize(*reply) << "\n";
    return kDone;
}

int step_session(const Places& places, const StepOrder& order, Format format) {
    json::object request{{"do", "session.step"}, {"step", order.step}, {"reason", order.reason}};
    if (order.minutes > 0) request["minutes"] = order.minutes;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    std::cout << (format == Format::Json ? json::serialize(*reply) : text_or_dash(*reply, "state"))
              << "\n";
    return kDone;
}

int write_note(const Places& places, const Note& note, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "note"},
                                             {"question", note.question},
                                             {"answer", note.answer},
                                             {"demeanour", note.demeanour},
                                             {"bookmark", note.bookmark}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
    } else {
        say_kept(*reply);
    }
    return kDone;
}

int report_incident(const Places& places, const std::string& kind, const std::string& detail,
                    Format format) {
    const auto reply =
        ask_as_staff(places, {{"do", "incident"}, {"kind", kind}, {"detail", detail}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
    } else {
        say_kept(*reply);
    }
    return kDone;
}

int mute_kiosk(const Places& places, const std::string& microphone, const std::string& camera,
               Format format) {
    json::object request{{"do", "mute"}};
    if (!microphone.empty()) request["audio"] = microphone == "off";
    if (!camera.empty()) request["video"] = camera == "off";
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
        return kDone;
    }
    const auto word = [&](const char* kind) { return reply->at(kind).as_bool() ? "off" : "on"; };
    std::cout << "microphone " << word("audio") << ", camera " << word("video") << "\n";
    return kDone;
}

int compare_words(const Places& places, const std::string& judgement, Format format) {
    json::object request{{"do", judgement.empty() ? "words" : "words.judge"}};
    if (!judgement.empty()) request["match"] = judgement == "match";
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
    } else if (judgement.empty()) {
        for (const auto& word : reply->at("words").as_array()) {
            std::cout << std::string_view(word.as_string()) << "\n";
        }
    } else if (judgement == "differ") {
        std::cout << "Written down. Somebody may be listening in: end the interview with "
                     "`sightline sessions end`, and call the delegation by another way.\n";
    }
    return kDone;
}

}  // namespace sightline::cli

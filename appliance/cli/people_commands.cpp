// The commands about those who take part from afar. See commands.h.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/cli/asking.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/outcome.h"
#include "session/model/role.h"

namespace sightline::cli {

namespace json = boost::json;

int invite(const Places& places, const Guest& guest, Format format) {
    if (!model::role_from_name(guest.role)) {
        return complain(kUsage, "invite: no role is called \"" + guest.role +
                                    "\"; use interviewer, interpreter or observer");
    }
    json::object request{{"do", "invite"},
                         {"role", guest.role},
                         {"name", guest.name},
                         {"organisation", guest.organisation}};
    if (guest.valid_minutes > 0) request["valid_minutes"] = guest.valid_minutes;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    std::cout << (format == Format::Json ? json::serialize(*reply)
                                         : std::string(reply->at("link").as_string()))
              << "\n";
    return kDone;
}

int show_lobby(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "lobby"}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(reply->at("lobby")) << "\n";
        return kDone;
    }
    for (const auto& value : reply->at("lobby").as_array()) {
        const auto& person = value.as_object();
        std::cout << text_or_dash(person, "id") << "  " << text_or_dash(person, "role") << "  "
                  << text_or_dash(person, "name") << "  " << text_or_dash(person, "organisation")
                  << (person.at("present").as_bool() ? "  waits" : "  not there") << "\n";
    }
    return kDone;
}

int move_participant(const Places& places, const std::string& verb,
                     const std::string& participant) {
    return ask_and_say(places, {{"do", "participant." + verb}, {"participant", participant}},
                       Format::Text);
}

int remove_participant(const Places& places, const std::string& participant,
                       const std::string& reason) {
    return ask_and_say(
        places, {{"do", "participant.remove"}, {"participant", participant}, {"reason", reason}},
        Format::Text);
}

int declare_languages(const Places& places, const Languages& languages, Format format) {
    return ask_and_say(places,
                       {{"do", "languages"},
                        {"participant", languages.participant},
                        {"language", languages.language},
                        {"dialect", languages.dialect},
                        {"heard", languages.heard}},
                       format);
}

int note_understanding(const Places& places, const std::string& answer, Format format) {
    return ask_and_say(places, {{"do", "understood"}, {"understood", answer == "yes"}}, format);
}

int keep_checklist(const Places& places, const std::string& item, Item standing, Format format) {
    return ask_and_say(places, {{"do", "check"}, {"item", item}, {"done", standing == Item::Done}},
                       format);
}

int show_view(const Places& places, const std::string& view, Format format) {
    return ask_and_say(places, {{"do", "view"}, {"view", view}}, format);
}

}  // namespace sightline::cli

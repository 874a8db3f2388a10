#include "appliance/cli/commands.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/base/ids.h"
#include "appliance/cli/asking.h"
#include "appliance/cli/kiosk_client.h"
#include "appliance/cli/outcome.h"
#include "appliance/cli/sign_in.h"
#include "appliance/hub_client/hub_url.h"
#include "hardware/self_test.h"
#ifdef SIGHTLINE_DEVICES
#include "hardware/devices.h"
#endif

namespace sightline::cli {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds kLinkPatience{5};

// "member" or "outer.member" of a status, as text; a dash when it is not there.
std::string field(const json::object& object, std::string_view outer, std::string_view member) {
    const auto* found = object.if_contains(outer);
    if (found == nullptr || !found->is_object()) return "-";
    const auto* value = found->as_object().if_contains(member);
    if (value == nullptr || value->is_null()) return "-";
    if (value->is_string()) return std::string(value->as_string());
    return json::serialize(*value);
}

std::vector<hardware::Check> device_checks() {
#ifdef SIGHTLINE_DEVICES
    hardware::DevicesFound found;
    for (const auto& device : hardware::list_devices()) {
        switch (device.kind) {
            case hardware::DeviceKind::Camera:
                found.cameras.push_back(device.name);
                break;
            case hardware::DeviceKind::Microphone:
                found.microphones.push_back(device.name);
                break;
            case hardware::DeviceKind::Speaker:
                found.speakers.push_back(device.name);
                break;
            case hardware::DeviceKind::Display:
                found.screens.push_back(device.name);
                break;
        }
    }
    return hardware::judge_devices(found);
#else
    std::vector<hardware::Check> checks;
    for (const char* name : {"camera", "microphone", "speaker", "screen"}) {
        checks.push_back({name, false, "not looked for: built without GStreamer",
                          "build with SIGHTLINE_GSTREAMER=ON"});
    }
    return checks;
#endif
}

void say_session(const json::object& session) {
    if (!session.contains("participants")) {
        std::cout << "  Sign in to see who takes part.\n";
        return;
    }
    for (const auto& value : session.at("participants").as_array()) {
        const auto& person = value.as_object();
        std::cout << "  " << text_or_dash(person, "id") << "  " << text_or_dash(person, "role")
                  << "  " << text_or_dash(person, "name") << "  "
                  << text_or_dash(person, "organisation") << "  " << text_or_dash(person, "place")
                  << (person.at("present").as_bool() ? "  present" : "") << "\n";
    }
    for (const auto& value : session.at("subjects").as_array()) {
        const auto& subject = value.as_object();
        std::cout << "  subject " << text_or_dash(subject, "person")
                  << (subject.at("child").as_bool() ? "  child of " : "")
                  << (subject.at("child").as_bool() ? text_or_dash(subject, "guardian") : "")
                  << (subject.at("suitable").as_bool() ? "" : "  not judged suitable") << "\n";
    }
    for (const auto& value : session.at("consents").as_array()) {
        const auto& consent = value.as_object();
        std::cout << "  consent " << text_or_dash(consent, "person") << "  "
                  << text_or_dash(consent, "item") << "  " << text_or_dash(consent, "scope") << "  "
                  << text_or_dash(consent, "answer") << "\n";
    }
}

}  // namespace

int list_sessions(const Places& places, Format format) {
    const auto reply = ask_as_staff(
        places, {{"do", "sessions.list"}, {"format", format == Format::Text ? "text" : "json"}});
    if (!reply) return complain(kFailed, reply.error().text);
    if (format == Format::Text) {
        std::cout << std::string(reply->at("text").as_string());
    } else {
        std::cout << json::serialize(reply->at("sessions")) << "\n";
    }
    return kDone;
}

int show_session(const Places& places, const std::string& text, Format format) {
    if (!base::SessionId::parse(text)) {
        return complain(kUsage,
                        "show session \"" + text +
                            "\": an id is 16 hexadecimal digits; `sightline sessions` lists "
                            "them");
    }
    const auto reply = ask_as_staff(places, {{"do", "sessions.show"},
                                             {"session", text},
                                             {"format", format == Format::Text ? "text" : "json"}});
    if (!reply) return complain(kFailed, reply.error().text);
    if (format == Format::Text) {
        std::cout << std::string(reply->at("text").as_string());
    } else {
        std::cout << json::serialize(reply->at("record")) << "\n";
    }
    return kDone;
}

int show_status(const Places& places, Format format) {
    // Whether it runs at all, anybody at the machine may see; who takes part, only the staff.
    json::object request{{"do", "status"}};
    if (const auto token = token_of(places.run, places.as)) request["as"] = *token;
    auto status = ask_kiosk(places.run, request);
    if (!status && status.error().code == base::Errc::Unauthorized) {
        status = ask_kiosk(places.run, {{"do", "status"}});
    }
    if (!status) return complain(kFailed, status.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*status) << "\n";
        return kDone;
    }
    std::cout << "hub      " << field(*status, "hub", "url") << "  connected "
              << field(*status, "hub", "connected") << "  " << field(*status, "hub", "trouble")
              << "\n"
              << "engine   " << field(*status, "engine", "state") << "  source "
              << field(*status, "engine", "source") << "  connected "
              << field(*status, "engine", "connected") << "  restarts "
              << field(*status, "restarts", "engine") << "\n"
              << "session  " << field(*status, "session", "id") << "  "
              << field(*status, "session", "state") << " " << field(*status, "session", "pause")
              << "  " << field(*status, "session", "title") << "  kept "
              << field(*status, "session", "kept") << "\n"
              << "store    open " << field(*status, "store", "open") << "  dossiers "
              << field(*status, "store", "dossiers") << "  epoch "
              << field(*status, "store", "epoch") << "\n"
              << "record   ok " << field(*status, "record", "ok") << "  "
              << field(*status, "record", "trouble") << "\n";
    const auto* session = status->if_contains("session");
    if (session != nullptr && session->is_object()) say_session(session->as_object());
    return kDone;
}

int self_test(const Places& places) {
    const auto hub = hub_client::parse_hub_url(places.hub);
    if (!hub) return complain(kUsage, "--hub: " + hub.error().text);
    auto checks = device_checks();
    checks.push_back(hardware::check_disk(places.state));
    checks.push_back(hardware::check_clock());
    checks.push_back(hardware::check_link(hub->host, hub->port, kLinkPatience));
    bool all_ok = true;
    for (const auto& check : checks) {
        std::cout << hardware::line_of(check) << "\n";
        all_ok = all_ok && check.ok;
    }
    return all_ok ? kDone : kFailed;
}

}  // namespace sightline::cli

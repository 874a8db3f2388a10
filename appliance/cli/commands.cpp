#include "appliance/cli/commands.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/base/ids.h"
#include "appliance/cli/kiosk_client.h"
#include "appliance/cli/outcome.h"
#include "appliance/hub_client/hub_url.h"
#include "hardware/self_test.h"
#include "session/model/role.h"
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

}  // namespace

int list_sessions(const Places& places, Format format) {
    const auto reply =
        ask_kiosk(places.run,
                  {{"do", "sessions.list"}, {"format", format == Format::Text ? "text" : "json"}});
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
    const auto reply =
        ask_kiosk(places.run, {{"do", "sessions.show"},
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

int open_session(const Places& places, const std::string& title, Format format) {
    const auto reply = ask_kiosk(places.run, {{"do", "session.open"}, {"title", title}});
    if (!reply) return complain(kFailed, reply.error().text);
    std::cout << (format == Format::Json ? json::serialize(*reply)
                                         : std::string(reply->at("session").as_string()))
              << "\n";
    return kDone;
}

int close_session(const Places& places) {
    const auto reply = ask_kiosk(places.run, {{"do", "session.close"}});
    if (!reply) return complain(kFailed, reply.error().text);
    return kDone;
}

int show_status(const Places& places, Format format) {
    const auto status = ask_kiosk(places.run, {{"do", "status"}});
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
              << field(*status, "session", "title") << "\n"
              << "store    open " << field(*status, "store", "open") << "  dossiers "
              << field(*status, "store", "dossiers") << "  epoch "
              << field(*status, "store", "epoch") << "\n"
              << "record   ok " << field(*status, "record", "ok") << "  "
              << field(*status, "record", "trouble") << "\n";
    const auto* session = status->if_contains("session");
    if (session == nullptr || !session->is_object()) return kDone;
    for (const auto& person : session->at("participants").as_array()) {
        std::cout << "  " << std::string(person.at("id").as_string()) << "  "
                  << std::string(person.at("role").as_string()) << "  "
                  << std::string(person.at("name").as_string())
                  << (person.at("present").as_bool() ? "  present" : "") << "\n";
    }
    return kDone;
}

int invite(const Places& places, const std::string& role, const std::string& name, Format format) {
    if (!model::role_from_name(role)) {
        return complain(kUsage, "invite: no role is called \"" + role +
                                    "\"; use interviewer, interpreter or observer");
    }
    const auto reply = ask_kiosk(places.run, {{"do", "invite"}, {"role", role}, {"name", name}});
    if (!reply) return complain(kFailed, reply.error().text);
    std::cout << (format == Format::Json ? json::serialize(*reply)
                                         : std::string(reply->at("link").as_string()))
              << "\n";
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

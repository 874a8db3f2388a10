#include "appliance/kiosk/self_test.h"

#include <string>

#include "appliance/hub_client/hub_url.h"
#include "appliance/kiosk/json_members.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using hardware::Check;

bool is_set(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_bool() && value->as_bool();
}

// Without names of what is not there.
std::vector<std::string> listed(const std::string& name) {
    return name.empty() ? std::vector<std::string>{} : std::vector<std::string>{name};
}

std::vector<std::string> texts_in(const json::object& object, std::string_view key) {
    std::vector<std::string> texts;
    const auto* list = object.if_contains(key);
    if (list == nullptr || !list->is_array()) return texts;
    for (const auto& value : list->as_array()) {
        if (value.is_string()) texts.emplace_back(value.as_string());
    }
    return texts;
}

// A page stands in for the screen in a demonstration.
std::vector<std::string> screens_of(const json::object& status) {
    if (text_in(status, "video_output") == "window") return {"a window on the display"};
    const auto mirror = text_in(status, "mirror");
    return mirror.empty() ? std::vector<std::string>{} : listed("the page " + mirror);
}

Check judge_process(const json::object& status, const json::object& capture) {
    const auto trouble = text_in(capture, "trouble");
    if (!is_set(status, "connected")) {
        return {"engine", false, "it does not run",
                "it is started again by itself: wait a moment; if it stays away, its log says why "
                "(journalctl -u sightline-engine)"};
    }
    if (is_set(status, "silent")) {
        return {"engine", false, "it hangs",
                "it is started again by itself: wait a moment, and test again"};
    }
    if (!trouble.empty()) {
        return {"engine", false, trouble,
                "look at the cables of camera and microphone; it goes on by itself when they are "
                "back"};
    }
    return {"engine", true, "it runs", ""};
}

}  // namespace

std::vector<Check> judge_engine(const json::object& status) {
    const auto* member = status.if_contains("capture");
    const bool known = member != nullptr && member->is_object();
    const json::object capture = known ? member->as_object() : json::object();
    std::vector<Check> checks = {judge_process(status, capture)};
    if (!is_set(status, "connected") || is_set(status, "silent")) {
        // What it said last may have been unplugged since.
        for (const char* device : {"camera", "microphone", "speaker", "screen"}) {
            checks.push_back(
                {device, false, "not known without the engine", "test again when the engine runs"});
        }
        return checks;
    }
    hardware::DevicesFound found;
    found.cameras = texts_in(capture, "cameras");
    found.microphones = listed(text_in(capture, "microphone"));
    // What GStreamer takes when there is nothing to play with.
    const auto speaker = text_in(status, "audio_output");
    if (speaker != "fakesink") found.speakers = listed(speaker);
    found.screens = screens_of(status);
    for (auto& check : hardware::judge_devices(found)) checks.push_back(std::move(check));
    return checks;
}

Check judge_hub(const json::object& status) {
    const auto address = text_in(status, "url");
    if (is_set(status, "connected")) return {"link", true, "connected to the hub " + address, ""};
    const auto url = hub_client::parse_hub_url(address);
    hardware::LinkFacts facts;
    if (url) facts = {.host = url->host, .port = url->port};
    const auto trouble = text_in(status, "trouble");
    facts.error = trouble.empty() ? "it is being dialled" : trouble;
    return hardware::judge_link(facts);
}

}  // namespace sightline::kiosk

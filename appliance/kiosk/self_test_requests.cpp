// The self-test at the touch screen. Nothing in it waits for anybody: the engine and the link to
// the hub have said long ago how they are, and the disk is asked as every record asks it.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "appliance/kiosk/requests.h"
#include "appliance/kiosk/self_test.h"
#include "hardware/self_test.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;

Reply self_test(const Request&, const Desk& desk) {
    std::vector<hardware::Check> checks;
    if (desk.engine != nullptr) checks = judge_engine(desk.engine->watch().status());
    if (desk.hub != nullptr) checks.push_back(judge_hub(desk.hub->status()));
    if (desk.store != nullptr) checks.push_back(hardware::check_disk(desk.store->state));
    checks.push_back(hardware::check_clock());
    json::array told;
    for (const auto& check : checks) {
        told.push_back({{"name", check.name},
                        {"ok", check.ok},
                        {"what", check.what},
                        {"what_to_do", check.what_to_do}});
    }
    const bool passed = std::all_of(checks.begin(), checks.end(), [](auto& c) { return c.ok; });
    return json::object{{"checks", std::move(told)}, {"passed", passed}};
}

constexpr std::array kVerbs{
    Verb{"self-test", always<access::Action::RunSelfTest>, self_test},
};

}  // namespace

std::span<const Verb> self_test_verbs() { return kVerbs; }

}  // namespace sightline::kiosk

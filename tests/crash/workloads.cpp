#include "tests/crash/workloads.h"

#include <functional>
#include <stdexcept>

#include "tests/crash/store_workload.h"

namespace sightline::tests {
namespace {

struct Known {
    const char* name;
    std::function<std::unique_ptr<Workload>(const Assignment&)> make;
};

const std::vector<Known>& known() {
    static const std::vector<Known> all = {
        {"store",
         [](const Assignment& a) {
             return std::make_unique<StoreWorkload>(a.directory, DeviceKind::Files, a.seed,
                                                    a.operations);
         }},
    };
    return all;
}

}  // namespace

std::vector<std::string> workload_names() {
    std::vector<std::string> names;
    for (const Known& one : known()) names.emplace_back(one.name);
    return names;
}

std::unique_ptr<Workload> make_workload(const Assignment& assignment) {
    for (const Known& one : known()) {
        if (one.name == assignment.workload) return one.make(assignment);
    }
    throw std::invalid_argument("no workload is called " + assignment.workload);
}

}  // namespace sightline::tests

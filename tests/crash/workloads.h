// The workloads that can be chosen by name, for the programs that run them in processes of their
// own. A new one is a line in workloads.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/crash/workload.h"

namespace sightline::tests {

struct Assignment {
    std::string workload = "store";
    std::filesystem::path directory;
    std::uint64_t seed = 1;
    std::size_t operations = 29;
};

std::vector<std::string> workload_names();
// Throws std::invalid_argument for a name that is not among them.
std::unique_ptr<Workload> make_workload(const Assignment& assignment);

}  // namespace sightline::tests

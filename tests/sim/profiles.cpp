#include "tests/sim/profiles.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace sightline::sim {
namespace {

using namespace std::chrono_literals;

// Losses come in runs of this many where the note says bursts.
constexpr double kBurst = 8;

bool apply_note(const std::string& note, LinkConfig& link) {
    if (note.empty() || note == "speech only") return true;
    if (note == "loss comes in bursts") {
        link.burst_length = kBurst;
        return true;
    }
    if (note == "plus a burst of 0.5-1 s total loss every 15 s") {
        link.cut_period = 15s;
        link.cut_shortest = 500ms;
        link.cut_longest = 1s;
        return true;
    }
    if (note == "20 s dead every 3 min") {
        link.cut_period = 3min;
        link.cut_shortest = link.cut_longest = 20s;
        return true;
    }
    return false;
}

Profile parse(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream in(line);
    for (std::string cell; std::getline(in, cell, ',');) cells.push_back(cell);
    if (cells.size() < 6) throw std::runtime_error("expected seven columns");
    cells.resize(7);

    Profile profile;
    profile.name = cells[0];
    LinkConfig link;
    // Half of the jitter's range belongs to the mean, so that the round trip is the one named.
    const auto round_trip = std::chrono::milliseconds(std::stol(cells[3]));
    const auto jitter = std::chrono::milliseconds(std::stol(cells[4]));
    link.delay = round_trip / 2 > jitter / 2 ? (round_trip - jitter) / 2 : 0ms;
    link.jitter = jitter;
    link.loss = std::stod(cells[5]) / 100;
    if (!apply_note(cells[6], link)) throw std::runtime_error("unknown note: " + cells[6]);
    profile.up = profile.down = link;
    profile.down.bits_per_second = std::stoull(cells[1]) * 1000;
    profile.up.bits_per_second = std::stoull(cells[2]) * 1000;
    return profile;
}

}  // namespace

std::vector<Profile> read_profiles(const std::string& file) {
    std::ifstream in(file);
    std::string line;
    if (!std::getline(in, line)) throw std::runtime_error("cannot read " + file);
    std::vector<Profile> profiles;
    for (int number = 2; std::getline(in, line); ++number) {
        try {
            profiles.push_back(parse(line));
        } catch (const std::exception& e) {
            throw std::runtime_error(file + ":" + std::to_string(number) + ": " + e.what());
        }
    }
    return profiles;
}

}  // namespace sightline::sim

#include "appliance/supervisor/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace sightline::supervisor {
namespace {

using base::Errc;
using base::Error;

constexpr std::size_t kMaxUnits = 32;
constexpr std::int64_t kMaxMilliseconds = 600000;
constexpr std::int64_t kMaxDescriptors = 16;

bool is_file_name(std::string_view name) {
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::optional<std::vector<std::string>> strings(const toml::node_view<const toml::node>& node) {
    std::vector<std::string> values;
    if (!node) return values;
    const toml::array* array = node.as_array();
    if (array == nullptr) return std::nullopt;
    for (const toml::node& item : *array) {
        const auto text = item.value_exact<std::string>();
        if (!text) return std::nullopt;
        values.push_back(*text);
    }
    return values;
}

// Leaves `out` as it is when the key is absent; false when it is there and no duration.
bool read_milliseconds(const toml::table& table, std::string_view key,
                       std::chrono::milliseconds& out) {
    const auto node = table[key];
    if (!node) return true;
    const auto value = node.value_exact<std::int64_t>();
    if (!value || *value < 0 || *value > kMaxMilliseconds) return false;
    out = std::chrono::milliseconds(*value);
    return true;
}

base::Result<UnitSettings> read_unit(const toml::table& table,
                                     const std::vector<UnitSettings>& before) {
    for (const auto& [key, value] : table) {
        constexpr std::string_view kKnown[] = {"name",       "command",  "after",   "watchdog_ms",
                                               "restart_ms", "ready_ms", "fd_store"};
        if (std::find(std::begin(kKnown), std::end(kKnown), key.str()) == std::end(kKnown)) {
            return Error(Errc::Malformed, "unit has an unknown key '" + std::string(key.str()) +
                                              "'; remove it or mend its spelling");
        }
    }
    UnitSettings unit;
    unit.name = table["name"].value_or(std::string());
    if (!is_file_name(unit.name)) {
        return Error(Errc::Malformed,
                     "unit name '" + unit.name + "' must be 1 to 32 of a-z, 0-9 and -");
    }
    const auto is_named = [](const std::string& name) {
        return [&name](const UnitSettings& other) { return other.name == name; };
    };
    if (std::any_of(before.begin(), before.end(), is_named(unit.name))) {
        return Error(Errc::Malformed, "unit name '" + unit.name + "' is used twice");
    }
    const std::string which = "unit '" + unit.name + "': ";
    const auto command = strings(table["command"]);
    if (!command || command->empty() || command->front().empty()) {
        return Error(Errc::Malformed, which + "command must be a list: the program, its arguments");
    }
    unit.command = *command;
    const auto after = strings(table["after"]);
    if (!after) return Error(Errc::Malformed, which + "after must be a list of unit names");
    unit.after = *after;
    for (const std::string& name : unit.after) {
        if (std::none_of(before.begin(), before.end(), is_named(name))) {
            return Error(Errc::Malformed, which + "after names '" + name +
                                              "', which does not stand before it in the file");
        }
    }
    if (!read_milliseconds(table, "watchdog_ms", unit.watchdog) ||
        !read_milliseconds(table, "restart_ms", unit.restart) ||
        !read_milliseconds(table, "ready_ms", unit.ready_within)) {
        return Error(Errc::Malformed, which + "times are whole milliseconds from 0 to 600000");
    }
    if (const auto node = table["fd_store"]) {
        const auto value = node.value_exact<std::int64_t>();
        if (!value || *value < 0 || *value > kMaxDescriptors) {
            return Error(Errc::Malformed, which + "fd_store is a number from 0 to 16");
        }
        unit.fd_store = static_cast<std::size_t>(*value);
    }
    return unit;
}

}  // namespace

base::Result<std::vector<UnitSettings>> parse_config(std::string_view text) {
    toml::table document;
    try {
        document = toml::parse(text);
    } catch (const toml::parse_error& e) {
        return Error(Errc::Malformed, "line " + std::to_string(e.source().begin.line) + ": " +
                                          std::string(e.description()));
    }
    const toml::array* tables = document["unit"].as_array();
    if (tables == nullptr || tables->empty()) {
        return Error(Errc::Malformed, "there is no [[unit]] in it");
    }
    if (tables->size() > kMaxUnits) return Error(Errc::TooLarge, "more than 32 units");
    std::vector<UnitSettings> units;
    for (const toml::node& node : *tables) {
        const toml::table* table = node.as_table();
        if (table == nullptr) return Error(Errc::Malformed, "unit must be a table: [[unit]]");
        auto unit = read_unit(*table, units);
        if (!unit) return unit.error();
        units.push_back(std::move(*unit));
    }
    return units;
}

base::Result<std::vector<UnitSettings>> load_config(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        return Error(Errc::Unavailable,
                     "cannot read " + file.string() + ": name another with --config");
    }
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    auto units = parse_config(text);
    if (!units) return Error(units.error().code, file.string() + ": " + units.error().text);
    return units;
}

}  // namespace sightline::supervisor

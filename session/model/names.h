// Enumerators and their names on disk, on the wire and on screen: one table gives both directions.
// Any thread.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace sightline::model {

template <class T, std::size_t N>
using Names = std::array<std::pair<T, const char*>, N>;

template <class T, std::size_t N>
const char* name_in(const Names<T, N>& names, T value) {
    for (const auto& [known, name] : names) {
        if (known == value) return name;
    }
    return "unknown";
}

template <class T, std::size_t N>
std::optional<T> value_in(const Names<T, N>& names, std::string_view text) {
    for (const auto& [value, name] : names) {
        if (text == name) return value;
    }
    return std::nullopt;
}

}  // namespace sightline::model

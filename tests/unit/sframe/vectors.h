// tests/vectors/sframe.json, which the pages' tests read too.
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "appliance/base/hex.h"

namespace sightline::sframe::vectors {

inline const boost::json::array& of(const char* kind) {
    static const boost::json::value all = [] {
        std::ifstream file(SIGHTLINE_VECTORS "/sframe.json");
        return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    }();
    return all.at(kind).as_array();
}
inline std::uint64_t number(const boost::json::value& vector, const char* key) {
    return std::stoull(std::string(vector.at(key).as_string()));
}
inline std::string text(const boost::json::value& vector, const char* key) {
    return std::string(vector.at(key).as_string());
}
inline base::Bytes bytes(const boost::json::value& vector, const char* key) {
    return base::from_hex(text(vector, key)).value();
}

}  // namespace sightline::sframe::vectors

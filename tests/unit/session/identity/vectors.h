// tests/vectors/verification_words.json and short_codes.json, which the pages' tests read too.
#pragma once

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <string>

namespace sightline::identity::vectors {

inline boost::json::value of(const char* file_name) {
    std::ifstream file(std::string(SIGHTLINE_VECTORS "/") + file_name);
    return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
}
inline std::string text(const boost::json::value& vector, const char* key) {
    return std::string(vector.at(key).as_string());
}
inline std::vector<std::string> texts(const boost::json::value& vector, const char* key) {
    std::vector<std::string> out;
    for (const auto& value : vector.at(key).as_array()) out.emplace_back(value.as_string());
    return out;
}

}  // namespace sightline::identity::vectors

// The published schema of dossiers in JSON (session/dossier/dossier.schema.json, JSON Schema
// 2020-12), made of the table by which the reader reads. Any thread.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "session/dossier/field_table.h"
#include "session/dossier/json_form.h"

namespace sightline::tests {

// What a text under a rule looks like, as a regular expression (ECMA-262, over characters).
inline std::string pattern_of(dossier::Rule rule) {
    using dossier::Rule;
    const std::string variants = "(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$";
    const std::string region = "(-([A-Z]{2}|[0-9]{3}))?";
    switch (rule) {
        case Rule::Line:
            return R"(^[^\u0000-\u0020\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\u0000-\u0020\u007f-\u009f])?$)";
        case Rule::Text:
            return R"(^[\t\n ]*[^\u0000-\u0020\u007f-\u009f][^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$)";
        case Rule::Number:
            return "^(?=[^0-9]*[0-9])[A-Za-z0-9./-]+( [A-Za-z0-9./-]+)*$";
        case Rule::UncertainDate:
            return "^(1[89]|20)[0-9]{2}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$";
        case Rule::FullDate:
            return "^(1[89]|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
        case Rule::Language:
            return "^[a-z]{2,3}(-[A-Z][a-z]{3})?" + region + variants;
        case Rule::ReadLanguage:
            return "^[a-z]{2,3}-[A-Z][a-z]{3}" + region + variants;
        case Rule::Need: {
            std::string codes;
            for (const char* code : dossier::kNeedCodes)
                codes += (codes.empty() ? "" : "|") + std::string(code);
            return "^(" + codes + ")(-[A-Z]{2})?$";
        }
        case Rule::MediaType:
            return "^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$";
        case Rule::Sha256:
            return "^[0-9a-f]{64}$";
        case Rule::Country:
        case Rule::Nationality:
            break;
    }
    return "^[A-Z]{3}$";
}

inline const char* name_of(dossier::Rule rule) {
    constexpr const char* kNames[] = {"line",          "text",      "number",
                                      "uncertainDate", "fullDate",  "country",
                                      "nationality",   "language",  "languageWithScript",
                                      "specificNeed",  "mediaType", "sha256"};
    return kNames[static_cast<int>(rule)];
}

template <class T>
boost::json::object schema_of(const dossier::Field<T>& field) {
    namespace json = boost::json;
    using dossier::Kind;
    const auto text = [&] {
        json::object one{{"$ref", std::string("#/$defs/") + name_of(field.rule)}};
        one["maxLength"] = field.most;
        return one;
    };
    const auto code = [&] {
        return json::object{{"enum", json::array(field.codes.begin(), field.codes.end())}};
    };
    const auto several = [&](json::object of) {
        return json::object{{"type", "array"},
                            {"items", std::move(of)},
                            {"minItems", 1},
                            {"maxItems", field.several},
                            {"uniqueItems", true}};
    };
    switch (field.kind) {
        case Kind::Text:
            return text();
        case Kind::Texts:
            return several(text());
        case Kind::Code:
            return code();
        case Kind::Codes:
            return several(code());
        case Kind::Count:
            return {{"type", "integer"}, {"minimum", 1}, {"maximum", field.most}};
        case Kind::Yes:
            return {{"const", true}};
        case Kind::Reference:
            break;
    }
    return {{"$ref", "#/$defs/id"}};
}

template <class T>
boost::json::object schema_of(const std::vector<dossier::Field<T>>& fields, bool with_id) {
    namespace json = boost::json;
    json::object properties;
    json::array required;
    if (with_id) {
        properties["id"] = json::object{{"$ref", "#/$defs/id"}};
        required.emplace_back("id");
    }
    for (const auto& field : fields) {
        properties[field.name] = schema_of(field);
        if (field.required) required.emplace_back(field.name);
    }
    json::object object{
        {"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
    if (!required.empty()) object["required"] = std::move(required);
    return object;
}

inline boost::json::object dossier_schema() {
    namespace json = boost::json;
    using dossier::Rule;
    json::object defs;
    defs["id"] = json::object{{"type", "string"}, {"pattern", "^(?!0{16})[0-9a-f]{16}$"}};
    for (int i = 0; i <= static_cast<int>(Rule::Sha256); ++i) {
        const auto rule = static_cast<Rule>(i);
        json::object def{{"type", "string"}};
        if (rule == Rule::Country || rule == Rule::Nationality) {
            json::array codes(dossier::kCountries.begin(), dossier::kCountries.end());
            if (rule == Rule::Nationality) codes.emplace_back(dossier::kStateless);
            def["enum"] = std::move(codes);
        } else {
            def["pattern"] = pattern_of(rule);
        }
        defs[name_of(rule)] = std::move(def);
    }
    json::object properties{{"format", json::object{{"const", dossier::kJsonFormat}}}};
    for (const auto& part : dossier::parts()) {
        properties[part.name] = schema_of(part.fields, false);
    }
    dossier::each_list([&](const auto& list) {
        properties[list.name] = json::object{
            {"type", "array"}, {"items", schema_of(list.fields, true)}, {"maxItems", list.most}};
    });
    return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
            {"title", "Sightline dossier"},
            {"description",
             "One dossier; FORM.md beside this file says what its fields mean. A schema cannot say "
             "that ids are there once, that references are to persons of the case, and that a day "
             "is in its month: the reader does."},
            {"type", "object"},
            {"required", json::array{"format", "case"}},
            {"additionalProperties", false},
            {"properties", std::move(properties)},
            {"$defs", std::move(defs)}};
}

// For people: a member a line, short values on one.
inline void print_json(const boost::json::value& value, std::string& text, std::size_t indent = 0) {
    const std::string flat = boost::json::serialize(value);
    if (flat.size() + indent <= 100 || value.is_primitive()) {
        text += flat;
        return;
    }
    const std::string inner(indent + 2, ' ');
    const bool is_object = value.is_object();
    text += is_object ? "{\n" : "[\n";
    bool first = true;
    const auto begin_one = [&] {
        text += (first ? "" : ",\n") + inner;
        first = false;
    };
    if (is_object) {
        for (const auto& [key, member] : value.get_object()) {
            begin_one();
            text += boost::json::serialize(boost::json::string(key)) + ": ";
            print_json(member, text, indent + 2);
        }
    } else {
        // Codes fill their lines.
        std::string line;
        for (const auto& one : value.get_array()) {
            std::string element;
            print_json(one, element, indent + 2);
            if (!line.empty() && line.size() + element.size() + indent > 96) {
                text += inner + line + ",\n";
                line.clear();
            }
            line += (line.empty() ? "" : ", ") + element;
        }
        text += inner + line;
    }
    text += "\n" + std::string(indent, ' ') + (is_object ? "}" : "]");
}

}  // namespace sightline::tests

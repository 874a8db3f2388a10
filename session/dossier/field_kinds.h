// How members of the form's types become fields: one maker for each kind. For field_table.cpp.
#pragma once

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "session/dossier/field_table.h"

namespace sightline::dossier::kinds {

namespace json = boost::json;
using Fault = std::optional<std::string>;

inline Fault take_text(const json::value& value, Rule rule, std::size_t most, std::string& into) {
    if (!value.is_string()) return "is no text";
    const std::string_view text = value.get_string();
    if (auto fault = fault_of(text, rule, most)) return fault;
    into = text;
    return std::nullopt;
}

// Each value at most once: a list that says a thing twice has been put together wrongly.
template <class T, class Take>
Fault take_several(const json::value& value, std::size_t most, std::vector<T>& into, Take take) {
    if (!value.is_array()) return "is no list";
    if (value.get_array().empty()) return "is an empty list; leave out what is not known";
    if (value.get_array().size() > most) return "has more than " + std::to_string(most);
    std::vector<T> taken;
    for (const auto& element : value.get_array()) {
        T one{};
        if (auto fault = take(element, one)) return fault;
        if (std::find(taken.begin(), taken.end(), one) != taken.end()) return "has one twice";
        taken.push_back(std::move(one));
    }
    into = std::move(taken);
    return std::nullopt;
}

template <class Code>
Fault take_code(const json::value& value, Code& into) {
    if (!value.is_string()) return "is no text";
    const auto code = model::value_in(names_of(Code{}), std::string_view(value.get_string()));
    if (!code) {
        std::string known;
        for (const auto& [ignored, name] : names_of(Code{})) {
            known += (known.empty() ? "" : ", ") + std::string(name);
        }
        return "is none of " + known;
    }
    into = *code;
    return std::nullopt;
}

template <class Code>
std::vector<std::string> codes_of() {
    std::vector<std::string> all;
    for (const auto& [ignored, name] : names_of(Code{})) all.emplace_back(name);
    return all;
}

template <class T, class At>
Field<T> text(const char* name, At at, Rule rule, std::size_t most) {
    Field<T> field{name, Kind::Text, rule, most, 0, false, {}, {}, {}};
    field.get = [at](const T& of) -> std::optional<json::value> {
        const std::string& text = at(of);
        if (text.empty()) return std::nullopt;
        return json::value(text);
    };
    field.set = [=](T& of, const json::value& value) {
        return take_text(value, rule, most, at(of));
    };
    return field;
}

template <class T, class At>
Field<T> texts(const char* name, At at, Rule rule, std::size_t most, std::size_t several) {
    Field<T> field{name, Kind::Texts, rule, most, several, false, {}, {}, {}};
    field.get = [at](const T& of) -> std::optional<json::value> {
        if (at(of).empty()) return std::nullopt;
        return json::array(at(of).begin(), at(of).end());
    };
    field.set = [=](T& of, const json::value& value) {
        return take_several(value, several, at(of), [&](const json::value& one, std::string& into) {
            return take_text(one, rule, most, into);
        });
    };
    return field;
}

// Of an optional answer, or of one that must be there.
template <class T, class Code, class At>
Field<T> code(const char* name, At at) {
    Field<T> field{name, Kind::Code, Rule::Line, 0, 0, false, codes_of<Code>(), {}, {}};
    field.get = [at](const T& of) -> std::optional<json::value> {
        const std::optional<Code> code = at(of);
        if (!code) return std::nullopt;
        return json::value(model::name_in(names_of(*code), *code));
    };
    field.set = [at](T& of, const json::value& value) {
        Code taken{};
        auto fault = take_code(value, taken);
        if (!fault) at(of) = taken;
        return fault;
    };
    return field;
}

template <class T, class Code, class At>
Field<T> codes(const char* name, At at) {
    Field<T> field{name, Kind::Codes, Rule::Line, 0, 0, false, codes_of<Code>(), {}, {}};
    field.several = field.codes.size();
    field.get = [at](const T& of) -> std::optional<json::value> {
        if (at(of).empty()) return std::nullopt;
        json::array all;
        for (const Code code : at(of)) all.emplace_back(model::name_in(names_of(code), code));
        return all;
    };
    field.set = [at, several = field.several](T& of, const json::value& value) {
        return take_several(value, several, at(of), [](const json::value& one, Code& into) {
            return take_code(one, into);
        });
    };
    return field;
}

template <class T, class At>
Field<T> count(const char* name, At at, std::size_t most) {
    Field<T> field{name, Kind::Count, Rule::Line, most, 0, false, {}, {}, {}};
    field.get = [at](const T& of) -> std::optional<json::value> {
        if (at(of) == 0) return std::nullopt;
        return json::value(static_cast<std::int64_t>(at(of)));
    };
    field.set = [=](T& of, const json::value& value) -> Fault {
        if (!value.is_int64() || value.get_int64() < 1 ||
            static_cast<std::uint64_t>(value.get_int64()) > most) {
            return "is no whole number from 1 to " + std::to_string(most);
        }
        at(of) = static_cast<std::uint64_t>(value.get_int64());
        return std::nullopt;
    };
    return field;
}

template <class T, class At>
Field<T> yes(const char* name, At at) {
    Field<T> field{name, Kind::Yes, Rule::Line, 0, 0, false, {}, {}, {}};
    field.get = [at](const T& of) -> std::optional<json::value> {
        if (!at(of)) return std::nullopt;
        return json::value(true);
    };
    field.set = [at](T& of, const json::value& value) -> Fault {
        if (!value.is_bool() || !value.get_bool()) return "is not true; leave it out for no";
        at(of) = true;
        return std::nullopt;
    };
    return field;
}

// To a person, or to nobody in particular; that the person is there, check() says.
template <class T, class At>
Field<T> reference(const char* name, At at) {
    Field<T> field{name, Kind::Reference, Rule::Line, 16, 0, false, {}, {}, {}};
    field.get = [at](const T& of) -> std::optional<json::value> {
        const std::optional<base::RecordId> id = at(of);
        if (!id || !*id) return std::nullopt;
        return json::value(id->text());
    };
    field.set = [at](T& of, const json::value& value) -> Fault {
        const auto id = value.is_string()
                            ? base::RecordId::parse(std::string_view(value.get_string()))
                            : std::nullopt;
        if (!id || !*id || id->text() != std::string_view(value.get_string())) {
            return "is no id of a person: 16 hexadecimal digits, lower case, not all zero";
        }
        at(of) = *id;
        return std::nullopt;
    };
    return field;
}

}  // namespace sightline::dossier::kinds

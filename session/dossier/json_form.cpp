#include "session/dossier/json_form.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>
#include <map>
#include <optional>

#include "session/dossier/field_table.h"
#include "session/dossier/fields.h"

namespace sightline::dossier {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::size_t kMaxFaults = 100;  // of one dossier

json::parse_options bounded() {
    json::parse_options options;
    options.max_depth = 6;
    return options;
}

template <class T>
json::object written(const std::vector<Field<T>>& fields, const T& of) {
    json::object object;
    for (const auto& field : fields) {
        if (auto value = field.get(of)) object.emplace(field.name, std::move(*value));
    }
    return object;
}

// One dossier, read member by member; says all that is wrong, so that nobody has to correct a file
// once for each mistake.
class Reader {
  public:
    Reader(std::size_t line, std::size_t dossier, Findings& findings)
        : line_(line), dossier_(dossier), findings_(findings) {}

    std::optional<Form> read(const json::value& value) {
        Form form;
        if (!value.is_object()) {
            say("", "is no JSON object; a dossier is one");
            return std::nullopt;
        }
        bool has_format = false;
        for (const auto& [key, member] : value.get_object()) {
            const std::string name(key);
            if (name == "format") {
                has_format = true;
                if (member != json::value(kJsonFormat)) {
                    say("/format", std::string("is not ") + kJsonFormat +
                                       "; use a version of this program that reads it");
                }
            } else if (!read_part(form, name, member) && !read_list(form, name, member)) {
                say("/" + name, "is no part of the form");
            }
        }
        if (!has_format) say("/format", std::string("is missing; it must be ") + kJsonFormat);
        put_in_order(form);
        if (faults_ == 0) {
            for (auto& fault : faults_of(form)) say(fault.field, fault.reason);
        }
        if (faults_ > 0) return std::nullopt;
        return form;
    }

  private:
    void say(const std::string& field, std::string reason) {
        if (++faults_ > kMaxFaults) return;
        // Names of members come from the file.
        findings_.add({Weight::Refused, line_, dossier_, printable(field), std::move(reason)});
    }
    static std::string printable(const std::string& field) {
        if (field.empty() || model::is_plain_name(field, 100)) return field;
        return "a member with an over-long or unprintable name";
    }

    bool read_part(Form& form, const std::string& name, const json::value& value) {
        for (const auto& part : parts()) {
            if (part.name != name) continue;
            read_fields("/" + name, part.fields, value, form, nullptr);
            return true;
        }
        return false;
    }

    bool read_list(Form& form, const std::string& name, const json::value& value) {
        bool known = false;
        each_list([&](const auto& list) {
            if (list.name != name) return;
            known = true;
            read_entries(form, list, value);
        });
        return known;
    }

    template <class T>
    void read_entries(Form& form, const List<T>& list, const json::value& value) {
        const std::string path = "/" + list.name;
        if (!value.is_array()) return say(path, "is no list");
        const auto& array = value.get_array();
        if (array.size() > list.most) {
            return say(path, "has more than " + std::to_string(list.most) + " entries");
        }
        for (std::size_t i = 0; i < array.size(); ++i) {
            T entry;
            read_fields(path + "/" + std::to_string(i), list.fields, array[i], entry,
                        &id_of(entry));
            (form.*list.entries).push_back(std::move(entry));
        }
    }

    template <class T>
    void read_fields(const std::string& path, const std::vector<Field<T>>& fields,
                     const json::value& value, T& into, base::RecordId* id) {
        if (!value.is_object()) return say(path, "is no JSON object");
        for (const auto& [key, member] : value.get_object()) {
            const std::string name(key);
            const auto field =
                std::find_if(fields.begin(), fields.end(),
                             [&](const Field<T>& known) { return known.name == name; });
            if (name == "id" && id != nullptr) {
                read_id(path, member, *id);
            } else if (field == fields.end()) {
                say(path + "/" + name, "is no field of the form");
            } else if (auto fault = field->set(into, member)) {
                say(path + "/" + name, *fault);
            }
        }
        for (const auto& field : fields) {
            if (field.required && !value.get_object().contains(field.name)) {
                say(path + "/" + field.name, "is missing");
            }
        }
        if (id != nullptr && !value.get_object().contains("id")) say(path + "/id", "is missing");
    }

    void read_id(const std::string& path, const json::value& value, base::RecordId& into) {
        const auto id = value.is_string()
                            ? base::RecordId::parse(std::string_view(value.get_string()))
                            : std::nullopt;
        if (!id || !*id || id->text() != std::string_view(value.get_string())) {
            return say(path + "/id", "is not 16 hexadecimal digits, lower case, not all zero");
        }
        into = *id;
    }

    std::size_t line_;
    std::size_t dossier_;
    Findings& findings_;
    std::size_t faults_ = 0;
};

class FileReader {
  public:
    // False: the file is full, and the rest was not read.
    bool take(const json::value& value, std::size_t line) {
        const std::size_t place = ++places_;
        if (place > kMaxDossiers) {
            import_.findings.add({Weight::Refused, line, place, "",
                                  "is beyond the " + std::to_string(kMaxDossiers) +
                                      " dossiers that one file may hold; split the file"});
            return false;
        }
        auto form = Reader(line, place, import_.findings).read(value);
        if (!form) return true;
        const auto [first, is_new] = numbers_.emplace(number_key(form->subject.number), place);
        if (!is_new) {
            import_.findings.add({Weight::Refused, line, place, "/case/number",
                                  "is dossier " + std::to_string(first->second) + "'s already"});
            return true;
        }
        for (auto& doubt : doubts_of(*form)) {
            doubt.line = line;
            doubt.dossier = place;
            import_.findings.add(std::move(doubt));
        }
        import_.dossiers.push_back({std::move(*form), place, line});
        return true;
    }

    void take_lines(std::string_view text) {
        for (std::size_t line = 1; !text.empty(); ++line) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            const auto one = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (one.find_first_not_of(kBlank) == std::string_view::npos) continue;
            boost::system::error_code wrong;
            const json::value value = json::parse(one, wrong, {}, bounded());
            if (wrong) {
                import_.findings.add(
                    {Weight::Refused, line, ++places_, "", "is no JSON: " + wrong.message()});
            } else if (!take(value, line)) {
                return;
            }
        }
    }

    JsonImport import() { return std::move(import_); }

  private:
    JsonImport import_;
    std::size_t places_ = 0;
    std::map<std::string, std::size_t> numbers_;
};

// Whether there is a dossier a line: a document that spans lines begins only its first with a brace
// at the margin.
bool has_one_a_line(std::string_view text) {
    const auto first = text.find_first_not_of(kBlank);
    return first != std::string_view::npos && text[first] == '{' &&
           text.find("\n{", first) != std::string_view::npos;
}

std::size_t line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<std::size_t>(std::count(
                   text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

}  // namespace

json::object json_of(const Form& form) {
    json::object object{{"format", kJsonFormat}};
    for (const auto& part : parts()) {
        auto members = written(part.fields, form);
        if (!members.empty()) object.emplace(part.name, std::move(members));
    }
    each_list([&](const auto& list) {
        json::array entries;
        for (const auto& entry : form.*list.entries) {
            auto members = written(list.fields, entry);
            members.emplace("id", id_of(entry).text());
            entries.push_back(std::move(members));
        }
        if (!entries.empty()) object.emplace(list.name, std::move(entries));
    });
    return object;
}

std::string write_json(std::span<const Form> forms) {
    std::string text = "[";
    for (const Form& form : forms) {
        text += text.size() > 1 ? ",\n" : "\n";
        text += json::serialize(json_of(form));
    }
    return text + "\n]\n";
}

base::Result<JsonImport> read_json(std::string_view text) {
    if (text.size() > kMaxFileBytes) {
        return Error{Errc::TooLarge, "read dossiers: the file is larger than 32 MiB; split it"};
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    FileReader file;
    if (has_one_a_line(text)) {
        file.take_lines(text);
        return file.import();
    }
    json::stream_parser parser({}, bounded());
    boost::system::error_code wrong;
    const std::size_t read = parser.write(text.data(), text.size(), wrong);
    if (!wrong) parser.finish(wrong);
    if (wrong) {
        return Error{Errc::Malformed,
                     "read dossiers: line " +
                         std::to_string(line_at(text, std::min(read, text.size()))) +
                         " is no JSON: " + wrong.message()};
    }
    const json::value all = parser.release();
    if (!all.is_array()) {
        file.take(all, 0);
        return file.import();
    }
    for (const auto& value : all.get_array()) {
        if (!file.take(value, 0)) break;
    }
    return file.import();
}

}  // namespace sightline::dossier

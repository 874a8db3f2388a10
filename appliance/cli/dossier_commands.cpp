#include "appliance/cli/dossier_commands.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>
#include <map>
#include <span>

#include "appliance/cli/asking.h"
#include "appliance/cli/outcome.h"
#include "session/dossier/csv_form.h"
#include "session/dossier/fields.h"
#include "session/dossier/json_form.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;

std::string text_of_value(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

// With what `settle` calls them.
void print_values(const json::array& fields) {
    for (const auto& value : fields) {
        const auto& field = value.as_object();
        std::cout << "  " << text_or_dash(field, "path") << "\n";
        std::size_t number = 0;
        for (const auto& entry : field.at("values").as_array()) {
            const auto& said = entry.as_object();
            const auto* is = said.if_contains("value");
            std::cout << "    " << ++number << ": "
                      << (is != nullptr ? text_of_value(*is) : "(removed)") << "  by "
                      << text_or_dash(said, "author") << ", site " << text_or_dash(said, "site")
                      << ", " << text_or_dash(said, "at") << "\n";
        }
    }
}

void print_circle(const json::object& circle) {
    std::cout << "released to " << text_or_dash(circle, "state") << ": "
              << text_or_dash(circle, "standing") << ", agreement "
              << text_or_dash(circle, "agreement") << ", by " << text_or_dash(circle, "by")
              << " at " << text_or_dash(circle, "at") << "\n";
    if (circle.at("unreadable").to_number<std::size_t>() > 0) {
        std::cout << "  NOT WHOLE: " << json::serialize(circle.at("unreadable"))
                  << " ops cannot be read here\n";
    }
    if (circle.at("behind").as_bool()) {
        std::cout << "  BEHIND: what the circle says cannot be a form as it is; settle the "
                     "conflicts, or set or remove what contradicts\n";
    }
    const auto& conflicts = circle.at("conflicts").as_array();
    if (!conflicts.empty()) std::cout << "  CONFLICTS, for `sightline dossier settle`:\n";
    print_values(conflicts);
    print_values(circle.at("office").as_array());
}

base::Result<dossier::Form> form_in(const json::value& text) {
    auto read = dossier::read_json(std::string_view(text.as_string()));
    if (!read) return read.error();
    if (read->dossiers.size() != 1) {
        return base::Error{base::Errc::Malformed,
                           "read the kiosk's answer: it is no dossier; update both programs"};
    }
    return std::move(read->dossiers.front().form);
}

}  // namespace

int import_dossiers(const Places& places, const std::string& file, DossierFormat file_format) {
    const auto read = read_dossier_file(file, file_format, "import");
    if (!read) return complain(kUsage, read.error().text);
    print_findings(read->findings);
    std::map<std::string, std::size_t> effects;
    for (const auto& one : read->dossiers) {
        const auto reply =
            ask_as_staff(places, {{"do", "dossier.import"},
                                  {"form", json::serialize(dossier::json_of(one.form))},
                                  {"ids", one.ids == dossier::Ids::Own ? "own" : "local"},
                                  {"rows", one.rows}});
        if (!reply) return complain(reply.error().text);
        const std::string effect = text_or_dash(*reply, "effect");
        ++effects[effect];
        std::cout << effect << "  " << text_or_dash(*reply, "dossier") << "  "
                  << one.form.subject.number;
        if (effect == "refused") std::cout << ": " << text_or_dash(*reply, "reason");
        std::cout << "\n";
    }
    std::cout << counted(read->dossiers.size(), "dossier", "dossiers") << ": " << effects["created"]
              << " created, " << effects["changed"] << " changed, " << effects["unchanged"]
              << " unchanged, " << effects["refused"] << " refused; "
              << counted(read->findings.refusals(), "refusal", "refusals") << " in the file.\n";
    return read->findings.refusals() == 0 && effects["refused"] == 0 ? kDone : kFailed;
}

int list_forms(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "dossier.list"}});
    if (!reply) return complain(reply.error().text);
    const auto& all = reply->at("dossiers").as_array();
    if (format == Format::Json) {
        std::cout << json::serialize(all) << "\n";
        return kDone;
    }
    for (const auto& value : all) {
        const auto& one = value.as_object();
        std::cout << text_or_dash(one, "dossier") << "  " << text_or_dash(one, "number");
        if (const auto* persons = one.if_contains("persons")) {
            std::cout << "  " << counted(persons->to_number<std::size_t>(), "person", "persons");
        }
        for (const auto& state : one.at("released_to").as_array()) {
            std::cout << "  " << text_of_value(state);
        }
        std::cout << (one.at("readable").as_bool() ? "" : "  CANNOT BE READ HERE") << "\n";
    }
    return kDone;
}

int show_form(const Places& places, const std::string& dossier, const std::string& reader,
              Format format) {
    json::object request{{"do", "dossier.show"}, {"dossier", dossier}};
    if (!reader.empty()) request["for"] = reader;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
        return kDone;
    }
    if (const auto* form = reply->if_contains("form")) {
        const auto read = form_in(json::string(json::serialize(*form)));
        if (!read) return complain(read.error().text);
        // As `edit` calls them.
        for (const auto& [path, value] : dossier::fields_of(*read)) {
            std::cout << path << "  " << text_of_value(value) << "\n";
        }
    }
    if (const auto* doubts = reply->if_contains("doubts")) {
        for (const auto& doubt : doubts->as_array()) {
            std::cout << "doubt: " << text_of_value(doubt) << "\n";
        }
    }
    if (const auto* circles = reply->if_contains("circles")) {
        for (const auto& circle : circles->as_array()) print_circle(circle.as_object());
    }
    return kDone;
}

int edit_form(const Places& places, const std::string& dossier, const std::string& path,
              const std::optional<std::string>& value) {
    json::object request{{"do", "dossier.edit"}, {"dossier", dossier}, {"path", path}};
    if (value) request["value"] = *value;
    return ask_and_say(places, std::move(request), Format::Text);
}

int export_form(const Places& places, const std::string& dossier, const std::string& reader,
                DossierFormat file_format) {
    json::object request{{"do", "dossier.export"}, {"dossier", dossier}};
    if (!reader.empty()) request["for"] = reader;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    const auto form = form_in(reply->at("form"));
    if (!form) return complain(form.error().text);
    std::cout << (file_format == DossierFormat::Csv ? dossier::write_csv(std::span(&*form, 1))
                                                    : dossier::write_json(std::span(&*form, 1)));
    return kDone;
}

int release_dossier(const Places& places, const std::string& dossier, const std::string& state,
                    const std::string& agreement) {
    const auto reply = ask_as_staff(places, {{"do", "dossier.release"},
                                             {"dossier", dossier},
                                             {"state", state},
                                             {"agreement", agreement}});
    if (!reply) return complain(reply.error().text);
    std::cout << "released to " << state << " as " << text_or_dash(*reply, "pseudonym") << "\n";
    return kDone;
}

int list_conflicts(const Places& places, const std::string& dossier, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "dossier.conflicts"}, {"dossier", dossier}});
    if (!reply) return complain(reply.error().text);
    const auto& all = reply->at("conflicts").as_array();
    if (format == Format::Json) {
        std::cout << json::serialize(all) << "\n";
        return kDone;
    }
    if (all.empty()) std::cout << "none\n";
    print_values(all);
    return kDone;
}

int settle_conflict(const Places& places, const std::string& dossier, const std::string& path,
                    int pick) {
    return ask_and_say(
        places, {{"do", "dossier.settle"}, {"dossier", dossier}, {"path", path}, {"pick", pick}},
        Format::Text);
}

}  // namespace sightline::cli

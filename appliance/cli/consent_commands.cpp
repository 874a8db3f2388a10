// The commands about consent. See commands.h.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/cli/asking.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/outcome.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;

// The present text for the item in that language, by its hash.
base::Result<std::string> text_hash(const Places& places, const ConsentEntry& entry) {
    const auto reply =
        ask_as_staff(places, {{"do", "consent.texts"}, {"language", entry.language}});
    if (!reply) return reply.error();
    for (const auto& value : reply->at("texts").as_array()) {
        const auto& text = value.as_object();
        if (text_or_dash(text, "item") == entry.item) return text_or_dash(text, "sha256");
    }
    return base::Error{base::Errc::NotFound, "record consent: there is no text for " + entry.item +
                                                 " in " + entry.language +
                                                 "; `sightline consent texts` lists what there is"};
}

void add_person(json::object& request, const ConsentEntry& entry) {
    request["person"] = entry.person;
    request["item"] = entry.item;
    request["scope"] = entry.scope;
    if (!entry.on_behalf.empty()) request["on_behalf"] = entry.on_behalf;
}

}  // namespace

int list_texts(const Places& places, const std::string& language, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "consent.texts"}, {"language", language}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(reply->at("texts")) << "\n";
        return kDone;
    }
    for (const auto& value : reply->at("texts").as_array()) {
        const auto& text = value.as_object();
        std::cout << text_or_dash(text, "language") << "  " << text_or_dash(text, "item") << "  "
                  << text_or_dash(text, "review") << "  " << text_or_dash(text, "sha256") << "\n";
        if (text.contains("body")) std::cout << "\n" << text_or_dash(text, "body") << "\n";
    }
    return kDone;
}

int record_consent(const Places& places, const ConsentEntry& entry, Format format) {
    std::string sha256 = entry.text_sha256;
    if (sha256.empty()) {
        auto found = text_hash(places, entry);
        if (!found) return complain(found.error().text);
        sha256 = std::move(*found);
    }
    json::object request{{"do", "consent.record"},  {"answer", entry.answer},
                         {"text_sha256", sha256},   {"language", entry.language},
                         {"mode", entry.mode},      {"interpreter", entry.interpreter},
                         {"witness", entry.witness}};
    add_person(request, entry);
    return ask_and_say(places, std::move(request), format);
}

int withdraw_consent(const Places& places, const ConsentEntry& entry, const std::string& session,
                     Format format) {
    json::object request{{"do", "consent.withdraw"}};
    add_person(request, entry);
    if (!session.empty()) request["session"] = session;
    return ask_and_say(places, std::move(request), format);
}

int judge_subject(const Places& places, const std::string& person, Suitability suitability) {
    return ask_and_say(places,
                       {{"do", "subject.judge"},
                        {"person", person},
                        {"suitable", suitability == Suitability::Suitable}},
                       Format::Text);
}

}  // namespace sightline::cli

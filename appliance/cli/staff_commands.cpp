// The commands about the staff's accounts and who is signed in. See commands.h.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/cli/asking.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/kiosk_client.h"
#include "appliance/cli/outcome.h"
#include "appliance/cli/sign_in.h"

namespace sightline::cli {

namespace json = boost::json;

int add_staff(const Places& places, const std::string& name, const std::string& role,
              const std::string& pin_file) {
    const auto pin = read_pin(pin_file, "PIN for " + name);
    if (!pin) return complain(pin.error().text);
    json::object request{
        {"do", "staff.add"}, {"name", name}, {"role", role}, {"pin", pin->reveal_text()}};
    // The first one of a kiosk is added by nobody; whether it is the first, the kiosk knows.
    if (const auto token = token_of(places.run, places.as)) request["as"] = *token;
    const auto reply = ask_kiosk(places.run, request);
    if (!reply) return complain(reply.error().text);
    return kDone;
}

int remove_staff(const Places& places, const std::string& name) {
    return ask_and_say(places, {{"do", "staff.remove"}, {"name", name}}, Format::Text);
}

int unlock_staff(const Places& places, const std::string& name) {
    return ask_and_say(places, {{"do", "staff.unlock"}, {"name", name}}, Format::Text);
}

int list_staff(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "staff.list"}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(reply->at("staff")) << "\n";
        return kDone;
    }
    for (const auto& value : reply->at("staff").as_array()) {
        const auto& account = value.as_object();
        std::cout << text_or_dash(account, "account") << "  " << text_or_dash(account, "name")
                  << "  " << text_or_dash(account, "role")
                  << (account.at("locked").as_bool() ? "  locked" : "") << "  signed in "
                  << json::serialize(account.at("signed_in")) << "\n";
    }
    return kDone;
}

int sign_in(const Places& places, const std::string& name, const std::string& pin_file) {
    const auto pin = read_pin(pin_file, "PIN of " + name);
    if (!pin) return complain(pin.error().text);
    const auto reply =
        ask_kiosk(places.run, {{"do", "sign-in"}, {"name", name}, {"pin", pin->reveal_text()}});
    if (!reply) return complain(reply.error().text);
    const auto kept = keep_token(places.run, name, std::string(reply->at("as").as_string()));
    if (!kept) return complain(kept.error().text);
    return kDone;
}

int sign_out(const Places& places, const std::string& name) {
    const auto token = token_of(places.run, name);
    if (!token) return complain(token.error().text);
    const auto reply = ask_kiosk(places.run, {{"do", "sign-out"}, {"as", *token}});
    // Even if the kiosk does not know it any more: here it is of no use either.
    std::error_code ignored;
    if (!name.empty()) std::filesystem::remove(token_file(places.run, name), ignored);
    if (!reply) return complain(reply.error().text);
    return kDone;
}

}  // namespace sightline::cli

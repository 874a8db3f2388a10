// The commands that concern the kiosk's sealed store. See commands.h.
#include <termios.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <iostream>

#include "appliance/base/pin_file.h"
#include "appliance/cli/asking.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/kiosk_client.h"
#include "appliance/cli/outcome.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;

// The terminal does not show what is typed while this lives.
class NoEcho {
  public:
    NoEcho() {
        if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
    ~NoEcho() {
        if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    NoEcho(const NoEcho&) = delete;
    NoEcho& operator=(const NoEcho&) = delete;

  private:
    termios before_{};
    bool changed_ = false;
};

}  // namespace

base::Result<base::Secret> read_pin(const std::string& pin_file, const std::string& prompt) {
    if (!pin_file.empty()) return base::read_pin_file(pin_file);
    std::string line;
    if (::isatty(STDIN_FILENO) != 0) {
        std::cerr << prompt << ": " << std::flush;
        const NoEcho silent;
        std::getline(std::cin, line);
        std::cerr << "\n";
    } else {
        std::getline(std::cin, line);
    }
    if (line.empty()) {
        return base::Error{base::Errc::Malformed,
                           "no PIN was given: type it, pipe it in, or name a --pin-file"};
    }
    base::Secret pin{std::string_view(line)};
    ::explicit_bzero(line.data(), line.size());
    return pin;
}

int unlock_store(const Places& places, const std::string& pin_file) {
    const auto pin = read_pin(pin_file, "PIN of the store");
    if (!pin) return complain(pin.error().text);
    const auto reply = ask_kiosk(places.run, {{"do", "unlock"}, {"pin", pin->reveal_text()}});
    if (!reply) return complain(reply.error().text);
    return kDone;
}

int change_pin(const Places& places, const std::string& pin_file) {
    const auto present = read_pin(pin_file, "Present PIN");
    if (!present) return complain(present.error().text);
    const auto next = read_pin("", "New PIN");
    if (!next) return complain(next.error().text);
    if (::isatty(STDIN_FILENO) != 0) {
        const auto again = read_pin("", "New PIN again");
        if (!again) return complain(again.error().text);
        if (again->reveal_text() != next->reveal_text()) {
            return complain("change the PIN: the two new ones differ; nothing was changed");
        }
    }
    return ask_and_say(
        places,
        {{"do", "pin.change"}, {"pin", present->reveal_text()}, {"new_pin", next->reveal_text()}},
        Format::Text);
}

int list_dossiers(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "dossiers"}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(reply->at("dossiers")) << "\n";
        return kDone;
    }
    std::cout << "dossier           created                   kept until                hold\n";
    for (const auto& value : reply->at("dossiers").as_array()) {
        const auto& dossier = value.as_object();
        std::string until = text_or_dash(dossier, "retain_until");
        until.resize(24, ' ');
        std::cout << text_or_dash(dossier, "id") << "  " << text_or_dash(dossier, "created") << "  "
                  << until << "  " << (dossier.at("held").as_bool() ? "yes" : "no") << "\n";
    }
    return kDone;
}

int erase_dossier(const Places& places, const std::string& dossier, const std::string& reason) {
    const auto reply =
        ask_as_staff(places, {{"do", "erase"}, {"dossier", dossier}, {"reason", reason}});
    if (!reply) return complain(reply.error().text);
    std::cout << std::string(reply->at("certificate").as_string());
    std::cerr << "sightline: backups from before this moment can no longer be opened; make a new "
                 "one now\n";
    return kDone;
}

int hold_dossier(const Places& places, const std::string& verb, const std::string& dossier,
                 const std::string& reason) {
    return ask_and_say(places, {{"do", verb}, {"dossier", dossier}, {"reason", reason}},
                       Format::Text);
}

int retain_dossier(const Places& places, const std::string& dossier, int days) {
    return ask_and_say(places, {{"do", "retain"}, {"dossier", dossier}, {"days", days}},
                       Format::Text);
}

int show_certificates(const Places& places) {
    const auto reply = ask_as_staff(places, {{"do", "certificates"}});
    if (!reply) return complain(reply.error().text);
    for (const auto& note : reply->at("certificates").as_array()) {
        std::cout << std::string(note.as_string()) << "\n";
    }
    return kDone;
}

}  // namespace sightline::cli

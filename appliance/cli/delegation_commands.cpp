#include "appliance/cli/delegation_commands.h"

#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <functional>
#include <iostream>

#include "appliance/cli/asking.h"
#include "appliance/cli/delegation_files.h"
#include "appliance/cli/outcome.h"
#include "session/identity/short_code.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using identity::DelegationRoster;
using identity::UnixTime;

UnixTime now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}
UnixTime in_days(int days) { return now() + std::chrono::hours(24 * days); }

base::Result<base::Secret> read_new_pin(const std::string& pin_file) {
    auto pin = read_pin(pin_file, "New PIN of the delegation's root, at least 8 characters");
    if (!pin || !pin_file.empty() || ::isatty(STDIN_FILENO) == 0) return pin;
    const auto again = read_pin("", "The new PIN again");
    if (!again) return again.error();
    if (again->reveal_text() != pin->reveal_text()) {
        return Error{Errc::Malformed, "set the PIN: the two differ; nothing was changed"};
    }
    return pin;
}

// Opens the root, lets `change` have the newest roster, and issues it with the next number.
int issue_after(const DelegationOptions& options,
                const std::function<base::Result<void>(DelegationRoster&)>& change) {
    const DelegationFiles files(options.folder);
    const auto last = files.roster();
    if (!last) return complain(last.error().text);
    DelegationRoster roster = *last ? **last : DelegationRoster();
    // Before the PIN is asked for: what is refused here needs none.
    if (auto changed = change(roster); !changed) return complain(changed.error().text);
    const auto root = open_root(files, options);
    if (!root) return complain(root.error().text);
    roster.delegation = root->public_key().thumbprint();
    roster.number = std::max(roster.number, options.above) + 1;
    roster.issued = now();
    roster.until = in_days(options.days);
    if (auto kept = files.keep_roster(roster.issue(*root)); !kept) {
        return complain(kept.error().text);
    }
    std::cout << "roster " << roster.number << ", " << roster.members.size()
              << " members, good until " << identity::day_of(roster.until) << "\n";
    return kDone;
}

json::object roster_json(const DelegationRoster& roster) {
    json::array members;
    for (const auto& member : roster.members) {
        members.push_back({{"code", member.code()},
                           {"name", member.name},
                           {"role", model::name_of(member.role)},
                           {"organisation", member.organisation}});
    }
    return {{"number", roster.number},
            {"until", identity::day_of(roster.until)},
            {"expired", now() >= roster.until},
            {"members", std::move(members)}};
}

void print_members(const json::array& members) {
    for (const auto& value : members) {
        const auto& member = value.as_object();
        std::cout << text_or_dash(member, "code") << "  " << text_or_dash(member, "role") << "  "
                  << text_or_dash(member, "name") << ", " << text_or_dash(member, "organisation")
                  << "\n";
    }
}

}  // namespace

base::Result<signature::DeviceKey> open_root(const DelegationFiles& files,
                                             const DelegationOptions& options) {
    const auto root = files.root();
    if (!root) return root.error();
    const auto pin = read_pin(options.pin_file, "PIN of " + root->name());
    if (!pin) return pin.error();
    return root->open(*pin);
}

int init_delegation(const DelegationOptions& options, const std::string& name) {
    const DelegationFiles files(options.folder);
    const auto pin = read_new_pin(options.pin_file);
    if (!pin) return complain(pin.error().text);
    const auto made = identity::DelegationRoot::create(name, *pin);
    if (!made) return complain(made.error().text);
    if (auto begun = files.begin(made->root); !begun) return complain(begun.error().text);
    std::cout << "delegation " << identity::short_code(made->root.key().thumbprint())
              << "\nrecovery code " << made->recovery_code.reveal_text() << "\n";
    std::cerr << "sightline: write the recovery code on paper and lock it away: it is shown this "
                 "once and kept nowhere. Whoever has it and root.json is the delegation. Keep a "
                 "copy of root.json in another place\n";
    return kDone;
}

int enrol_member(const DelegationOptions& options, const Enrolment& enrolment) {
    const auto role = model::role_from_name(enrolment.role);
    if (!role || !identity::may_be_member(*role)) {
        return complain(kUsage, "--role: interviewer, interpreter, observer or supervisor");
    }
    const auto key = read_key(enrolment.key_file, enrolment.code);
    if (!key) return complain(key.error().text);
    return issue_after(options, [&](DelegationRoster& roster) -> base::Result<void> {
        if (!enrolment.replaces.empty()) {
            const auto gone = roster.revoke(enrolment.replaces);
            if (!gone) return gone.error();
        }
        return roster.enrol({enrolment.name, *role, enrolment.organisation, *key});
    });
}

int revoke_member(const DelegationOptions& options, const std::string& code) {
    return issue_after(options, [&](DelegationRoster& roster) -> base::Result<void> {
        const auto gone = roster.revoke(code);
        if (!gone) return gone.error();
        std::cerr << "sightline: " << gone->name
                  << " is out when the kiosk has this roster; bring it there with `sightline "
                     "delegation take`\n";
        return {};
    });
}

int issue_roster(const DelegationOptions& options) {
    return issue_after(options, [](DelegationRoster&) { return base::Result<void>(); });
}

int issue_mission(const DelegationOptions& options, const MissionOrder& order) {
    const DelegationFiles files(options.folder);
    auto kiosk = read_key(order.kiosk_file, order.code);
    if (!kiosk) return complain(kiosk.error().text);
    identity::MissionPaper mission{"", order.title, std::move(*kiosk), now(),
                                   in_days(options.days)};
    if (auto good = mission.check(); !good) return complain(good.error().text);
    const auto root = open_root(files, options);
    if (!root) return complain(root.error().text);
    mission.delegation = root->public_key().thumbprint();
    if (auto kept = files.keep_mission(mission.issue(*root)); !kept) {
        return complain(kept.error().text);
    }
    std::cout << "mission \"" << mission.mission << "\" at the kiosk " << order.code
              << ", good until " << identity::day_of(mission.until) << "\n";
    return kDone;
}

int recover_delegation(const DelegationOptions& options) {
    const DelegationFiles files(options.folder);
    auto root = files.root();
    if (!root) return complain(root.error().text);
    const auto code = read_pin(options.recovery_file, "Recovery code of " + root->name());
    if (!code) return complain(code.error().text);
    const auto pin = read_new_pin(options.pin_file);
    if (!pin) return complain(pin.error().text);
    if (auto changed = root->change_pin(*code, *pin); !changed) {
        return complain(changed.error().text);
    }
    if (auto kept = files.replace(*root); !kept) return complain(kept.error().text);
    std::cerr << "sightline: the new PIN opens this file; copies from before open with the old "
                 "one, so destroy them\n";
    return kDone;
}

int show_delegation(const DelegationOptions& options, Format format) {
    const DelegationFiles files(options.folder);
    const auto key = files.key();
    if (!key) return complain(key.error().text);
    const auto roster = files.roster();
    if (!roster) return complain(roster.error().text);
    const auto mission = files.mission();
    if (!mission) return complain(mission.error().text);
    json::object out{{"delegation", identity::short_code(key->thumbprint())},
                     {"thumbprint", key->thumbprint()}};
    if (*roster) out["roster"] = roster_json(**roster);
    if (*mission) {
        out["mission"] = {{"title", (*mission)->mission},
                          {"kiosk", identity::short_code((*mission)->kiosk.thumbprint())},
                          {"until", identity::day_of((*mission)->until)},
                          {"expired", now() >= (*mission)->until}};
    }
    if (format == Format::Json) {
        std::cout << json::serialize(out) << "\n";
        return kDone;
    }
    const auto good = [](UnixTime until) {
        return std::string(now() >= until ? ", expired on " : ", good until ") +
               identity::day_of(until) + "\n";
    };
    std::cout << "delegation " << text_or_dash(out, "delegation") << "\n";
    if (*mission) {
        std::cout << "mission \"" << (*mission)->mission << "\" at the kiosk "
                  << identity::short_code((*mission)->kiosk.thumbprint())
                  << good((*mission)->until);
    }
    if (*roster) {
        std::cout << "roster " << (*roster)->number << good((*roster)->until);
        print_members(out["roster"].as_object()["members"].as_array());
    }
    return kDone;
}

int take_delegation(const Places& places, const DelegationOptions& options, Format format) {
    const auto papers = DelegationFiles(options.folder).papers();
    if (!papers) return complain(papers.error().text);
    return ask_and_say(places,
                       {{"do", "delegation.take"},
                        {"root", papers->root_jwk},
                        {"roster", papers->roster_jws},
                        {"mission", papers->mission_jws}},
                       format);
}

int leave_delegation(const Places& places) {
    return ask_and_say(places, {{"do", "delegation.leave"}}, Format::Text);
}

int show_kiosk_delegation(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "delegation.show"}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
    } else if (!reply->at("enrolled").as_bool()) {
        std::cout << "this kiosk serves no delegation; links alone vouch for people\n";
    } else {
        std::cout << "delegation " << text_or_dash(*reply, "delegation") << "\nmission \""
                  << text_or_dash(*reply, "mission") << "\" until "
                  << text_or_dash(*reply, "mission_until") << "\nroster "
                  << json::serialize(reply->at("roster")) << " until "
                  << text_or_dash(*reply, "until") << "\n";
        print_members(reply->at("members").as_array());
    }
    return kDone;
}

int show_kiosk_key(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "kiosk.key"}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
        return kDone;
    }
    // The key alone on standard output, for a file that goes to the delegation.
    std::cout << json::serialize(reply->at("key")) << "\n";
    std::cerr << "sightline: thumbprint " << text_or_dash(*reply, "thumbprint") << ", code "
              << text_or_dash(*reply, "code") << "; read the code out to the delegation\n";
    return kDone;
}

}  // namespace sightline::cli

#include "appliance/cli/circle_commands.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <iostream>

#include "appliance/cli/asking.h"
#include "appliance/cli/outcome.h"
#include "session/identity/short_code.h"
#include "session/signature/sealing_key.h"
#include "storage/durable_file.h"

namespace sightline::cli {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using storage::sync::CircleList;
using storage::sync::CircleSite;
using storage::sync::SiteId;
using storage::sync::SiteKeys;

// Lets `change` have the newest list, opens the root, and issues it with the next number.
int issue_circle_after(const DelegationOptions& options,
                       const std::function<base::Result<void>(CircleList&)>& change) {
    const DelegationFiles files(options.folder);
    const auto last = files.circle();
    if (!last) return complain(last.error().text);
    if (!*last) {
        return complain(
            "issue a circle: there is none yet; begin one with `sightline delegation circle "
            "init`");
    }
    CircleList list = **last;
    if (auto changed = change(list); !changed) return complain(changed.error().text);
    const auto root = open_root(files, options);
    if (!root) return complain(root.error().text);
    ++list.number;
    const auto jws = list.issue(*root);
    if (!jws) return complain(jws.error().text);
    if (auto kept = files.keep_circle(*jws); !kept) return complain(kept.error().text);
    std::cout << "circle " << list.number << ", " << list.sites.size() << " sites, in "
              << files.circle_file().string() << "\n";
    std::cerr << "sightline: bring it to every kiosk of the circle with `sightline dossier circle "
                 "take`\n";
    return kDone;
}

json::object circle_json(const CircleList& list) {
    json::array sites;
    for (const auto& each : list.sites) {
        sites.push_back(
            {{"site", each.site.text()},
             {"name", each.name},
             {"code", identity::short_code(SiteKeys{each.signing, each.sealing}.thumbprint())},
             {"removed", each.removed}});
    }
    return {{"number", list.number},
            {"recovery", identity::short_code(list.recovery.thumbprint())},
            {"sites", std::move(sites)}};
}

std::string time_left(std::int64_t seconds) {
    if (seconds < 90) return std::to_string(seconds) + " seconds";
    if (seconds < 90 * 60) return std::to_string(seconds / 60) + " minutes";
    return std::to_string(seconds / 3600) + " hours";
}

void print_circle_status(const json::object& circle) {
    const auto count = [&](const char* key) { return json::serialize(circle.at(key)); };
    std::cout << text_or_dash(circle, "state") << "  site " << text_or_dash(circle, "site")
              << ", list " << count("list") << ", dossiers " << count("dossiers") << "\n  to send "
              << count("to_send") << ", waiting for others " << count("waiting_for_others")
              << ", unreadable " << count("unreadable") << ", last success "
              << text_or_dash(circle, "last_success") << "\n";
    const auto waits = [&](const char* key) {
        const auto& of = circle.at(key).as_object();
        return json::serialize(of.at("documents")) + " (" + json::serialize(of.at("bytes")) +
               " bytes)";
    };
    std::cout << "  documents to send " << waits("chunks_to_send") << ", to come "
              << waits("chunks_wanted") << "\n";
    if (const auto& left = circle.at("seconds_left"); left.is_int64()) {
        std::cout << "  about " << time_left(left.get_int64())
                  << " at the pace of late, while no interview has the link\n";
    }
    for (const auto& [key, label] : {std::pair{"stopped", "STOPPED"}, {"trouble", "trouble"}}) {
        const std::string why = text_or_dash(circle, key);
        if (why != "-") std::cout << "  " << label << ": " << why << "\n";
    }
    for (const auto& value : circle.at("closed").as_array()) {
        const auto& site = value.as_object();
        std::cout << "  closed: " << text_or_dash(site, "name") << " ("
                  << text_or_dash(site, "site") << "): " << text_or_dash(site, "why") << "\n";
    }
}

}  // namespace

int init_circle(const DelegationOptions& options, const std::string& recovery_file) {
    const DelegationFiles files(options.folder);
    const auto last = files.circle();
    if (!last) return complain(last.error().text);
    if (*last) {
        return complain("begin a circle: there is one in " + files.circle_file().string() +
                        "; add sites to it with `sightline delegation circle add`");
    }
    const auto root = open_root(files, options);
    if (!root) return complain(root.error().text);
    const auto recovery = signature::SealingKey::random();
    const auto secret = recovery.secret_jwk();
    if (auto kept = storage::write_private_file(recovery_file, secret.reveal()); !kept) {
        return complain(kept.error().text);
    }
    const CircleList list{root->public_key().thumbprint(), 1, recovery.public_key(), {}};
    const auto jws = list.issue(*root);
    if (!jws) return complain(jws.error().text);
    if (auto kept = files.keep_circle(*jws); !kept) return complain(kept.error().text);
    std::cout << "circle 1, no sites, in " << files.circle_file().string() << "\n";
    std::cerr << "sightline: " << recovery_file
              << " opens every dossier that is released to this circle from now on, whatever "
                 "becomes of its sites: lock it away, on a carrier of its own, and leave no copy "
                 "here\n";
    return kDone;
}

int add_circle_site(const DelegationOptions& options, const CircleSiteOrder& order) {
    const auto keys = read_site_keys(order.keys_file, order.code);
    if (!keys) return complain(keys.error().text);
    return issue_circle_after(options, [&](CircleList& list) -> base::Result<void> {
        for (const auto& each : list.sites) {
            if (each.signing != keys->signing && each.sealing != keys->sealing) continue;
            return Error{Errc::Conflict,
                         "add a site: one of its keys is in the circle already, at site " +
                             each.site.text() +
                             (each.removed ? ", which was taken out; a site that returns has new "
                                             "keys"
                                           : "; there is nothing to do")};
        }
        list.sites.push_back({SiteId::random(), order.name, keys->signing, keys->sealing, false});
        return {};
    });
}

int remove_circle_site(const DelegationOptions& options, const std::string& site) {
    return issue_circle_after(options, [&](CircleList& list) -> base::Result<void> {
        const auto found = std::find_if(
            list.sites.begin(), list.sites.end(),
            [&](const CircleSite& each) { return each.site.text() == site && !each.removed; });
        if (found == list.sites.end()) {
            return Error{Errc::NotFound, "take a site out: there is no " + site.substr(0, 16) +
                                             "; `sightline delegation circle show` lists them"};
        }
        found->removed = true;
        std::cerr << "sightline: " << found->name
                  << " gets nothing new from sites that have this list, and keeps what it has\n";
        return {};
    });
}

int show_circle(const DelegationOptions& options, Format format) {
    const auto list = DelegationFiles(options.folder).circle();
    if (!list) return complain(list.error().text);
    if (!*list) {
        return complain(
            "show the circle: there is none yet; begin one with `sightline delegation "
            "circle init`");
    }
    const auto out = circle_json(**list);
    if (format == Format::Json) {
        std::cout << json::serialize(out) << "\n";
        return kDone;
    }
    std::cout << "circle " << (*list)->number << ", recovery key " << text_or_dash(out, "recovery")
              << "\n";
    for (const auto& value : out.at("sites").as_array()) {
        const auto& site = value.as_object();
        std::cout << text_or_dash(site, "site") << "  " << text_or_dash(site, "code") << "  "
                  << text_or_dash(site, "name")
                  << (site.at("removed").as_bool() ? ", taken out" : "") << "\n";
    }
    return kDone;
}

int take_circle(const Places& places, const std::string& circle_file, const std::string& root_file,
                const std::string& state, Format format) {
    const auto circle = read_paper(circle_file, "give the list that the delegation issued");
    if (!circle) return complain(circle.error().text);
    const auto root = read_paper(root_file, "give the delegation's delegation.jwk");
    if (!root) return complain(root.error().text);
    const auto reply = ask_as_staff(
        places, {{"do", "circle.take"}, {"circle", *circle}, {"root", *root}, {"state", state}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
    } else {
        print_circle_status(*reply);
    }
    return kDone;
}

int show_circle_keys(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "circle.keys"}});
    if (!reply) return complain(reply.error().text);
    if (format == Format::Json) {
        std::cout << json::serialize(*reply) << "\n";
        return kDone;
    }
    // The keys alone on standard output, for a file that goes to the delegation.
    std::cout << json::serialize(reply->at("keys")) << "\n";
    std::cerr << "sightline: code " << text_or_dash(*reply, "code")
              << "; read it out to the delegation\n";
    return kDone;
}

int show_sync_status(const Places& places, Format format) {
    const auto reply = ask_as_staff(places, {{"do", "sync.status"}});
    if (!reply) return complain(reply.error().text);
    const auto& circles = reply->at("circles").as_array();
    if (format == Format::Json) {
        std::cout << json::serialize(circles) << "\n";
        return kDone;
    }
    if (circles.empty()) {
        std::cout << "this kiosk is in no circle; take one with `sightline dossier circle take`\n";
    }
    for (const auto& circle : circles) print_circle_status(circle.as_object());
    return kDone;
}

}  // namespace sightline::cli

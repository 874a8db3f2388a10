// The commands about a delegation, as the command line has them. See command_groups.h.
#include <CLI/CLI.hpp>

#include "appliance/cli/circle_commands.h"
#include "appliance/cli/command_groups.h"
#include "appliance/cli/delegation_commands.h"

namespace sightline::cli {
namespace {

struct Chosen {
    DelegationOptions options;
    std::string name, code;
    Enrolment enrolment;
    MissionOrder mission;
    CircleSiteOrder site;
    std::string recovery_out, removed;
    bool at_kiosk = false;
};

void add_papers(CommandTree& tree, CLI::App& group, Chosen& chosen) {
    auto& options = chosen.options;
    const auto signing = [&](CLI::App* command) {
        command->add_option("--pin-file", options.pin_file,
                            "Read the root's PIN from this file's first line");
        command->add_option("--days", options.days, "How long it is good for")
            ->check(CLI::Range(1, 366))
            ->capture_default_str();
        return command;
    };
    auto* enrolled = signing(tree.add(group, "enrol", "Put a member's key into a new roster",
                                      [&] { return enrol_member(options, chosen.enrolment); }));
    auto& member = chosen.enrolment;
    enrolled->add_option("--name", member.name, "Whose key it is")->required();
    enrolled->add_option("--role", member.role, "interviewer, interpreter, observer or supervisor")
        ->required();
    enrolled->add_option("--organisation", member.organisation, "Whose member they are")
        ->required();
    enrolled->add_option("--key", member.key_file, "The file with the key that they sent")
        ->required();
    enrolled->add_option("--code", member.code, "The code that they read out to you")->required();
    enrolled->add_option("--replaces", member.replaces,
                         "The code of the key that it takes the place of");
    signing(tree.add(group, "revoke", "Leave a member's key out of a new roster",
                     [&] { return revoke_member(options, chosen.code); }))
        ->add_option("CODE", chosen.code, "The key's code, as `sightline delegation show` lists it")
        ->required();
    signing(tree.add(group, "roster", "Issue the roster anew, as it is", [&] {
        return issue_roster(options);
    }))->add_option("--above", options.above, "A number that a kiosk knows already");
    auto* mission = signing(tree.add(group, "mission", "Certify a kiosk for a mission",
                                     [&] { return issue_mission(options, chosen.mission); }));
    mission->add_option("TITLE", chosen.mission.title, "What people call it")->required();
    mission
        ->add_option("--kiosk", chosen.mission.kiosk_file,
                     "The file that `sightline kiosk-key` printed there")
        ->required();
    mission->add_option("--code", chosen.mission.code, "The kiosk's code, as read out to you")
        ->required();
}

void add_circle(CommandTree& tree, CLI::App& group, Chosen& chosen) {
    auto& options = chosen.options;
    auto* circle = group.add_subcommand("circle", "Which sites sync the delegation's dossiers");
    circle->fallthrough();
    circle->require_subcommand(1);
    const auto signing = [&](CLI::App* command) {
        command->add_option("--pin-file", options.pin_file,
                            "Read the root's PIN from this file's first line");
        return command;
    };
    signing(tree.add(*circle, "init", "Begin a circle, with its recovery key",
                     [&] { return init_circle(options, chosen.recovery_out); }))
        ->add_option("--recovery-out", chosen.recovery_out,
                     "Where the recovery key's secret half goes: a carrier that is locked away")
        ->required();
    auto* added = signing(tree.add(*circle, "add", "Put a site into a new list",
                                   [&] { return add_circle_site(options, chosen.site); }));
    added->add_option("--name", chosen.site.name, "What people call it")->required();
    added
        ->add_option("--keys", chosen.site.keys_file,
                     "The file that `sightline dossier circle keys` printed there")
        ->required();
    added->add_option("--code", chosen.site.code, "The code of its keys, as read out to you")
        ->required();
    signing(tree.add(*circle, "remove", "Take a site out in a new list",
                     [&] { return remove_circle_site(options, chosen.removed); }))
        ->add_option("SITE", chosen.removed, "Its id, as `circle show` lists it")
        ->required();
    tree.with_json(tree.add(*circle, "show", "Show the sites",
                            [&] { return show_circle(options, tree.format); }));
}

}  // namespace

void add_delegation_commands(CommandTree& tree) {
    auto& chosen = tree.keep<Chosen>();
    auto& options = chosen.options;
    auto* group =
        tree.group("delegation", "Who belongs to a delegation, and which kiosk serves it");
    group->add_option("--folder", options.folder, "The folder of the delegation's files")
        ->capture_default_str();
    auto* begun = tree.add(*group, "init", "Make a delegation's root, and show its recovery code",
                           [&] { return init_delegation(options, chosen.name); });
    begun->add_option("NAME", chosen.name, "The delegation's name")->required();
    begun->add_option("--pin-file", options.pin_file, "Read the PIN from this file's first line");
    add_papers(tree, *group, chosen);
    add_circle(tree, *group, chosen);
    auto* recovered = tree.add(*group, "recover", "Set a new PIN with the recovery code",
                               [&] { return recover_delegation(options); });
    recovered->add_option("--recovery-file", options.recovery_file,
                          "Read the recovery code from this file's first line");
    recovered->add_option("--pin-file", options.pin_file,
                          "Read the new PIN from this file's first line");
    auto* shown = tree.add(*group, "show", "Show members and mission", [&] {
        return chosen.at_kiosk ? show_kiosk_delegation(tree.places, tree.format)
                               : show_delegation(options, tree.format);
    });
    shown->add_flag("--at-kiosk", chosen.at_kiosk, "What the running kiosk believes");
    tree.with_json(shown);
    tree.with_json(tree.add(*group, "take", "Hand the papers to the running kiosk",
                            [&] { return take_delegation(tree.places, options, tree.format); }));
    tree.add(*group, "leave", "Let the kiosk serve no delegation any more",
             [&] { return leave_delegation(tree.places); });
    tree.with_json(tree.add(tree.app, "kiosk-key", "Print the kiosk's public key and its code",
                            [&] { return show_kiosk_key(tree.places, tree.format); }));
}

}  // namespace sightline::cli

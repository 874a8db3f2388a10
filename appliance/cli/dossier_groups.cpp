// The commands about registration forms and their circles, as the command line has them. See
// command_groups.h.
#include <CLI/CLI.hpp>
#include <map>
#include <optional>
#include <string>

#include "appliance/cli/attachment_commands.h"
#include "appliance/cli/circle_commands.h"
#include "appliance/cli/command_groups.h"
#include "appliance/cli/dossier_check.h"
#include "appliance/cli/dossier_commands.h"

namespace sightline::cli {
namespace {

struct DossierOptions {
    std::string file, root, dossier, reader, path, value, state, agreement, attachment;
    DossierFormat format = DossierFormat::Guess;
    int pick = 0;
    AttachOrder attach;
    Overwriting overwriting = Overwriting::Never;
};

void add_format(CLI::App* command, DossierOptions& options) {
    const std::map<std::string, DossierFormat> formats{{"json", DossierFormat::Json},
                                                       {"csv", DossierFormat::Csv}};
    command->add_option("--format", options.format, "json or csv")
        ->transform(CLI::CheckedTransformer(formats));
}

void add_form_commands(CommandTree& tree, CLI::App& group, DossierOptions& options) {
    const auto about = [&](CLI::App* command) {
        command
            ->add_option("DOSSIER", options.dossier,
                         "The dossier's id, as `sightline dossier list` shows it")
            ->required();
        return command;
    };
    const auto for_reader = [&](CLI::App* command) {
        command->add_option("--for", options.reader,
                            "Leave out what is not for this person of the case: their id");
        return command;
    };
    auto* imported = tree.add(group, "import", "Take the dossiers of a file into the store", [&] {
        return import_dossiers(tree.places, options.file, options.format);
    });
    imported->add_option("FILE", options.file, "JSON or CSV")->required();
    add_format(imported, options);
    tree.with_json(tree.add(group, "list", "List the registration forms in the store",
                            [&] { return list_forms(tree.places, tree.format); }));
    tree.with_json(for_reader(
        about(tree.add(group, "show", "Show a form, its conflicts and what offices decided", [&] {
            return show_form(tree.places, options.dossier, options.reader, tree.format);
        }))));
    auto* edited = about(tree.add(group, "edit", "Set a field of a form, or remove it", [&] {
        const bool sets = group.get_subcommand("edit")->count("VALUE") > 0;
        return edit_form(tree.places, options.dossier, options.path,
                         sets ? std::optional(options.value) : std::nullopt);
    }));
    edited->add_option("PATH", options.path, "The field, as `sightline dossier show` calls it")
        ->required();
    edited->add_option("VALUE", options.value, "What it is; without it, the field goes");
    auto* exported =
        for_reader(about(tree.add(group, "export", "Print a form as a file for others", [&] {
            return export_form(tree.places, options.dossier, options.reader, options.format);
        })));
    add_format(exported, options);
    auto* released =
        about(tree.add(group, "release", "Release a dossier to a state's delegation", [&] {
            return release_dossier(tree.places, options.dossier, options.state, options.agreement);
        }));
    released->add_option("--to", options.state, "The state, such as NLD")->required();
    released->add_option("--agreement", options.agreement, "Reference of the transfer agreement")
        ->required();
    tree.with_json(
        about(tree.add(group, "conflicts", "List fields that two sites have set differently",
                       [&] { return list_conflicts(tree.places, options.dossier, tree.format); })));
    auto* settled = about(tree.add(group, "settle", "Say which of two values is right", [&] {
        return settle_conflict(tree.places, options.dossier, options.path, options.pick);
    }));
    settled->add_option("PATH", options.path, "The field")->required();
    settled->add_option("NUMBER", options.pick, "Of the value, as `conflicts` lists them")
        ->required()
        ->check(CLI::Range(1, 1000));
}

void add_attachment_commands(CommandTree& tree, CLI::App& group, DossierOptions& options) {
    const auto about = [&](CLI::App* command) {
        command
            ->add_option("DOSSIER", options.dossier,
                         "The dossier's id, as `sightline dossier list` shows it")
            ->required();
        return command;
    };
    const auto one = [&](CLI::App* command) {
        about(command)
            ->add_option("ATTACHMENT", options.attachment,
                         "Its id, as `sightline dossier attachments` shows it")
            ->required();
        return command;
    };
    const auto for_reader = [&](CLI::App* command) {
        command->add_option("--for", options.reader,
                            "Leave out what is not for this person of the case: their id");
        return command;
    };
    auto* attached = about(
        tree.add(group, "attach", "Attach a document: PDF, JPEG, PNG or plain text, at most 64 MiB",
                 [&] { return attach_document(tree.places, options.dossier, options.attach); }));
    attached->add_option("FILE", options.attach.file, "The document")->required();
    attached->add_option("--name", options.attach.name, "What it is called; else as the file is");
    attached
        ->add_option("--type", options.attach.media_type,
                     "Refuse it if it is another one: pdf, jpeg, png or text")
        ->transform(
            CLI::CheckedTransformer(std::map<std::string, std::string>{{"pdf", "application/pdf"},
                                                                       {"jpeg", "image/jpeg"},
                                                                       {"png", "image/png"},
                                                                       {"text", "text/plain"}}));
    auto* person = attached->add_option("--about", options.attach.about,
                                        "The person of the case whom it is about: their id");
    attached
        ->add_flag_callback(
            "--confidential", [&] { options.attach.openness = Openness::Confidential; },
            "Only for that person, not for the others of the case")
        ->needs(person);
    tree.with_json(for_reader(about(tree.add(
        group, "attachments", "List a dossier's documents, and what has been sent or come of each",
        [&] {
            return list_attachments(tree.places, options.dossier, options.reader, tree.format);
        }))));
    auto* fetched =
        for_reader(one(tree.add(group, "fetch", "Write a document of a dossier to a file", [&] {
            return fetch_attachment(tree.places,
                                    {options.dossier, options.attachment, options.reader},
                                    options.file, options.overwriting);
        })));
    fetched->add_option("FILE", options.file, "Where to; for your own user alone")->required();
    fetched->add_flag_callback(
        "--overwrite", [&] { options.overwriting = Overwriting::Allowed; },
        "In the place of a file that is there");
    one(tree.add(group, "detach", "Take a document off a dossier", [&] {
        return detach_attachment(tree.places, options.dossier, options.attachment);
    }));
}

}  // namespace

void add_dossier_commands(CommandTree& tree) {
    auto& options = tree.keep<DossierOptions>();
    auto* group = tree.group("dossier", "Registration forms: files, the store, and their release");
    tree.add(*group, "check", "Say what is wrong with a file of dossiers, JSON or CSV",
             [&] { return check_dossiers(options.file); })
        ->add_option("FILE", options.file, "The file")
        ->required();
    add_form_commands(tree, *group, options);
    add_attachment_commands(tree, *group, options);
    tree.with_json(tree.add(*group, "sync-status",
                            "What waits to be sent, the last success, what has stopped and why",
                            [&] { return show_sync_status(tree.places, tree.format); }));
    auto* circle = group->add_subcommand("circle", "The delegations' circles of this kiosk");
    circle->fallthrough();
    circle->require_subcommand(1);
    auto* taken = tree.add(*circle, "take", "Join a circle, or take a newer list of it", [&] {
        return take_circle(tree.places, options.file, options.root, options.state, tree.format);
    });
    tree.with_json(taken);
    taken->add_option("FILE", options.file, "circle.jws, as the delegation issued it")->required();
    taken->add_option("--root", options.root, "The delegation's delegation.jwk")->required();
    taken->add_option("--state", options.state, "The delegation's state, such as NLD")->required();
    tree.with_json(tree.add(*circle, "keys", "Print this kiosk's keys for a circle, and their code",
                            [&] { return show_circle_keys(tree.places, tree.format); }));
}

}  // namespace sightline::cli

// The commands about the sealed store and the machine, as the command line has them. See
// command_groups.h.
#include <CLI/CLI.hpp>

#include "appliance/cli/audit_verify.h"
#include "appliance/cli/command_groups.h"

namespace sightline::cli {
namespace {

struct StoreOptions {
    std::string pin_file, dossier, reason, file, person, log_key, earlier;
    int days = 0;
    DevicePlace device;
};

std::optional<std::string> given(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

void add_audit_commands(CommandTree& tree, StoreOptions& options) {
    auto* audit = tree.group("audit", "The audit log");
    auto* exported = tree.add(*audit, "export", "Write the log as a file for an auditor", [&] {
        return export_audit(tree.places, options.dossier, options.earlier);
    });
    exported->add_option("--dossier", options.dossier, "Only what is about this dossier");
    exported->add_option("--earlier", options.earlier,
                         "Prove that it grew from the checkpoint here");
    auto* verified = tree.add(*audit, "verify", "Check such a file, offline", [&] {
        return verify_audit(options.file, given(options.log_key), given(options.earlier));
    });
    verified->add_option("FILE", options.file, "The file")->required();
    verified->add_option("--key", options.log_key,
                         "The log's key, from somewhere else than the file");
    verified->add_option("--earlier", options.earlier, "A checkpoint that you kept from before");
}

}  // namespace

void add_store_commands(CommandTree& tree) {
    auto& options = tree.keep<StoreOptions>();
    const auto add_pin = [&](CLI::App* command) {
        command->add_option("--pin-file", options.pin_file,
                            "Read the present PIN from this file's first line");
    };
    const auto add_dossier = [&](CLI::App* command) {
        command->add_option("DOSSIER", options.dossier, "The dossier's id")->required();
        return command;
    };
    const auto add_reason = [&](CLI::App* command) {
        command->add_option("--reason", options.reason, "Why, in one line; it is kept")->required();
    };
    add_pin(tree.add(tree.app, "unlock", "Open the store with the PIN; sets it at first",
                     [&] { return unlock_store(tree.places, options.pin_file); }));
    add_pin(tree.add(tree.app, "pin", "Change the PIN of the store",
                     [&] { return change_pin(tree.places, options.pin_file); }));
    tree.with_json(tree.add(tree.app, "dossiers", "List the dossiers in the store",
                            [&] { return list_dossiers(tree.places, tree.format); }));
    add_reason(add_dossier(
        tree.add(tree.app, "erase", "Erase a dossier for good and print the certificate",
                 [&] { return erase_dossier(tree.places, options.dossier, options.reason); })));
    add_reason(add_dossier(tree.add(
        tree.app, "hold", "Put a dossier under a legal hold: it is not erased",
        [&] { return hold_dossier(tree.places, "hold", options.dossier, options.reason); })));
    add_reason(add_dossier(tree.add(tree.app, "lift", "Lift a dossier's legal hold", [&] {
        return hold_dossier(tree.places, "lift", options.dossier, options.reason);
    })));
    add_dossier(
        tree.add(tree.app, "retain", "Have a dossier erased after some days",
                 [&] { return retain_dossier(tree.places, options.dossier, options.days); }))
        ->add_option("--days", options.days, "Days from today")
        ->required()
        ->check(CLI::Range(0, 36500));
    tree.add(tree.app, "certificates", "Print the certificates of all erasures",
             [&] { return show_certificates(tree.places); });
    tree.add(tree.app, "backup", "Back the store up and print where to",
             [&] { return make_backup(tree.places); });
    auto* restore =
        tree.add(tree.app, "restore", "Put a backup in the store's place (kiosk stopped)", [&] {
            return restore_backup(tree.places, options.file, options.device, options.pin_file);
        });
    restore->add_option("FILE", options.file, "The backup")->required();
    restore->add_option("--tpm", options.device.tpm, "The TPM, as the kiosk is told");
    restore->add_option("--device-secrets", options.device.secrets,
                        "Directory of device secrets in files");
    add_pin(restore);
    add_dossier(
        tree.add(tree.app, "export", "Export one person's record, signed, and print where",
                 [&] { return export_person(tree.places, options.dossier, options.person); }))
        ->add_option("PERSON", options.person, "The person's id in it")
        ->required();
    add_audit_commands(tree, options);
    tree.add(tree.app, "self-test", "Check camera, sound, screen, disk, clock and link",
             [&] { return self_test(tree.places); });
}

}  // namespace sightline::cli

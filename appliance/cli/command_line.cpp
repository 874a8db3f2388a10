#include <CLI/CLI.hpp>

#include "appliance/cli/audit_verify.h"
#include "appliance/cli/commands.h"
#include "appliance/cli/outcome.h"

namespace sightline::cli {

int run(int argc, const char* const* argv) {
    Places places;
    bool json = false;
    int days = 0;
    DevicePlace device;
    std::string file, person, log_key, earlier;
    std::string id, title = "Interview", role, name, pin_file, dossier, reason;

    CLI::App app{"Looks after a Sightline kiosk: its interviews, who is invited, and its devices."};
    app.require_subcommand(1);
    app.add_option("--state", places.state, "The kiosk's directory of data")->capture_default_str();
    app.add_option("--run", places.run, "The kiosk's directory of sockets")->capture_default_str();
    app.add_option("--hub", places.hub, "The hub, for the self-test")->capture_default_str();
    // The kiosk's own file serves: keys that concern only the kiosk are passed over.
    app.set_config("--config", "", "TOML file with the same keys, such as the kiosk's");
    app.allow_config_extras(CLI::config_extras_mode::ignore);

    auto* sessions = app.add_subcommand("sessions", "List the interviews on record");
    auto* show = sessions->add_subcommand("show", "Show one: participants, joins, leaves, quality");
    show->add_option("ID", id, "The interview's id")->required();
    auto* open = sessions->add_subcommand("open", "Open an interview at the running kiosk");
    open->add_option("--title", title, "Its title")->capture_default_str();
    auto* close = sessions->add_subcommand("close", "Close the running interview");
    auto* status = app.add_subcommand("status", "Show what the running kiosk is doing");
    auto* invitation = app.add_subcommand("invite", "Invite somebody and print their link");
    invitation->add_option("--role", role, "interviewer, interpreter or observer")->required();
    invitation->add_option("--name", name, "What the others see")->required();
    auto* unlock = app.add_subcommand("unlock", "Open the store with the PIN; sets it at first");
    auto* pin = app.add_subcommand("pin", "Change the PIN of the store");
    for (auto* command : {unlock, pin}) {
        command->add_option("--pin-file", pin_file,
                            "Read the present PIN from this file's first line");
    }
    auto* dossiers = app.add_subcommand("dossiers", "List the dossiers in the store");
    auto* erase = app.add_subcommand("erase", "Erase a dossier for good and print the certificate");
    auto* hold = app.add_subcommand("hold", "Put a dossier under a legal hold: it is not erased");
    auto* lift = app.add_subcommand("lift", "Lift a dossier's legal hold");
    auto* retain = app.add_subcommand("retain", "Have a dossier erased after some days");
    for (auto* command : {erase, hold, lift, retain}) {
        command->add_option("DOSSIER", dossier, "The dossier's id")->required();
    }
    for (auto* command : {erase, hold, lift}) {
        command->add_option("--reason", reason, "Why, in one line; it is kept")->required();
    }
    retain->add_option("--days", days, "Days from today")->required()->check(CLI::Range(0, 36500));
    auto* backup = app.add_subcommand("backup", "Back the store up and print where to");
    auto* restore =
        app.add_subcommand("restore", "Put a backup in the store's place (kiosk stopped)");
    restore->add_option("FILE", file, "The backup")->required();
    restore->add_option("--tpm", device.tpm, "The TPM, as the kiosk is told");
    restore->add_option("--device-secrets", device.secrets, "Directory of device secrets in files");
    restore->add_option("--pin-file", pin_file, "Read the PIN from this file's first line");
    auto* person_export =
        app.add_subcommand("export", "Export one person's record, signed, and print where to");
    person_export->add_option("DOSSIER", dossier, "The dossier's id")->required();
    person_export->add_option("PERSON", person, "The person's id in it")->required();
    auto* audit = app.add_subcommand("audit", "The audit log");
    audit->require_subcommand(1);
    auto* audit_export = audit->add_subcommand("export", "Write the log as a file for an auditor");
    audit_export->add_option("--dossier", dossier, "Only what is about this dossier");
    audit_export->add_option("--earlier", earlier, "Prove that it grew from the checkpoint here");
    auto* audit_verify = audit->add_subcommand("verify", "Check such a file, offline");
    audit_verify->add_option("FILE", file, "The file")->required();
    audit_verify->add_option("--key", log_key, "The log's key, from somewhere else than the file");
    audit_verify->add_option("--earlier", earlier, "A checkpoint that you kept from before");
    auto* certificates =
        app.add_subcommand("certificates", "Print the certificates of all erasures");
    auto* test =
        app.add_subcommand("self-test", "Check camera, sound, screen, disk, clock and link");
    for (auto* command : {sessions, show, open, status, invitation, dossiers}) {
        command->add_flag("--json", json, "Print JSON");
    }
    // So that --state and the others may stand after the command as well.
    for (auto* command :
         {sessions,     show,   open,     close,         status, invitation,   test,
          unlock,       pin,    dossiers, erase,         hold,   lift,         retain,
          certificates, backup, restore,  person_export, audit,  audit_export, audit_verify}) {
        command->fallthrough();
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& e) {
        return app.exit(e);
    } catch (const CLI::CallForAllHelp& e) {
        return app.exit(e);
    } catch (const CLI::FileError&) {
        return complain(kUsage,
                        "--config: the file cannot be read; correct its path or its permissions");
    } catch (const CLI::Error& e) {
        return complain(kUsage, std::string(e.what()) + "; see sightline --help");
    }
    const Format format = json ? Format::Json : Format::Text;
    if (*show) return show_session(places, id, format);
    if (*open) return open_session(places, title, format);
    if (*close) return close_session(places);
    if (*sessions) return list_sessions(places, format);
    if (*status) return show_status(places, format);
    if (*invitation) return invite(places, role, name, format);
    if (*unlock) return unlock_store(places, pin_file);
    if (*pin) return change_pin(places, pin_file);
    if (*dossiers) return list_dossiers(places, format);
    if (*erase) return erase_dossier(places, dossier, reason);
    if (*hold) return hold_dossier(places, "hold", dossier, reason);
    if (*lift) return hold_dossier(places, "lift", dossier, reason);
    if (*retain) return retain_dossier(places, dossier, days);
    if (*backup) return make_backup(places);
    if (*restore) return restore_backup(places, file, device, pin_file);
    if (*person_export) return export_person(places, dossier, person);
    if (*audit_export) return export_audit(places, dossier, earlier);
    if (*audit_verify) {
        const auto given = [](const std::string& text) {
            return text.empty() ? std::nullopt : std::optional(text);
        };
        return verify_audit(file, given(log_key), given(earlier));
    }
    if (*certificates) return show_certificates(places);
    return self_test(places);
}

}  // namespace sightline::cli

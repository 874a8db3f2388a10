// The commands of `sightline`. Each prints its result on standard output and one sentence of
// trouble on standard error, and returns the program's exit code: 0 done, 1 failed, 2 asked
// wrongly.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "appliance/base/result.h"
#include "appliance/base/secret.h"

namespace sightline::cli {

enum class Format { Text, Json };

struct Places {
    std::filesystem::path state = "/var/lib/sightline";
    std::filesystem::path run = "/run/sightline";
    std::string hub = "http://127.0.0.1:8080";
    std::string as;        // who of the staff asks; empty: the only one who is signed in
    std::string if_state;  // what they saw before they decided; empty: whatever it is
};

// Asks for the PIN on the terminal, without echo, unless a file is named or it is piped in.
base::Result<base::Secret> read_pin(const std::string& pin_file, const std::string& prompt);

int unlock_store(const Places& places, const std::string& pin_file);
int change_pin(const Places& places, const std::string& pin_file);
int list_dossiers(const Places& places, Format format);
int erase_dossier(const Places& places, const std::string& dossier, const std::string& reason);
// `verb` is "hold" or "lift".
int hold_dossier(const Places& places, const std::string& verb, const std::string& dossier,
                 const std::string& reason);
int retain_dossier(const Places& places, const std::string& dossier, int days);
int show_certificates(const Places& places);
int make_backup(const Places& places);
// Where the device secret is: as the kiosk is told.
struct DevicePlace {
    std::string tpm;
    std::filesystem::path secrets;
};
// With the kiosk stopped.
int restore_backup(const Places& places, const std::string& file, const DevicePlace& device,
                   const std::string& pin_file);
int export_person(const Places& places, const std::string& dossier, const std::string& person);
// `dossier` may be empty: all of the log. `earlier_file`: a checkpoint kept from before, or empty.
int export_audit(const Places& places, const std::string& dossier, const std::string& earlier_file);

int add_staff(const Places& places, const std::string& name, const std::string& role,
              const std::string& pin_file);
int remove_staff(const Places& places, const std::string& name);
int unlock_staff(const Places& places, const std::string& name);
int list_staff(const Places& places, Format format);
int sign_in(const Places& places, const std::string& name, const std::string& pin_file);
int sign_out(const Places& places, const std::string& name);

int list_sessions(const Places& places, Format format);
int show_session(const Places& places, const std::string& id, Format format);
struct Schedule {
    std::string title = "Interview";
    std::string dossier;                // empty: one of its own
    std::vector<std::string> subjects;  // "NAME", or "CHILD/GUARDIAN"; each a name or a person's id
    std::string state;                  // ISO 3166-1 alpha-3
    std::string basis = "consent";
    bool training = false;
};
int schedule_session(const Places& places, const Schedule& schedule, Format format);
int choose_session(const Places& places, const std::string& session, Format format);
struct StepOrder {
    std::string step, reason;
    int minutes = 0;  // of a pause: what the break timer is set to; 0: none
};
int step_session(const Places& places, const StepOrder& order, Format format);
struct Note {
    std::string question, answer, demeanour;
    bool bookmark = false;
};
int write_note(const Places& places, const Note& note, Format format);
int report_incident(const Places& places, const std::string& kind, const std::string& detail,
                    Format format);
// Each "on", "off" or empty: as it is.
int mute_kiosk(const Places& places, const std::string& microphone, const std::string& camera,
               Format format);
// Shows the verification words, or says how they compared: "match" or "differ".
int compare_words(const Places& places, const std::string& judgement, Format format);

int list_texts(const Places& places, const std::string& language, Format format);
struct ConsentEntry {
    std::string person, on_behalf;  // ids
    std::string item, scope, answer;
    std::string language = "en";
    std::string text_sha256;  // empty: of the present text in that language
    std::string mode = "touch";
    std::string interpreter, witness;
};
int record_consent(const Places& places, const ConsentEntry& entry, Format format);
// `session`: one that has ended, or empty.
int withdraw_consent(const Places& places, const ConsentEntry& entry, const std::string& session,
                     Format format);
enum class Suitability { Suitable, NotSuitable };
int judge_subject(const Places& places, const std::string& person, Suitability suitability);

struct Guest {
    std::string role, name, organisation;
    int valid_minutes = 0;  // 0: until the slot is over
};
int invite(const Places& places, const Guest& guest, Format format);
int show_lobby(const Places& places, Format format);
// `verb`: "admit" or "send-back".
int move_participant(const Places& places, const std::string& verb, const std::string& participant);
int remove_participant(const Places& places, const std::string& participant,
                       const std::string& reason);
struct Languages {
    std::string participant, language, dialect;
    bool heard = false;  // and understood, both ways
};
int declare_languages(const Places& places, const Languages& languages, Format format);
// "yes" or "no": whether the applicant understands the interpreter.
int note_understanding(const Places& places, const std::string& answer, Format format);
enum class Item { Done, Open };
int keep_checklist(const Places& places, const std::string& item, Item standing, Format format);
// "face", "room" or "document".
int show_view(const Places& places, const std::string& view, Format format);

int show_status(const Places& places, Format format);
int self_test(const Places& places);

// Parses the command line and runs the one command it names.
int run(int argc, const char* const* argv);

}  // namespace sightline::cli

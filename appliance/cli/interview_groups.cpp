// The commands that lead an interview, as the command line has them. See command_groups.h.
#include <CLI/CLI.hpp>

#include "appliance/cli/command_groups.h"

namespace sightline::cli {
namespace {

struct StaffOptions {
    std::string name, role, pin_file;
};

struct IncidentOptions {
    std::string kind, detail;
};

struct MuteOptions {
    std::string microphone, camera;
};

struct Named {
    std::string value;
};

struct Removed {
    std::string participant, reason;
};

struct Checked {
    std::string item;
    bool open = false;
};

struct Withdrawn {
    ConsentEntry entry;
    std::string session;
};

struct Judged {
    std::string person;
    bool unsuitable = false;
};

void add_pin_file(CLI::App* command, std::string& file) {
    command->add_option("--pin-file", file, "Read the PIN from this file's first line");
}

// Whose consent, and to what.
void add_matter(CLI::App* command, ConsentEntry& entry) {
    command->add_option("PERSON", entry.person, "Who answers: a person's id")->required();
    command->add_option("ITEM", entry.item, "video, audio, observers, metadata or share-dossier")
        ->required();
    command->add_option("--on-behalf", entry.on_behalf, "The child's id, if a guardian answers");
    command->add_option("--scope", entry.scope,
                        "The observers' organisation, or the state that gets the dossier");
}

// How an interview is conducted in the room.
void add_conduct_commands(CommandTree& tree) {
    auto& spoken = tree.keep<Languages>();
    auto* languages =
        tree.add(tree.app, "languages", "Write down what an interpreter in the room speaks",
                 [&] { return declare_languages(tree.places, spoken, tree.format); });
    languages->add_option("PARTICIPANT", spoken.participant, "The interpreter's id")->required();
    languages->add_option("LANGUAGE", spoken.language, "Such as Arabic")->required();
    languages->add_option("DIALECT", spoken.dialect, "Such as Sudanese");
    languages->add_flag("--heard", spoken.heard, "The warm-up was heard and understood both ways");
    tree.with_json(languages);
    auto& answer = tree.keep<Named>();
    auto* understood = tree.add(
        tree.app, "understood", "Write down whether the applicant understands the interpreter",
        [&] { return note_understanding(tree.places, answer.value, tree.format); });
    understood->add_option("ANSWER", answer.value, "yes or no, as the applicant says it")
        ->required()
        ->check(CLI::IsMember({"yes", "no"}));
    tree.with_json(understood);
    auto& ticked = tree.keep<Checked>();
    auto* check = tree.add(tree.app, "check", "Tick an item of the staff's checklists", [&] {
        return keep_checklist(tree.places, ticked.item, ticked.open ? Item::Open : Item::Done,
                              tree.format);
    });
    check->add_option("ITEM", ticked.item, "identity-document, room-door, setup-camera, ...")
        ->required();
    check->add_flag("--open", ticked.open, "Take the tick back");
    tree.with_json(check);
    auto& shown = tree.keep<Named>();
    auto* view = tree.add(tree.app, "view", "Show the others the face, the room or a document",
                          [&] { return show_view(tree.places, shown.value, tree.format); });
    view->add_option("VIEW", shown.value, "face, room or document")
        ->required()
        ->check(CLI::IsMember({"face", "room", "document"}));
    tree.with_json(view);
}

}  // namespace

void add_staff_commands(CommandTree& tree) {
    auto* staff = tree.group("staff", "The staff's accounts at this kiosk");
    auto& add = tree.keep<StaffOptions>();
    auto* added = tree.add(*staff, "add", "Add an account; the first must be a supervisor's", [&] {
        return add_staff(tree.places, add.name, add.role, add.pin_file);
    });
    added->add_option("NAME", add.name, "a-z, 0-9, - and _")->required();
    added->add_option("--role", add.role, "staff, supervisor, data-protection-officer or operator")
        ->required();
    add_pin_file(added, add.pin_file);
    auto& who = tree.keep<StaffOptions>();
    const auto named = [&](CLI::App* command) {
        command->add_option("NAME", who.name, "The account's name")->required();
    };
    named(tree.add(*staff, "remove", "Remove an account and end its sign-ins",
                   [&] { return remove_staff(tree.places, who.name); }));
    named(tree.add(*staff, "unlock", "Unlock an account after too many wrong PINs",
                   [&] { return unlock_staff(tree.places, who.name); }));
    tree.with_json(tree.add(*staff, "list", "List the accounts",
                            [&] { return list_staff(tree.places, tree.format); }));
    auto* in = tree.add(tree.app, "sign-in", "Sign in at the kiosk, for 12 hours",
                        [&] { return sign_in(tree.places, who.name, who.pin_file); });
    named(in);
    add_pin_file(in, who.pin_file);
    named(tree.add(tree.app, "sign-out", "Sign out",
                   [&] { return sign_out(tree.places, who.name); }));
}

void add_session_commands(CommandTree& tree) {
    auto* sessions = tree.add(tree.app, "sessions", "List the interviews on record",
                              [&] { return list_sessions(tree.places, tree.format); });
    tree.with_json(sessions);
    auto& id = tree.keep<Named>();
    auto* show = tree.add(*sessions, "show", "Show what is kept of one, line by line",
                          [&] { return show_session(tree.places, id.value, tree.format); });
    show->add_option("ID", id.value, "The interview's id")->required();
    tree.with_json(show);
    auto& plan = tree.keep<Schedule>();
    auto* scheduled = tree.add(*sessions, "schedule", "Schedule an interview at this kiosk",
                               [&] { return schedule_session(tree.places, plan, tree.format); });
    scheduled->add_option("--title", plan.title, "Its title")->capture_default_str();
    scheduled->add_option("--dossier", plan.dossier, "The case's dossier (else one of its own)");
    scheduled
        ->add_option("--subject", plan.subjects,
                     "Who is interviewed: NAME, or CHILD/GUARDIAN; once for each")
        ->required()
        ->take_all();
    scheduled->add_option("--delegation", plan.state, "The receiving state, such as NLD")
        ->required();
    scheduled->add_option("--basis", plan.basis, "consent or notice, as its law asks for")
        ->capture_default_str();
    scheduled->add_flag("--training", plan.training, "No real interview: draft texts may be used");
    tree.with_json(scheduled);
    auto& chosen = tree.keep<Named>();
    auto* choose = tree.add(*sessions, "choose", "Take up another one of those that are scheduled",
                            [&] { return choose_session(tree.places, chosen.value, tree.format); });
    choose->add_option("ID", chosen.value, "The interview's id")->required();
    tree.with_json(choose);

    auto& step = tree.keep<StepOrder>();
    auto* stepped = tree.add(tree.app, "step", "Take the interview on to its next state",
                             [&] { return step_session(tree.places, step, tree.format); });
    stepped
        ->add_option("STEP", step.step,
                     "check-in, open-consent, close-consent, start, pause, resume or end")
        ->required();
    stepped->add_option("--reason", step.reason, "Why, for pause and end: break, complete, ...");
    stepped
        ->add_option("--minutes", step.minutes,
                     "For pause: set the break timer; again to set it anew")
        ->check(CLI::Range(1, 240));
    tree.with_json(stepped);
    auto& note = tree.keep<Note>();
    auto* noted = tree.add(tree.app, "note", "Write a timed note into the record",
                           [&] { return write_note(tree.places, note, tree.format); });
    noted->add_option("--question", note.question, "What was asked");
    noted->add_option("--answer", note.answer, "What was answered");
    noted->add_option("--demeanour", note.demeanour, "How");
    noted->add_flag("--bookmark", note.bookmark, "A place to come back to; needs no text");
    tree.with_json(noted);
    auto& incident = tree.keep<IncidentOptions>();
    auto* reported = tree.add(tree.app, "incident", "Report an incident", [&] {
        return report_incident(tree.places, incident.kind, incident.detail, tree.format);
    });
    reported->add_option("KIND", incident.kind, "medical, fire, distress, ...")->required();
    reported->add_option("--detail", incident.detail, "What happened, in one line");
    tree.with_json(reported);
    auto& mute = tree.keep<MuteOptions>();
    auto* muted = tree.add(tree.app, "mute", "Switch the kiosk's microphone or camera", [&] {
        return mute_kiosk(tree.places, mute.microphone, mute.camera, tree.format);
    });
    muted->add_option("--microphone", mute.microphone)->check(CLI::IsMember({"on", "off"}));
    muted->add_option("--camera", mute.camera)->check(CLI::IsMember({"on", "off"}));
    tree.with_json(muted);
    auto& judgement = tree.keep<std::string>();
    auto* words = tree.add(tree.app, "words", "Show the words that all screens must show alike",
                           [&] { return compare_words(tree.places, judgement, tree.format); });
    words->add_option("JUDGEMENT", judgement, "match or differ, once they have been compared")
        ->check(CLI::IsMember({"match", "differ"}));
    tree.with_json(words);
    tree.with_json(tree.add(tree.app, "status", "Show what the running kiosk is doing",
                            [&] { return show_status(tree.places, tree.format); }));
}

void add_people_commands(CommandTree& tree) {
    auto& guest = tree.keep<Guest>();
    auto* invited = tree.add(tree.app, "invite", "Invite somebody and print their link",
                             [&] { return invite(tree.places, guest, tree.format); });
    invited->add_option("--role", guest.role, "interviewer, interpreter or observer")->required();
    invited->add_option("--name", guest.name, "What the others see")->required();
    invited->add_option("--organisation", guest.organisation,
                        "Whose; an observer's, which the applicant is asked about");
    invited
        ->add_option("--valid-minutes", guest.valid_minutes,
                     "How long the link is good for (default: until the slot is over)")
        ->check(CLI::Range(1, 44640));
    tree.with_json(invited);
    tree.with_json(tree.add(tree.app, "lobby", "List who is in the waiting room",
                            [&] { return show_lobby(tree.places, tree.format); }));
    auto& who = tree.keep<Named>();
    const auto add_move = [&](const char* verb, const char* what) {
        tree.add(tree.app, verb, what,
                 [&tree, &who, verb] { return move_participant(tree.places, verb, who.value); })
            ->add_option("PARTICIPANT", who.value, "Their id, as `sightline lobby` lists it")
            ->required();
    };
    add_move("admit", "Let somebody out of the waiting room into the interview");
    add_move("send-back", "Send somebody back to the waiting room");
    auto& gone = tree.keep<Removed>();
    auto* removed =
        tree.add(tree.app, "remove", "Remove somebody for good: their link opens nothing any more",
                 [&] { return remove_participant(tree.places, gone.participant, gone.reason); });
    removed->add_option("PARTICIPANT", gone.participant, "Their id, as `sightline lobby` lists it")
        ->required();
    removed->add_option("--reason", gone.reason, "Why, in at most 200 bytes, for the record");
    add_conduct_commands(tree);
}

void add_consent_commands(CommandTree& tree) {
    auto* consent = tree.group("consent", "What the applicant agrees to");
    auto& language = tree.keep<Named>();
    auto* texts = tree.add(*consent, "texts", "List the texts, or read them in one language",
                           [&] { return list_texts(tree.places, language.value, tree.format); });
    texts->add_option("--language", language.value, "BCP 47, such as fr");
    tree.with_json(texts);
    auto& entry = tree.keep<ConsentEntry>();
    auto* recorded = tree.add(*consent, "record", "Write down an answer",
                              [&] { return record_consent(tree.places, entry, tree.format); });
    add_matter(recorded, entry);
    recorded->add_option("ANSWER", entry.answer, "given or refused")->required();
    recorded->add_option("--language", entry.language, "Of the text")->capture_default_str();
    recorded->add_option("--text", entry.text_sha256,
                         "SHA-256 of the text (default: the present one in that language)");
    recorded->add_option("--mode", entry.mode, "touch, spoken or thumbprint")
        ->capture_default_str();
    recorded->add_option("--interpreter", entry.interpreter, "Who interpreted");
    recorded->add_option("--witness", entry.witness, "Who witnessed it (default: who writes it)");
    tree.with_json(recorded);
    auto& withdrawn = tree.keep<Withdrawn>();
    auto* taken_back = tree.add(*consent, "withdraw", "Take a given answer back, at once", [&] {
        return withdraw_consent(tree.places, withdrawn.entry, withdrawn.session, tree.format);
    });
    add_matter(taken_back, withdrawn.entry);
    taken_back->add_option("--session", withdrawn.session, "An interview that has ended");
    tree.with_json(taken_back);
    auto& judged = tree.keep<Judged>();
    auto* judge = tree.add(*consent, "suitable", "Judge a child or a vulnerable person", [&] {
        return judge_subject(tree.places, judged.person,
                             judged.unsuitable ? Suitability::NotSuitable : Suitability::Suitable);
    });
    judge->add_option("PERSON", judged.person, "The person's id")->required();
    judge->add_flag("--not", judged.unsuitable, "Not suitable to be interviewed");
}

}  // namespace sightline::cli

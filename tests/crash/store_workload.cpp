#include "tests/crash/store_workload.h"

#include <set>
#include <stdexcept>

#include "hardware/file_secret.h"
#include "storage/seal/derive.h"
#include "storage/site_key.h"
#include "storage/staff_repository.h"
#include "storage/transaction.h"
#include "tests/support/crash_disk.h"
#include "tests/support/stored_interview.h"

namespace sightline::tests {

using model::RecordTime;
using std::chrono::milliseconds;
using storage::CaseRepository;
using storage::Erasure;
using storage::InterviewRepository;
using storage::SiteRepository;
using storage::Transaction;

namespace {

constexpr storage::seal::PinCost kCheap{storage::seal::kMinLog2N};
// Changing it is one of the operations, and a crash leaves one of them.
constexpr std::string_view kPins[] = {"246810", "another pin"};

template <class T>
void must(const base::Result<T>& result) {
    if (!result) throw std::runtime_error(result.error().text);
}

// The identifiers that the store draws differ in every run; what they name does not.
std::string line_of(const storage::Record& record) {
    const std::string kind = std::to_string(static_cast<int>(record.kind)) + " ";
    switch (record.kind) {
        case storage::RecordKind::Content:
        case storage::RecordKind::Document:
        case storage::RecordKind::Incident:
        case storage::RecordKind::Destruction:
            return kind + std::to_string(record.body.size()) + "\n";
        default:
            return kind + record.id.text() + " " + std::string(base::as_text(record.body)) + "\n";
    }
}

}  // namespace

// One case's identifiers and times, all from its number.
struct StoreWorkload::Script {
    Script(std::uint64_t seed, std::uint64_t number)
        : dice(seed ^ (number << 32)),
          dossier(base::DossierId::from_value(dice.next() >> 1 | 2)),
          session(base::SessionId::from_value(dice.next() | 1)),
          anna(base::ParticipantId::from_value(dice.next() | 1)),
          omar(base::ParticipantId::from_value(dice.next() | 1)),
          lea(base::ParticipantId::from_value(dice.next() | 1)),
          record(dice.next() | 1),
          begin(static_cast<std::int64_t>(number) * 10'000),
          text(1 + dice.below(3000), 't') {}

    RecordTime at(std::int64_t ms) const { return RecordTime{milliseconds(begin + ms)}; }
    CaseRepository::Said said(std::int64_t ms) const { return {"staff 1", at(ms)}; }
    base::RecordId id(std::uint64_t offset) const {
        return base::RecordId::from_value(record + offset);
    }
    model::Attendee person(base::ParticipantId who, const char* name) const {
        return attendee(who, session, name, model::Role::Interviewer);
    }
    storage::RunningRow running(model::State state) const {
        auto row = running_row(id(9), session, {person(anna, "Anna"), person(omar, "Omar")});
        row.standing.state = state;
        return row;
    }
    storage::InterviewRow interview() const {
        return interview_row(session, "Interview", at(1000), storage::Kept::Fact);
    }
    model::Consent metadata(std::uint64_t offset, model::ConsentAnswer answer,
                            std::int64_t ms) const {
        return metadata_consent(id(offset), id(1), answer, at(ms));
    }

    Dice dice;
    base::DossierId dossier;
    base::SessionId session;
    base::ParticipantId anna, omar, lea;
    std::uint64_t record;
    std::int64_t begin;
    std::string text;
};

StoreWorkload::StoreWorkload(std::filesystem::path directory, DeviceKind kind, std::uint64_t seed,
                             std::size_t operations)
    : directory_(std::move(directory)), seed_(seed), count_(operations) {
    if (kind == DeviceKind::Memory) {
        auto memory = std::make_unique<MemoryDevice>();
        memory_ = memory.get();
        device_ = std::move(memory);
    } else {
        auto files = hardware::FileSecret::open(directory_ / "device");
        must(files);
        device_ = std::move(*files);
    }
}

StoreWorkload::~StoreWorkload() = default;

void StoreWorkload::open() {
    store_.emplace(directory_ / "store.db", *device_);
    if (store_->is_new()) {
        must(store_->initialise(base::Secret(kPins[0]), kCheap));
    } else if (!store_->unlock(base::Secret(kPins[0]))) {
        must(store_->unlock(base::Secret(kPins[1])));
    }
    cases_.emplace(*store_);
    interviews_.emplace(*store_);
    erasure_.emplace(*store_);
    storage::site_key(*store_);
    must(erasure_->finish());
}

void StoreWorkload::close() {
    erasure_.reset();
    interviews_.reset();
    cases_.reset();
    store_.reset();
}

std::vector<Operation> StoreWorkload::operations() {
    std::vector<Operation> operations;
    const auto add = [&](const char* name, std::function<void()> run) {
        if (operations.size() < count_) operations.push_back({name, std::move(run)});
    };
    for (std::uint64_t number = 1; operations.size() < count_; ++number) {
        const Script s(seed_, number);
        const auto later = base::DossierId::from_value(s.dossier.value() + 1);
        add("create a dossier", [this, s] {
            store_->write([&](Transaction& t) {
                t.create({s.at(0), std::nullopt, false}, s.dossier);
                t.set_tokens(s.dossier, {store_->token("case number", s.dossier.text())});
            });
        });
        add("put the case", [this, s] {
            must(cases_->put(s.dossier, model::Case{s.id(0), s.dossier.text(), s.text}, s.said(1)));
        });
        add("put a person", [this, s] {
            must(cases_->put(s.dossier,
                             model::Person{s.id(1), "A", "B", "1984", "", "self", "ar", "", ""},
                             s.said(2)));
        });
        add("put a note", [this, s] {
            must(cases_->put(s.dossier,
                             model::Note{s.id(2), s.id(1), s.session, s.at(3), "interviewer 1", "?",
                                         s.text, "calm", false},
                             s.said(3)));
        });
        add("change the note", [this, s] {
            must(cases_->put(s.dossier,
                             model::Note{s.id(2), s.id(1), s.session, s.at(3), "interviewer 1", "?",
                                         s.text + "!", "calm", true},
                             s.said(4)));
        });
        add("put a document", [this, s] {
            const base::Bytes content(9000, 'd');
            must(cases_->put(s.dossier,
                             model::Document{s.id(3), s.id(1), "Paper", "image/png", 0, {}},
                             content, s.said(5)));
        });
        add("give consent", [this, s] {
            must(cases_->put(
                s.dossier,
                model::Consent{s.id(4), s.id(1), std::nullopt, model::ConsentItem::Metadata, "",
                               model::ConsentAnswer::Given, std::string(64, 'c'), "ar",
                               model::ConsentMode::Touch, "", "staff 1", model::LegalBasis::Consent,
                               s.at(6), ""},
                s.said(6)));
        });
        add("decide", [this, s] {
            must(cases_->put(s.dossier,
                             model::Decision{s.id(5), s.id(1), model::Outcome::Deferred, "?",
                                             "decision maker 1", s.at(7)},
                             s.said(7)));
        });
        add("look into the dossier", [this, s] { must(cases_->open(s.dossier, s.said(8))); });
        add("put a mission", [this, s] {
            SiteRepository(*store_).put(
                model::Mission{s.id(6), "Spring", "NLD", "Centre", s.at(0), s.at(9), 10u},
                s.said(9));
        });
        add("enrol a device", [this, s] {
            SiteRepository(*store_).put(model::Device{s.id(7), "member", "{}", s.at(0), {}},
                                        s.said(10));
        });
        add("schedule an interview", [this, s] {
            interviews_->schedule(s.interview(), s.running(model::State::Scheduled), {}, s.dossier,
                                  s.said(1000));
        });
        add("go live", [this, s] {
            interviews_->save(
                s.running(model::State::Live),
                std::vector<storage::Leaf>{{storage::audit::Action::InterviewOpened, "live"}},
                s.said(1001));
        });
        add("agree to the metadata", [this, s] {
            interviews_->record_consent(s.session,
                                        s.metadata(10, model::ConsentAnswer::Given, 1500),
                                        storage::Kept::Metadata, s.said(1500));
        });
        add("joined", [this, s] { interviews_->joined(s.person(s.anna, "Anna"), s.at(2000)); });
        add("put quality", [this, s] {
            interviews_->put_quality(
                s.anna, {{100, 90000, 1, 2, 2, 1, 12.5, 3.0}, {200, 1, 0, 0, 0, 0, {}, {}}},
                {{s.at(2500), model::LinkGrade::Fair, model::LinkGrade::Good}});
        });
        add("left", [this, s] { interviews_->left(s.anna, model::LeaveReason::Lost, s.at(3000)); });
        add("joined again",
            [this, s] { interviews_->joined(s.person(s.anna, "Anna"), s.at(3500)); });
        add("put a break", [this, s] {
            interviews_->put_break(
                {s.id(11), s.session, model::PauseReason::Break, s.at(3550), s.at(3560)});
        });
        add("put an incident", [this, s] {
            interviews_->put_incident(s.session, {s.at(3600), "engine.silent", "", ""});
        });
        add("alive", [this, s] { interviews_->alive(s.session, s.at(4000)); });
        add("remove a participant", [this, s] { interviews_->removed(s.anna); });
        add("withdraw the metadata", [this, s] {
            interviews_->record_consent(s.session,
                                        s.metadata(12, model::ConsentAnswer::Withdrawn, 4500),
                                        storage::Kept::Fact, s.said(4500));
        });
        add("end the interview", [this, s] {
            interviews_->close(s.running(model::State::Live), storage::Kept::Fact,
                               model::EndReason::Complete, s.said(5000));
        });
        add("add staff", [this, s] {
            storage::StaffAccount account;
            account.id = s.id(13);
            account.name = "lena";
            storage::StaffRepository(*store_).put(account, storage::audit::Action::StaffAdded, "",
                                                  s.said(5500));
        });
        add("set a retention", [this, s] {
            must(erasure_->retain_until(s.dossier, s.at(9000), "dpo 1", s.at(6000)));
        });
        add("hold", [this, s] { must(erasure_->hold(s.dossier, "court", "dpo 1", s.at(6001))); });
        add("lift the hold",
            [this, s] { must(erasure_->lift(s.dossier, "over", "dpo 1", s.at(6002))); });
        add("create another dossier", [this, s, later] {
            store_->write([&](Transaction& t) {
                t.create({s.at(7000), std::nullopt, false}, later);
                t.put(later, s.id(8), storage::RecordKind::Content, base::Bytes(500, 'z'));
            });
        });
        add("erase the first", [this, s] {
            // Tried again after an error that came late, there may be nothing left to do.
            if (store_->exists(s.dossier)) {
                must(erasure_->erase({{s.dossier}, "retention", "kiosk", s.at(9000)}));
            }
        });
        add("change the PIN", [this, s, number] {
            const base::Secret pin(kPins[number % 2]);
            must(store_->rotate(
                {},
                [&](Transaction& t) {
                    t.audit(s.at(9001), "staff 1", storage::audit::Action::KeyRotated, std::nullopt,
                            "");
                },
                &pin, kCheap));
        });
        add("remove a record",
            [this, s, later] { store_->write([&](Transaction& t) { t.remove(later, s.id(8)); }); });
    }
    return operations;
}

std::string StoreWorkload::digest() {
    must(erasure_->finish());
    std::string out;
    for (const auto id : store_->dossiers()) {
        const auto dossier = store_->read(id);
        must(dossier);
        out += id.text() + (dossier->terms.held ? " held " : " ") +
               (dossier->terms.retain_until ? "until\n" : "\n");
        std::multiset<std::string> records;
        for (const auto& record : dossier->records) {
            if (record.kind != storage::RecordKind::SigningKey) records.insert(line_of(record));
        }
        for (const auto& line : records) out += line;
        const auto openings = store_->openings(id);
        must(openings);
        for (const auto& opening : *openings) {
            out += std::to_string(opening.leaf) + " " + opening.event + "\n";
        }
    }
    return out + std::to_string(store_->audit().frontier().size()) + "\n";
}

}  // namespace sightline::tests

#include "tests/crash/flip_explorer.h"

#include <SQLiteCpp/Exception.h>

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <optional>
#include <stdexcept>

#include "appliance/base/hex.h"
#include "storage/transaction.h"

namespace sightline::tests {
namespace {

using storage::RecordKind;
using storage::StorageError;
using storage::Transaction;
using storage::audit::Frontier;

// One case is over and erased, the second one's interview runs.
constexpr std::size_t kOperations = 50;
// Enough looks into dossiers that the audit tree has a complete tile of 256 leaves.
constexpr std::size_t kLooks = 260;
constexpr std::size_t kLeavesBetweenProofs = 37;

constexpr model::RecordTime kLater{std::chrono::hours(24)};
const auto kNewDossier = base::DossierId::from_value(0x7717);
const auto kNewRecord = base::RecordId::from_value(0x7718);

std::string time_of(model::RecordTime time) {
    return std::to_string(time.time_since_epoch().count());
}

// Takes what the store must answer damage with, and nothing else: an SQLite::Exception that gets
// out, or a want of memory, is none of it.
template <class Body>
void noticing(std::string& noticed, Body body) {
    try {
        body();
    } catch (const StorageError& e) {
        noticed = e.what();
    }
}

template <class T>
T taken(base::Result<T> result) {
    if (!result) throw StorageError(result.error().text + " (an Error)");
    return std::move(*result);
}

void check_tree(const storage::AuditLog& log) {
    const auto& tree = log.frontier();
    Frontier again;
    for (const auto& leaf : log.commitments(0, tree.size())) {
        again.append(storage::audit::leaf_hash(leaf));
    }
    if (again.size() != tree.size() || again.root() != tree.root()) {
        throw StorageError("the leaves do not add up");
    }
    for (std::uint64_t leaf = 0; leaf < tree.size(); leaf += kLeavesBetweenProofs) {
        taken(log.inclusion(leaf));
    }
}

}  // namespace

FlipExplorer::FlipExplorer(CrashVfs& vfs, std::filesystem::path directory, std::uint64_t seed)
    : vfs_(vfs),
      workload_(directory, DeviceKind::Memory, seed, kOperations),
      seed_(seed),
      database_((directory / "store.db").string()),
      journal_(database_ + "-journal") {
    add_quiet();
    // A document and its parts, an interview, a pruning, an erasure, a change of the PIN.
    for (const std::size_t operation : {5, 11, 22, 29, 30, 43}) {
        for (const std::size_t writes : {1, 3, 1000}) add_hot(operation, writes);
    }
}

FlipExplorer::~FlipExplorer() { workload_.close(); }

std::size_t FlipExplorer::database_bytes() const {
    return subjects_.front().image.at(database_).size();
}

std::any FlipExplorer::start(const Image& image, const std::any& device) {
    workload_.close();
    vfs_.boot({}, image, seed_);
    auto* outside = workload_.outside();
    auto before = outside->state();
    outside->set_state(device);
    return before;
}

void FlipExplorer::add_quiet() {
    start({}, MemoryDevice::State{});
    workload_.open();
    for (const auto& operation : workload_.operations()) operation.run();
    storage::CaseRepository cases(workload_.store());
    const auto look_into = workload_.store().dossiers().back();
    for (std::size_t i = 0; i < kLooks; ++i) {
        if (!cases.open(look_into, {"staff 2", kLater})) throw std::logic_error("no dossier");
    }
    for (const auto id : workload_.store().dossiers()) {
        if (id == storage::kSiteDossier) continue;
        const auto file = cases.open(id, {"staff 2", kLater});
        if (!file->subject.number.empty()) numbers_.insert(file->subject.number);
    }
    workload_.close();
    Subject subject{"at rest", vfs_.disk().running(), workload_.outside()->state(), {}};
    subject.allowed.push_back(tell(subject.image, subject.device));
    subjects_.push_back(std::move(subject));
}

// The power fails in the middle of a commit: before the database's write after `writes`, or, if
// there are fewer, when all are there and the journal is about to be emptied. What a flipped bit
// makes of the journal may leave the commit undone, whole, or half, and half must be noticed.
void FlipExplorer::add_hot(std::size_t operation, std::size_t writes) {
    start({}, MemoryDevice::State{});
    workload_.open();
    const auto operations = workload_.operations();
    for (std::size_t i = 0; i < operation; ++i) operations[i].run();
    const auto database = vfs_.disk().find(database_);
    const auto journal = vfs_.disk().find(journal_);
    std::size_t written = 0;
    std::optional<Subject> subject;
    vfs_.before_each([&](const Event& event) {
        if (subject) return Power::On;
        const bool writes_database = event.kind == Event::Kind::Write && event.file == database;
        const bool empties_journal = event.kind == Event::Kind::Resize && event.file == journal;
        if ((writes_database && written == writes) || (empties_journal && written > 0)) {
            subject = Subject{
                operations[operation].name + " cut after " + std::to_string(written) + " writes",
                vfs_.disk().running(),
                workload_.outside()->state(),
                {}};
        } else if (writes_database) {
            ++written;
        }
        return Power::On;  // it goes on, so that it is known what the whole of it would be
    });
    operations[operation].run();
    vfs_.before_each(nullptr);
    workload_.close();
    if (!subject || subject->image[journal_].size() < 512) {
        throw std::logic_error(operations[operation].name + ": no hot journal");
    }
    const Image whole = vfs_.disk().running();
    const auto device_of_whole = workload_.outside()->state();
    for (const Story& story :
         {tell(subject->image, subject->device), tell(whole, device_of_whole)}) {
        if (!story.before.noticed.empty()) {
            throw std::logic_error(subject->name + ": " + story.before.noticed);
        }
        subject->allowed.push_back(story);
    }
    subjects_.push_back(*std::move(subject));
}

FlipExplorer::Story FlipExplorer::tell(const Image& image, const std::any& device) {
    start(image, device);
    Story story;
    workload_.open();
    story.before = ask();
    if (story.before.noticed.empty()) {
        write_more();
        workload_.close();
        workload_.open();
        story.after = ask();
    }
    workload_.close();
    return story;
}

Said FlipExplorer::ask() {
    storage::Store& store = workload_.store();
    Said said;
    const auto line = [&](std::string text) { said.lines.insert(std::move(text)); };
    for (const auto id : store.dossiers()) {
        noticing(said.noticed, [&] {
            const auto dossier = taken(store.read(id));
            const auto& terms = dossier.terms;
            line("dossier " + id.text() + " " + std::to_string(dossier.version) + " " +
                 time_of(terms.created) + " " +
                 (terms.retain_until ? time_of(*terms.retain_until) : "-") +
                 (terms.held ? " held" : ""));
            for (const auto& record : dossier.records) {
                line("record " + id.text() + " " + record.id.text() + " " +
                     std::to_string(static_cast<int>(record.kind)) + " " +
                     std::to_string(record.version) + " " +
                     std::string(base::as_text(record.body)));
            }
        });
        noticing(said.noticed, [&] {
            for (const auto& opening : taken(store.openings(id))) {
                // What the further write adds has another salt each time.
                const bool is_new = opening.event.find("a further write") != std::string::npos;
                line("log " + id.text() + " " + std::to_string(opening.leaf) + " " + opening.event +
                     (is_new ? "" : base::to_hex(opening.salt)));
            }
        });
    }
    for (const auto& number : numbers_) {
        for (const auto id : storage::CaseRepository(store).find_by_number(number)) {
            line("case " + number + " " + id.text());
        }
    }
    noticing(said.noticed, [&] {
        storage::InterviewRepository interviews(store);
        for (const auto& listed : interviews.list(1000)) {
            const auto whole = interviews.find(listed.row.interview.id);
            if (!whole) throw StorageError("an interview that is listed is not there");
            std::string text =
                "interview " + std::string(base::as_text(storage::encode(whole->row)));
            if (whole->running) {
                text += std::string(base::as_text(storage::encode(*whole->running)));
            }
            for (const auto& consent : whole->consents) {
                text += std::string(base::as_text(storage::encode(consent)));
            }
            for (const auto& pause : whole->breaks) {
                text += std::string(base::as_text(storage::encode(pause)));
            }
            for (const auto& person : whole->participants) {
                text += std::string(base::as_text(storage::encode(person)));
            }
            for (const auto& incident : whole->incidents) text += incident.kind;
            line(text);
        }
    });
    noticing(said.noticed, [&] {
        for (const auto& text : storage::Erasure(store).certificates()) line(text);
    });
    noticing(said.noticed, [&] {
        for (const auto& mission : storage::SiteRepository(store).missions()) line(mission.title);
    });
    // What an auditor does: the tree from its leaves, and proofs of some of them. AuditLog leaves
    // it to its caller to make a sentence of SQLite's.
    noticing(said.noticed, [&] {
        try {
            line("leaves " + std::to_string(store.audit().frontier().size()));
            check_tree(store.audit());
        } catch (const SQLite::Exception& e) {
            throw StorageError(e.what());
        }
    });
    return said;
}

void FlipExplorer::write_more() {
    workload_.store().write([](Transaction& t) {
        t.create({kLater, std::nullopt, false}, kNewDossier);
        t.put(kNewDossier, kNewRecord, RecordKind::Content, base::Bytes(300, 'n'));
        t.audit(kLater, "staff 2", storage::audit::Action::DossierCreated, kNewDossier,
                "a further write");
    });
    // Every dossier that was there is touched, and the longest page of each is split.
    for (const auto id : workload_.store().dossiers()) {
        workload_.store().write([&](Transaction& t) {
            t.put(id, kNewRecord, RecordKind::Content, base::Bytes(1500, 'm'));
            t.audit(kLater, "staff 2", storage::audit::Action::DossierWritten, id,
                    "a further write");
        });
    }
}

bool FlipExplorer::is_said(const Subject& subject, const Said& said, Said Story::*when) const {
    return std::any_of(subject.allowed.begin(), subject.allowed.end(), [&](const Story& story) {
        const auto& right = (story.*when).lines;
        return said.noticed.empty() ? said.lines == right
                                    : std::includes(right.begin(), right.end(), said.lines.begin(),
                                                    said.lines.end());
    });
}

std::string FlipExplorer::first_wrong(const Subject& subject, const Said& said,
                                      Said Story::*when) const {
    for (const auto& line : said.lines) {
        const bool right =
            std::any_of(subject.allowed.begin(), subject.allowed.end(),
                        [&](const Story& story) { return (story.*when).lines.contains(line); });
        if (!right) return ": " + line;
    }
    return ", each of it at another time";
}

FlipVerdict FlipExplorer::judge(const Subject& subject, std::string& what) {
    FlipVerdict so_far = FlipVerdict::Refused;
    try {
        workload_.open();
        so_far = FlipVerdict::Noticed;
        const Said before = ask();
        if (!is_said(subject, before, &Story::before)) {
            what += "; it says what is not so" + first_wrong(subject, before, &Story::before) +
                    "; noticed: " + before.noticed;
            return FlipVerdict::Wrong;
        }
        if (!before.noticed.empty()) {
            what += "; " + before.noticed;
            return FlipVerdict::Noticed;
        }
        so_far = FlipVerdict::NoticedLater;
        write_more();
        workload_.close();
        workload_.open();
        const Said after = ask();
        if (!is_said(subject, after, &Story::after)) {
            what += "; after a further write it says what is not so" +
                    first_wrong(subject, after, &Story::after) + "; noticed: " + after.noticed;
            return FlipVerdict::Wrong;
        }
        what += "; " + after.noticed;
        return after.noticed.empty() ? FlipVerdict::Harmless : FlipVerdict::NoticedLater;
    } catch (const SQLite::Exception& e) {
        what += std::string("; an SQLite::Exception got out: ") + e.what();
    } catch (const boost::system::system_error& e) {
        what += std::string("; an unchecked Result: ") + e.what();
    } catch (const std::runtime_error& e) {  // StorageError, or the workload about an Error
        what += std::string("; ") + e.what();
        return so_far;
    } catch (const std::exception& e) {
        what += std::string("; ") + e.what();
    }
    return FlipVerdict::Wrong;
}

Flip FlipExplorer::one(std::uint64_t number) {
    Dice dice(seed_ ^ (number * 0x9e3779b97f4a7c15));
    const bool quiet = dice.below(5) < 3;
    const Subject& subject = quiet ? subjects_.front() : subjects_[1 + dice.below(hot())];
    const std::string& file = !quiet && dice.coin() ? journal_ : database_;
    Image image = subject.image;
    base::Bytes& bytes = image.at(file);
    std::size_t at = dice.below(bytes.size());
    // Half of them where it hurts: in the header of a page and its list of cells.
    if (file == database_ && dice.coin()) at = at / 4096 * 4096 + dice.below(128);
    const unsigned bit = static_cast<unsigned>(dice.below(8));
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ (1u << bit));

    Flip flip;
    flip.what = subject.name + ", " + (file == journal_ ? "journal" : "database") + " byte " +
                std::to_string(at) + " bit " + std::to_string(bit);
    start(image, subject.device);
    flip.verdict = judge(subject, flip.what);
    workload_.close();
    return flip;
}

}  // namespace sightline::tests

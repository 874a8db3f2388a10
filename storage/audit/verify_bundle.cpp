#include "storage/audit/verify_bundle.h"

#include <algorithm>
#include <array>
#include <utility>

#include "storage/audit/frontier.h"
#include "storage/audit/line_reader.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using Outcome = LineReader::Outcome;

// A root that the log must have had when it had that many leaves.
struct Mark {
    std::uint64_t size;
    Hash root;
    std::uint64_t line;
    std::string what;
};

class Verification {
  public:
    Verification(std::istream& in, const BundleTrust& trust) : lines_(in), trust_(trust) {}

    BundleReport run() {
        if (head()) body();
        return std::move(report_);
    }

  private:
    void find(std::uint64_t line, std::optional<std::uint64_t> leaf, std::string text) {
        ++report_.findings_in_all;
        if (report_.findings.size() < kMaxFindings) {
            report_.findings.push_back({line, leaf, std::move(text)});
        }
    }
    // About the line that was read last; false, so that a part of the head can end with it.
    bool find(std::string text) {
        find(lines_.number(), std::nullopt, std::move(text));
        return false;
    }

    // The head: false once nothing further can be checked.
    bool next_line();
    std::optional<std::string_view> value_of(std::string_view name);
    std::optional<std::string> block(std::string_view name, std::size_t max_lines);
    std::optional<Checkpoint> signed_checkpoint(const std::string& note, std::uint64_t line,
                                                const std::string& what);
    bool head();
    bool read_key();
    bool read_checkpoint();
    bool read_earlier();
    void compare_with_kept();

    // The leaves.
    void body();
    void read_leaf(std::string_view rest);
    void check_order(std::uint64_t index);
    void check_inclusion(std::uint64_t index, const Hash& commitment, std::string_view text);
    void check_opening(std::uint64_t index, const Hash& expected, std::string_view rest);
    void check_marks();
    void read_end(std::string_view count);
    void check_root();

    LineReader lines_;
    const BundleTrust& trust_;
    BundleReport report_;
    std::string origin_;
    std::optional<Checkpoint> earlier_;

    std::vector<Mark> marks_;
    Frontier tree_;
    bool tree_is_whole_ = true;  // no leaf was missing or unreadable so far
    std::uint64_t next_index_ = 0;
};

bool Verification::next_line() {
    switch (lines_.next()) {
        case Outcome::Line:
            return true;
        case Outcome::End:
            return find("the bundle ends too early: it was cut off");
        case Outcome::Unended:
            return find("the bundle ends within a line: it was cut off");
        case Outcome::TooLong:
            return find("the line is longer than 128 KiB; nothing after it was checked");
        case Outcome::Unreadable:
            return find("the file or device cannot be read; nothing after this was checked");
    }
    return false;
}

// The value of the line that was read last, if it is "NAME VALUE".
std::optional<std::string_view> Verification::value_of(std::string_view name) {
    std::string_view line = lines_.line();
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') {
        find("the line must begin with \"" + std::string(name) + " \"");
        return std::nullopt;
    }
    line.remove_prefix(name.size() + 1);
    return line;
}

// The N lines after the one that was read last, if that is "NAME N".
std::optional<std::string> Verification::block(std::string_view name, std::size_t max_lines) {
    const auto value = value_of(name);
    if (!value) return std::nullopt;
    const auto count = parse_decimal(*value);
    if (!count || *count > max_lines) {
        find("there must be a number of lines here, at most " + std::to_string(max_lines));
        return std::nullopt;
    }
    std::string lines;
    for (std::uint64_t i = 0; i < *count; ++i) {
        if (!next_line()) return std::nullopt;
        lines += lines_.line();
        lines += '\n';
        if (lines.size() > kMaxNoteBytes) {
            find("the " + std::string(name) + " is longer than 128 KiB");
            return std::nullopt;
        }
    }
    return lines;
}

std::optional<Checkpoint> Verification::signed_checkpoint(const std::string& note,
                                                          std::uint64_t line,
                                                          const std::string& what) {
    const auto open = open_note(note, {&*report_.key, 1});
    if (!open) {
        find(line, std::nullopt, what + ": " + open.error().text);
        return std::nullopt;
    }
    const auto checkpoint = parse_checkpoint(open->text);
    if (!checkpoint) {
        find(line, std::nullopt, what + ": " + checkpoint.error().text);
        return std::nullopt;
    }
    if (checkpoint->origin != origin_) {
        find(line, std::nullopt,
             what + " is of the log " + checkpoint->origin + ", not of " + origin_);
        return std::nullopt;
    }
    return *checkpoint;
}

bool Verification::head() {
    if (!next_line()) return false;
    if (lines_.line() != kBundleFormat) {
        return find("this is no audit bundle of a version known here: it must begin with \"" +
                    std::string(kBundleFormat) + "\"");
    }
    if (!next_line()) return false;
    const auto covers = value_of("covers");
    if (!covers) return false;
    if (*covers != "all" && *covers != "some") return find("a bundle covers all or some");
    report_.coverage = *covers == "all" ? Coverage::All : Coverage::Some;
    if (!next_line()) return false;
    const auto origin = value_of("origin");
    if (!origin) return false;
    origin_ = *origin;
    return next_line() && read_key() && next_line() && read_checkpoint() && read_earlier();
}

bool Verification::read_key() {
    const auto text = value_of("key");
    if (!text) return false;
    const auto carried = parse_vkey(*text);
    if (!carried) return find(carried.error().text);
    if (carried->type != KeyType::Ed25519) return find("the key is not one that signs a log");
    if (carried->name != origin_) {
        return find("the key is named " + carried->name + ", not as the log's origin " + origin_);
    }
    report_.key = trust_.log_key ? *trust_.log_key : *carried;
    report_.key_was_given = trust_.log_key.has_value();
    if (*carried != *report_.key) {
        find("the bundle's key is not the one that was given, " + report_.key->vkey() +
             ": it is of another log");
    }
    return true;
}

bool Verification::read_checkpoint() {
    const std::uint64_t line = lines_.number() + 1;
    const auto note = block("checkpoint", kMaxNoteBytes);
    if (!note) return false;
    report_.checkpoint = signed_checkpoint(*note, line, "the checkpoint");
    if (!report_.checkpoint) return false;
    for (const VerifierKey& witness : trust_.witnesses) {
        const auto open = open_note(*note, {&witness, 1});
        if (open) {
            report_.witnessed.push_back(open->signatures.front());
        } else {
            find(line, std::nullopt, "the witness " + witness.name + ": " + open.error().text);
        }
    }
    return true;
}

// The part that may be there or not. When it returns true, the line read last is the first of the
// leaves or the end.
bool Verification::read_earlier() {
    if (!next_line()) return false;
    if (!lines_.line().starts_with("earlier ")) {
        compare_with_kept();
        return true;
    }
    const std::uint64_t line = lines_.number() + 1;
    const auto note = block("earlier", kMaxNoteBytes);
    if (!note) return false;
    earlier_ = signed_checkpoint(*note, line, "the earlier checkpoint");
    if (!next_line()) return false;
    const std::uint64_t proof_line = lines_.number();
    const auto hashes = block("consistency", kMaxProofHashes);
    if (!hashes) return false;
    Proof proof;
    std::string_view rest = *hashes;
    while (const auto text = cut(rest, '\n')) {
        if (!from_base64(*text, proof.emplace_back())) {
            find(proof_line + proof.size(), std::nullopt,
                 "the line must be the base64 of a 32-byte hash");
            return false;
        }
    }
    if (earlier_) {
        const auto& now = *report_.checkpoint;
        const auto grown =
            verify_consistency(earlier_->size, earlier_->root, now.size, now.root, proof);
        if (grown) {
            report_.grown_from.push_back(earlier_->size);
            marks_.push_back({earlier_->size, earlier_->root, line, "the earlier checkpoint"});
        } else {
            find(proof_line, std::nullopt, grown.error().text);
            earlier_.reset();
        }
    }
    compare_with_kept();
    return next_line();
}

void Verification::compare_with_kept() {
    if (!trust_.kept_note) return;
    const auto kept = signed_checkpoint(*trust_.kept_note, 0, "the checkpoint you kept");
    if (!kept) return;
    const auto& now = *report_.checkpoint;
    const std::string had = "the checkpoint you kept has " + std::to_string(kept->size) + " leaves";
    if (kept->size > now.size) {
        return find(0, std::nullopt,
                    had + ", this one only " + std::to_string(now.size) + ": leaves were removed");
    }
    if (kept->size == now.size) {
        if (kept->root != now.root) {
            return find(0, std::nullopt,
                        had + " as this one, but another root: leaves were changed");
        }
        report_.grown_from.push_back(kept->size);
    } else if (kept->size == 0) {
        report_.grown_from.push_back(0);  // everything grows from nothing
    } else if (report_.coverage == Coverage::All) {
        marks_.push_back({kept->size, kept->root, 0, "the checkpoint you kept"});
    } else if (!earlier_ || earlier_->size != kept->size) {
        find(0, std::nullopt,
             had + ", and the bundle has no proof that the log grew from it: ask for one");
    } else if (earlier_->root != kept->root) {
        find(0, std::nullopt,
             had + " as the bundle's earlier one, but another root: leaves were changed");
    }
}

void Verification::body() {
    check_marks();
    do {
        const std::string_view line = lines_.line();
        if (line.starts_with("leaf ")) {
            ++report_.leaves;
            read_leaf(line.substr(5));
        } else if (line.starts_with("end ")) {
            read_end(line.substr(4));
            return check_root();
        } else {
            tree_is_whole_ = false;
            find(R"(the line must begin with "leaf " or "end ")");
        }
    } while (next_line());
}

// INDEX COMMITMENT [PROOF] [SALT EVENT], PROOF with Coverage::Some only.
void Verification::read_leaf(std::string_view rest) {
    const auto word = [&] {
        const auto front = cut(rest, ' ');
        return front ? *front : std::exchange(rest, {});
    };
    const auto index = parse_decimal(word());
    if (!index) {
        tree_is_whole_ = false;
        find("the leaf's index is not a decimal number");
        return;
    }
    check_order(*index);
    Hash commitment;
    if (!from_base64(word(), commitment)) {
        tree_is_whole_ = false;
        find(lines_.number(), *index, "the commitment is not the base64 of 32 bytes");
        return;
    }
    if (report_.coverage == Coverage::Some) {
        check_inclusion(*index, commitment, word());
    } else if (tree_is_whole_) {
        tree_.append(leaf_hash(commitment));
        check_marks();
    }
    if (rest.data() == nullptr) {
        ++report_.closed;
    } else {
        check_opening(*index, commitment, rest);
    }
}

void Verification::check_order(std::uint64_t index) {
    const std::uint64_t size = report_.checkpoint->size;
    const bool all = report_.coverage == Coverage::All;
    if (index >= size) {
        tree_is_whole_ = false;
        find(lines_.number(), index, "the checkpoint has only " + std::to_string(size) + " leaves");
    } else if (all ? index != next_index_ : index < next_index_) {
        tree_is_whole_ = false;
        find(lines_.number(), index,
             (all ? "leaf " + std::to_string(next_index_) + " was due here"
                  : "leaf " + std::to_string(next_index_ - 1) + " came before") +
                 ": leaves are missing, repeated or out of order");
    }
    next_index_ = index + 1;
}

void Verification::check_inclusion(std::uint64_t index, const Hash& commitment,
                                   std::string_view text) {
    std::array<Hash, kMaxProofHashes> proof;
    std::size_t hashes = 0;
    bool readable = !text.empty();
    bool more = text != "-";
    while (readable && more) {
        const auto front = cut(text, ',');
        more = front.has_value();
        readable = hashes < proof.size() && from_base64(front ? *front : text, proof[hashes++]);
    }
    if (!readable) {
        return find(lines_.number(), index,
                    "the inclusion proof is not base64 of up to 64 hashes, or \"-\" for none");
    }
    const auto& checkpoint = *report_.checkpoint;
    const auto included = verify_inclusion(leaf_hash(commitment), index, checkpoint.size,
                                           std::span(proof).first(hashes), checkpoint.root);
    if (!included) find(lines_.number(), index, included.error().text);
}

void Verification::check_opening(std::uint64_t index, const Hash& expected, std::string_view rest) {
    const auto salt_text = cut(rest, ' ');
    Salt salt;
    if (!salt_text || !from_base64(*salt_text, salt)) {
        return find(lines_.number(), index, "the salt is not the base64 of 16 bytes");
    }
    if (commitment(salt, rest) != expected) {
        return find(lines_.number(), index,
                    "the salt and the event do not give the commitment: one of them was changed");
    }
    const auto event = parse_event(rest);
    if (!event) return find(lines_.number(), index, event.error().text);
    ++report_.opened;
}

// Compares the tree of the leaves so far with each checkpoint that was made of just so many.
void Verification::check_marks() {
    if (report_.coverage != Coverage::All) return;
    for (const Mark& mark : marks_) {
        if (mark.size != tree_.size()) continue;
        if (tree_.root() != mark.root) {
            find(mark.line, std::nullopt,
                 "the first " + std::to_string(mark.size) + " leaves do not give the root of " +
                     mark.what + ": they were changed since");
        } else if (mark.line == 0) {
            report_.grown_from.push_back(mark.size);
        }
    }
}

void Verification::read_end(std::string_view count) {
    if (parse_decimal(count) != report_.leaves) {
        find("the end must count " + std::to_string(report_.leaves) + " leaves");
    }
    if (lines_.next() != Outcome::End) find("something stands after the end");
}

void Verification::check_root() {
    if (report_.coverage != Coverage::All || !tree_is_whole_) return;
    const auto& checkpoint = *report_.checkpoint;
    if (tree_.size() != checkpoint.size) {
        find(0, std::nullopt,
             "the bundle has " + std::to_string(tree_.size()) + " leaves, the checkpoint " +
                 std::to_string(checkpoint.size) + ": leaves are missing");
    } else if (tree_.root() != checkpoint.root) {
        find(0, std::nullopt,
             "the leaves do not give the checkpoint's root: a commitment was changed, and no "
             "opened leaf shows which");
    }
}

}  // namespace

std::string text_of(const Finding& finding) {
    std::string where = finding.line == 0 ? "" : "line " + std::to_string(finding.line);
    if (finding.leaf) {
        where += (where.empty() ? "leaf " : ", leaf ") + std::to_string(*finding.leaf);
    }
    return where.empty() ? finding.text : where + ": " + finding.text;
}

BundleReport verify_bundle(std::istream& in, const BundleTrust& trust) {
    return Verification(in, trust).run();
}

}  // namespace sightline::storage::audit

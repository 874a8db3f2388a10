#include "storage/audit/bundle.h"

#include <algorithm>

#include "appliance/base/check.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using base::Errc;
using base::Error;

base::Result<Checkpoint> signed_checkpoint(std::string_view note, const VerifierKey& key) {
    const auto open = open_note(note, {&key, 1});
    if (!open) return open.error();
    auto checkpoint = parse_checkpoint(open->text);
    if (checkpoint && checkpoint->origin != key.name) {
        return Error{Errc::Conflict, "write audit bundle: the checkpoint is of " +
                                         checkpoint->origin + ", the key of " + key.name};
    }
    return checkpoint;
}

void append_block(std::string& text, std::string_view name, std::string_view lines) {
    text += name;
    text += " " + std::to_string(std::count(lines.begin(), lines.end(), '\n')) + "\n";
    text += lines;
}

}  // namespace

base::Result<BundleWriter> BundleWriter::start(std::ostream& out, Coverage coverage,
                                               const VerifierKey& key, std::string_view note,
                                               const std::optional<Earlier>& earlier) {
    const auto checkpoint = signed_checkpoint(note, key);
    if (!checkpoint) return checkpoint.error();
    std::string head(kBundleFormat);
    head += coverage == Coverage::All ? "\ncovers all\n" : "\ncovers some\n";
    head += "origin " + checkpoint->origin + "\nkey " + key.vkey() + "\n";
    append_block(head, "checkpoint", note);
    if (earlier) {
        const auto before = signed_checkpoint(earlier->note, key);
        if (!before) return before.error();
        const auto grown = verify_consistency(before->size, before->root, checkpoint->size,
                                              checkpoint->root, earlier->consistency);
        if (!grown) return grown.error();
        append_block(head, "earlier", earlier->note);
        std::string hashes;
        for (const Hash& hash : earlier->consistency) hashes += to_base64(hash) + "\n";
        append_block(head, "consistency", hashes);
    }
    out.write(head.data(), static_cast<std::streamsize>(head.size()));
    return BundleWriter(out, coverage, checkpoint->size);
}

void BundleWriter::leaf(std::uint64_t index, const Hash& commitment,
                        const std::optional<Opening>& opening, std::span<const Hash> proof) {
    CHECK(index < size_);
    CHECK(coverage_ == Coverage::All ? index == next_index_ : index >= next_index_);
    CHECK(coverage_ == Coverage::Some || proof.empty());
    line_ = "leaf ";
    line_ += std::to_string(index);
    line_ += ' ';
    append_base64(line_, commitment);
    if (coverage_ == Coverage::Some) {
        line_ += proof.empty() ? " -" : "";
        for (std::size_t i = 0; i < proof.size(); ++i) {
            line_ += i == 0 ? ' ' : ',';
            append_base64(line_, proof[i]);
        }
    }
    if (opening) {
        line_ += ' ';
        append_base64(line_, opening->salt);
        line_ += ' ';
        line_ += opening->event;
    }
    line_ += '\n';
    out_->write(line_.data(), static_cast<std::streamsize>(line_.size()));
    ++leaves_;
    next_index_ = index + 1;
}

base::Result<void> BundleWriter::finish() {
    if (coverage_ == Coverage::All && leaves_ != size_) {
        return Error{Errc::Conflict, "write audit bundle: " + std::to_string(leaves_) + " of " +
                                         std::to_string(size_) +
                                         " leaves were written; make it again"};
    }
    *out_ << "end " << leaves_ << "\n" << std::flush;
    if (!*out_) {
        return Error{Errc::Unavailable,
                     "write audit bundle: not all of it could be written; free space where it goes "
                     "and make it again"};
    }
    return {};
}

}  // namespace sightline::storage::audit

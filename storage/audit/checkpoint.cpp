#include "storage/audit/checkpoint.h"

#include "storage/audit/merkle_tree.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using base::Errc;
using base::Error;

// What is wrong with the values, whoever they come from; nullptr if nothing.
const char* complaint(const Checkpoint& checkpoint) {
    const auto is_line = [](std::string_view line) {
        return !line.empty() && is_utf8(line) && !has_control_characters(line);
    };
    if (!is_line(checkpoint.origin)) return "the origin must be one line of UTF-8";
    if (checkpoint.origin.size() > kMaxOriginBytes) return "the origin is longer than 255 bytes";
    if (checkpoint.size > kMaxTreeSize) return "the size is above 2^63";
    if (checkpoint.size == 0 && checkpoint.root != empty_root()) {
        return "size 0 must have the root of the empty tree";
    }
    if (checkpoint.extensions.size() > kMaxExtensionLines) {
        return "there are more than 16 extension lines";
    }
    for (const std::string& line : checkpoint.extensions) {
        if (!is_line(line)) return "an extension line must be one line of UTF-8";
        if (line.size() > kMaxExtensionBytes) return "an extension line is longer than 1024 bytes";
    }
    return nullptr;
}

}  // namespace

base::Result<std::string> write_checkpoint(const Checkpoint& checkpoint) {
    if (const char* wrong = complaint(checkpoint)) {
        return Error{Errc::Malformed, std::string("write checkpoint: ") + wrong};
    }
    std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" +
                       to_base64(checkpoint.root) + "\n";
    for (const std::string& line : checkpoint.extensions) text += line + "\n";
    return text;
}

base::Result<Checkpoint> parse_checkpoint(std::string_view text) {
    const auto refuse = [](const char* why) {
        return Error{Errc::Malformed, std::string("read checkpoint: ") + why};
    };
    Checkpoint checkpoint;
    const auto origin = cut(text, '\n');
    const auto size = cut(text, '\n');
    const auto root = cut(text, '\n');
    if (!origin || !size || !root) {
        return refuse("it must begin with three lines: origin, size, root");
    }
    checkpoint.origin = *origin;
    const auto leaves = parse_decimal(*size);
    if (!leaves) return refuse("its second line is not a decimal size");
    checkpoint.size = *leaves;
    if (!from_base64(*root, checkpoint.root)) {
        return refuse("its third line is not the base64 of a 32-byte root");
    }
    while (!text.empty()) {
        const auto line = cut(text, '\n');
        if (!line) return refuse("its last line does not end");
        if (checkpoint.extensions.size() == kMaxExtensionLines) {
            return refuse("there are more than 16 extension lines");
        }
        checkpoint.extensions.emplace_back(*line);
    }
    if (const char* wrong = complaint(checkpoint)) return refuse(wrong);
    return checkpoint;
}

}  // namespace sightline::storage::audit

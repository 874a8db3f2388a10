// The pieces of text that notes, checkpoints and bundles are made of: base64 with padding (RFC 4648
// section 4), decimal numbers, and UTF-8. All readers are strict: one value has one spelling, or a
// changed byte could go unnoticed. No ownership beyond what is returned. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "appliance/base/bytes.h"
#include "storage/audit/sha256.h"

namespace sightline::storage::audit {

std::string to_base64(base::ByteView bytes);
void append_base64(std::string& text, base::ByteView bytes);

// Fills `out` exactly. False unless the text is the one base64 of that many bytes.
bool from_base64(std::string_view text, base::MutableBytes out);
// Of any length; nullopt unless padded and with zeros in the bits that padding leaves over.
std::optional<base::Bytes> from_base64(std::string_view text);

// nullopt unless it is what std::to_string would write.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
// What signed notes and their key names may not contain. The text must be UTF-8.
bool has_control_characters(std::string_view text);  // below U+0020; a newline is one
bool has_space(std::string_view text);               // Unicode White_Space

// Cuts what stands before the first `mark` off the front of `text`, and the mark; nullopt and no
// change if there is none.
std::optional<std::string_view> cut(std::string_view& text, char mark);

}  // namespace sightline::storage::audit

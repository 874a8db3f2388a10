// What a document is, by its first bytes and never by its name: of the four kinds that offices
// accept, because whatever else is attached somebody will open elsewhere. Pure. Any thread.
#pragma once

#include <optional>
#include <string_view>

#include "appliance/base/bytes.h"

namespace sightline::dossier {

// So many of them are enough.
inline constexpr std::size_t kTellingBytes = 4096;

// RFC 6838: "application/pdf", "image/jpeg", "image/png", "text/plain". A text is UTF-8 without
// control characters but tabs and ends of lines and pages. nullopt: none of these, or nothing.
std::optional<std::string_view> media_type_of(base::ByteView first);

}  // namespace sightline::dossier

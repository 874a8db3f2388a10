// Where the applicant's picture and sound come from, and the one rule that hangs on it: only
// material that shows no living person may be shown again on the demo's mirror page. Any thread.
#pragma once

#include <cstdint>

namespace sightline::engine {

enum class SourceKind : std::uint8_t { Camera, File, Synthetic };

// "camera", "file" or "synthetic": the words used on the kiosk's socket.
const char* name_of(SourceKind kind);

// The mirror page repeats the applicant's screen over loopback HTTP. With a camera in use it would
// be a second, unguarded way to watch an interview, so nothing but this answer may open it.
bool mirror_allowed(SourceKind kind);

}  // namespace sightline::engine

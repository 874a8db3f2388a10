// `sightline audit verify`: checks an audit bundle (storage/AUDIT.md) with nothing but files, on
// any machine. Prints each finding on a line and a closing sentence. One thread.
#pragma once

#include <optional>
#include <string>

namespace sightline::cli {

// `key` is the log's key as `NAME+ID+BASE64`; without it a bundle is only found consistent with the
// key it carries itself, and the sentence says so. `earlier_note_file` holds the checkpoint that
// the auditor kept from last time. Returns 0: good; 1: there are findings; 2: nothing could be
// checked.
int verify_audit(const std::string& file, const std::optional<std::string>& key,
                 const std::optional<std::string>& earlier_note_file);

}  // namespace sightline::cli

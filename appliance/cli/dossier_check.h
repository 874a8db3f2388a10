// `sightline dossier check`: what is wrong with a file of dossiers (session/dossier/FORM.md),
// before anybody imports it. Needs nothing but the file. Prints each finding on a line and a
// closing sentence, and nothing of what the dossiers say. One thread.
#pragma once

#include <string>

namespace sightline::cli {

// JSON or CSV, by its first character. Returns 0: nothing is wrong; 1: something is refused or
// doubtful; 2: the file cannot be read, or holds no dossiers.
int check_dossiers(const std::string& file);

}  // namespace sightline::cli

// What a dossier says after all ops that are here, whatever order they came in: for each field the
// values that nobody has overwritten who had seen them, and for each consent the answers likewise.
// One value, or several equal ones, is settled; several different ones are for a person to decide.
// Plain data; any thread.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/sync/op_content.h"

namespace sightline::storage::sync {

// Who says so, and when by their clock.
struct Saying {
    OpHash op{};
    ChainId chain;
    std::string author;
    std::int64_t at_ms = 0;

    bool operator==(const Saying&) const = default;
};

struct FieldEntry {
    Saying by;
    std::optional<boost::json::value> value;  // nullopt: it was removed

    bool operator==(const FieldEntry&) const = default;
};

struct FieldState {
    std::vector<FieldEntry> entries;  // in the order of the ops' hashes; never empty

    bool in_conflict() const;
    // null: two different values stand against each other. A removal against an edit leaves the
    // edit's value standing, and is a conflict all the same.
    const boost::json::value* value() const;
    bool operator==(const FieldState&) const = default;
};

struct ConsentEntry {
    Saying by;
    model::ConsentAnswer answer = model::ConsentAnswer::Refused;
    boost::json::value record;

    bool operator==(const ConsentEntry&) const = default;
};

struct ConsentState {
    std::vector<ConsentEntry> entries;  // in the order of the ops' hashes; never empty

    // A withdrawal or refusal wins over every answer that was not given in sight of it.
    bool in_force() const;
    bool operator==(const ConsentState&) const = default;
};

struct DossierState {
    std::map<std::string, FieldState> fields;  // those that are gone are not among them
    std::map<std::string, ConsentState> consents;
    // Ops that this site cannot read (sealed to others, or of a newer schema): what they change is
    // not above, and people must be told that the dossier is not whole.
    std::vector<OpHash> unreadable;

    std::vector<std::string> conflicts() const;  // paths of fields
    // The same at all sites with the same ops and the same rights to read them.
    OpHash digest() const;
    bool operator==(const DossierState&) const = default;
};

}  // namespace sightline::storage::sync

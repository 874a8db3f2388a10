// What a dossier says of a case: who belongs to it, which documents there are, what was noted.
// Plain data; the store seals it. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/ids.h"
#include "session/model/interview.h"

namespace sightline::model {

// The case itself; one in a dossier.
struct Case {
    base::RecordId id;
    std::string number;  // UNHCR's, as written on the form: "123-45C67890"
    std::string remarks;
};

struct Person {
    base::RecordId id;
    std::string family_name;
    std::string given_names;
    std::string born;         // as far as it is known: "1984", "1984-06" or "1984-06-11"
    std::string nationality;  // ISO 3166-1 alpha-3, or empty: unknown or stateless
    std::string relation;     // to the principal applicant; "self" for them
    std::string speaks;       // BCP 47: what they speak, with the dialect, such as "apc"
    std::string reads;        // BCP 47 with script, or empty: does not read
    std::string individual_number;
};

// Given names first, as people are called.
std::string full_name(const Person& person);

// Its bytes are records of their own, in order.
struct Document {
    base::RecordId id;
    std::optional<base::RecordId> about;  // a person; none: the whole case
    std::string title;
    std::string media_type;
    std::uint64_t size = 0;
    std::vector<base::RecordId> parts;
};

struct Note {
    base::RecordId id;
    std::optional<base::RecordId> about;       // a person; none: the whole case
    std::optional<base::SessionId> interview;  // where it was taken
    RecordTime at;
    std::string author;  // role and short id
    std::string question;
    std::string answer;
    std::string demeanour;
    bool degraded_link = false;  // the answer came over a link too bad to judge by
    bool bookmark = false;       // a place to come back to; it may be all that the note says
};

enum class Outcome : std::uint8_t { Selected, NotSelected, Deferred };
const char* name_of(Outcome outcome);
std::optional<Outcome> outcome_from_name(std::string_view name);

struct Decision {
    base::RecordId id;
    std::optional<base::RecordId> about;  // a person; none: the whole case
    Outcome outcome = Outcome::Deferred;
    std::string grounds;
    std::string by;  // role and short id
    RecordTime at;
};

// A browser or kiosk whose key somebody vouched for.
struct Device {
    base::RecordId id;
    std::string owner;       // the member of the roster whose it is
    std::string public_key;  // a P-256 key as JWK (RFC 7517)
    RecordTime enrolled;
    std::optional<RecordTime> revoked;
};

}  // namespace sightline::model

// A dossier as flat fields: what sync sends, compares and merges. A path names one value for good:
//
//   case/number                      a part that there is once, and its field
//   persons/<id>                     true: this person is listed
//   persons/<id>/birth_date          a field of a person; <id> is 16 hexadecimal digits
//
// session/dossier/FORM.md lists the fields. What is not known has no field. Any thread.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/dossier/finding.h"
#include "session/dossier/form.h"

namespace sightline::dossier {

using Fields = std::map<std::string, boost::json::value, std::less<>>;

inline constexpr std::size_t kMaxPathBytes = 64;

// Of a well-formed form: see faults_of.
Fields fields_of(const Form& form);
// The exact inverse: whatever it takes gives the same fields again. Malformed, naming the path: no
// such field, a value that the field does not have, a field of an entry that is not listed, or a
// form with faults, such as a relationship to a person who is gone.
base::Result<Form> form_of(const Fields& fields);

struct Changes {
    Fields set;                        // new, or with another value
    std::vector<std::string> removed;  // in order
    bool empty() const { return set.empty() && removed.empty(); }
    bool operator==(const Changes&) const = default;
};
Changes changes(const Fields& before, const Fields& after);
// What was before, with the changes made.
Fields changed(Fields before, const Changes& changes);

// What keeps a form from being taken: fields out of bounds, lists too long or out of order, ids
// that are null or there twice, references to nobody. Empty: it is well formed.
std::vector<Finding> faults_of(const Form& form);
// What a well-formed form should be looked at for: another number of persons listed than the case
// says, no principal applicant or several, a file number of an unusual form, what a submission
// would still need. Two sites that work on one dossier can make any of them, so none is a fault.
std::vector<Finding> doubts_of(const Form& form);

// Brings the lists into their order.
void put_in_order(Form& form);

}  // namespace sightline::dossier

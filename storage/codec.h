// Record bodies: one byte that numbers the form, then a JSON document with exactly the members of
// the type. A member that is added later makes a new form, and its reader keeps reading the old
// one. Any thread.
#pragma once

#include "appliance/base/bytes.h"
#include "appliance/base/result.h"
#include "storage/dossier.h"

namespace sightline::storage {

// Which kind of record holds a T. Specialised for every type that codec.cpp knows.
template <class T>
struct KindOf;

template <class T>
base::Bytes encode(const T& value);

// Malformed, with a sentence: another form, or not the members of a T. The record was sealed, so it
// was written by a newer program or a faulty one.
template <class T>
base::Result<T> decode(base::ByteView body);

// The JSON document of any body but a document's bytes, for exports.
base::Result<base::ByteView> json_of(base::ByteView body);

}  // namespace sightline::storage

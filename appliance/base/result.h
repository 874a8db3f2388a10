// What a fallible function returns when a peer, a file or a user can cause the failure: a value, or
// an Error that says what kind of trouble it is and, where a person will read it, what to do about
// it. An Error with no text allocates nothing, so packet code may return one.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace sightline::base {

enum class Errc {
    Malformed,     // the bytes are not of the format
    Unsupported,   // the format is right, the content is not one we take
    TooLarge,      // a bound was exceeded
    Unauthorized,  // nobody known says so
    Forbidden,     // somebody known may not
    NotFound,      // no such object
    Conflict,      // the object is in another state
    Exhausted,     // out of slots, memory or ports
    Timeout,       // no answer in time
    Unavailable,   // a device, file, port or peer is not there
};

struct Error {
    Errc code;
    std::string text;  // operation, object and what to do; empty on the packet path

    // What Boost 1.81 makes of error() on a success, which nobody should ask for.
    Error() : code(Errc::Malformed) {}
    Error(Errc c) : code(c) {}  // NOLINT(google-explicit-constructor): `return Errc::Malformed;`
    Error(Errc c, std::string t) : code(c), text(std::move(t)) {}
};

template <class T>
using Result = boost::system::result<T, Error>;

// Short lower-case name of the kind, for logs and metrics labels.
const char* name_of(Errc code);

// Found by boost::system::result when value() is called on an error: that is our own bug.
[[noreturn]] inline void throw_exception_from_error(const Error& e, const boost::source_location&) {
    throw std::logic_error("value() of a failed result: " + e.text);
}

}  // namespace sightline::base

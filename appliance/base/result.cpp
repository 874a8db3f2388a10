#include "appliance/base/result.h"

namespace sightline::base {

const char* name_of(Errc code) {
    switch (code) {
        case Errc::Malformed:
            return "malformed";
        case Errc::Unsupported:
            return "unsupported";
        case Errc::TooLarge:
            return "too_large";
        case Errc::Unauthorized:
            return "unauthorized";
        case Errc::Forbidden:
            return "forbidden";
        case Errc::NotFound:
            return "not_found";
        case Errc::Conflict:
            return "conflict";
        case Errc::Exhausted:
            return "exhausted";
        case Errc::Timeout:
            return "timeout";
        case Errc::Unavailable:
            return "unavailable";
    }
    return "unknown";
}

}  // namespace sightline::base

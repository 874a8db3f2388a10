#include "media/engine/source_kind.h"

namespace sightline::engine {

const char* name_of(SourceKind kind) {
    switch (kind) {
        case SourceKind::Camera:
            return "camera";
        case SourceKind::File:
            return "file";
        case SourceKind::Synthetic:
            return "synthetic";
    }
    return "unknown";
}

bool mirror_allowed(SourceKind kind) {
    // Named one by one, so that a new kind of source is refused until somebody decides.
    return kind == SourceKind::Synthetic || kind == SourceKind::File;
}

}  // namespace sightline::engine

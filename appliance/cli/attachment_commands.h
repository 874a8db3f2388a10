// The commands about attachments of dossiers in the running kiosk's store. A document goes to the
// kiosk and comes from it in pieces of 1 MiB, of which one is in memory. As in commands.h.
#pragma once

#include <string>

#include "appliance/cli/commands.h"

namespace sightline::cli {

enum class Openness { Case, Confidential };

struct AttachOrder {
    std::string file;
    std::string name;        // empty: as the file is called
    std::string media_type;  // what it must be; empty: whatever it is
    std::string about;       // a person of the case, or empty
    Openness openness = Openness::Case;
};
int attach_document(const Places& places, const std::string& dossier, const AttachOrder& order);
int list_attachments(const Places& places, const std::string& dossier, const std::string& reader,
                     Format format);

enum class Overwriting { Never, Allowed };

struct AttachmentPlace {
    std::string dossier, attachment;
    std::string reader;  // the person of the case who is handed it, or empty
};
// The file is there whole, or not at all.
int fetch_attachment(const Places& places, const AttachmentPlace& place, const std::string& file,
                     Overwriting overwriting);
int detach_attachment(const Places& places, const std::string& dossier,
                      const std::string& attachment);

}  // namespace sightline::cli

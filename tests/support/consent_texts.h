// Consent texts in a directory of their own, as small as they can be.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "session/consent/consent_text.h"
#include "tests/support/temporary_directory.h"

namespace sightline::tests {

class ConsentTexts {
  public:
    void write(const std::string& file, const std::string& content) {
        const auto path = directory_.path() / file;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    // English originals of all items, a reviewed French one, and a draft in Tigrinya.
    void write_usual() {
        write("en/consent/video.txt", "review: original\n\nMay they see you?\n");
        write("en/consent/audio.txt", "review: original\n\nMay they hear you?\n");
        write("en/consent/observers.txt", "review: original\n\nMay {organisation} watch?\n");
        write("en/consent/metadata.txt", "review: original\n\nMay we keep a record?\n");
        write("en/consent/share-dossier.txt", "review: original\n\nMay {state} get your file?\n");
        write("fr/consent/video.txt", "review: reviewed\n\nPeuvent-ils vous voir ?\n");
        write("ti/consent/video.txt", "review: draft\n\nክርእዩኹም ይኽእሉ'ዶ?\n");
    }
    base::Result<consent::TextLibrary> load() const {
        return consent::TextLibrary::load(directory_.path());
    }
    const std::filesystem::path& path() const { return directory_.path(); }

  private:
    TemporaryDirectory directory_;
};

}  // namespace sightline::tests

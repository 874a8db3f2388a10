// The texts by which people are asked, each in a version of its own: a consent names the SHA-256 of
// exactly what was read or heard. Any thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "appliance/base/result.h"
#include "session/model/consent.h"

namespace sightline::consent {

enum class Review : std::uint8_t {
    Original,  // the text that the others translate
    Reviewed,  // by a certified translator
    Draft,     // for training only
};
struct Text {
    model::ConsentItem item = model::ConsentItem::Video;
    std::string language;  // BCP 47
    Review review = Review::Draft;
    std::string body;    // UTF-8
    std::string sha256;  // of the body, 64 hexadecimal digits
};

class TextLibrary {
  public:
    // Reads DIRECTORY/<language>/<item>.txt, whose first line is "review: original|reviewed|draft"
    // and whose body follows an empty line. Earlier versions stay in <language>/<item>.<n>.txt.
    // Errors: Malformed or Unavailable, naming the file and what to do.
    static base::Result<TextLibrary> load(const std::filesystem::path& directory);

    // The present version. nullptr: none in this language.
    const Text* find(model::ConsentItem item, std::string_view language) const;
    // Any version, also an earlier one.
    const Text* by_hash(std::string_view sha256) const;
    std::vector<std::string> languages() const;

  private:
    std::vector<Text> present_, earlier_;
};

}  // namespace sightline::consent

// The texts by which people are asked, each in a version of its own: a consent names the SHA-256 of
// exactly what was read or heard. Any thread.
#pragma once

#include <cstdint>
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
const char* name_of(Review review);  // "original", "reviewed", "draft"
std::optional<Review> review_from_name(std::string_view name);

// What stands in a text for the scope, which whoever reads it says instead: "{organisation}" of
// observers, "{state}" of share-dossier. nullptr: the item has no scope.
const char* placeholder_of(model::ConsentItem item);

struct Text {
    model::ConsentItem item = model::ConsentItem::Video;
    std::string language;  // BCP 47
    Review review = Review::Draft;
    std::string body;    // UTF-8, to the last byte of the file
    std::string sha256;  // of the body, 64 hexadecimal digits
};
inline constexpr std::size_t kMaxTextBytes = std::size_t{16} * 1024;

class TextLibrary {
  public:
    // Reads DIRECTORY/<language>/consent/<item>.txt, whose first line is "review:
    // original|reviewed|draft" and whose body follows an empty line. Earlier versions stay in
    // <item>.<n>.txt beside it. A file that is none of these, README.md apart, is an error, because
    // a misspelt name would hide a text. Errors: Malformed or Unavailable, naming the file and what
    // to do.
    static base::Result<TextLibrary> load(const std::filesystem::path& directory);

    // The present version. nullptr: none in this language.
    const Text* find(model::ConsentItem item, std::string_view language) const;
    // Any version, also an earlier one.
    const Text* by_hash(std::string_view sha256) const;
    std::vector<std::string> languages() const;  // of present versions, sorted
    const std::vector<Text>& present() const { return present_; }

  private:
    std::vector<Text> present_, earlier_;
};

}  // namespace sightline::consent

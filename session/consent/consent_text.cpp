#include "session/consent/consent_text.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

#include "appliance/base/hex.h"
#include "session/model/names.h"

namespace sightline::consent {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::Error;
using base::Result;

constexpr model::Names<Review, 3> kReviews{
    {{Review::Original, "original"}, {Review::Reviewed, "reviewed"}, {Review::Draft, "draft"}}};
constexpr std::string_view kReviewLine = "review: ";
constexpr std::size_t kMaxFiles = 2000;  // of one language

Error wrong(const fs::path& file, std::string what) {
    return {Errc::Malformed, "read the consent text " + file.string() + ": " + std::move(what)};
}

std::string sha256_of(std::string_view text) {
    std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
    const auto bytes = base::as_bytes(text);
    ::SHA256(bytes.data(), bytes.size(), digest.data());
    return base::to_hex(digest);
}

bool is_plain_text(std::string_view body) {
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        const auto line = body.substr(0, end);
        if (!line.empty() && !model::is_plain_name(line, kMaxTextBytes)) return false;
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    return true;
}

// A language tag (BCP 47) as far as a folder's name can be judged: letters, digits, hyphens.
bool is_language(std::string_view text) {
    return text.size() >= 2 && text.size() <= 35 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-';
           });
}

struct FileName {
    model::ConsentItem item;
    bool earlier = false;
};
// "video.txt", or an earlier version's "video.3.txt".
std::optional<FileName> parse_name(std::string_view name) {
    if (!name.ends_with(".txt")) return std::nullopt;
    name.remove_suffix(4);
    const auto dot = name.find('.');
    const auto item = model::consent_item_from_name(name.substr(0, dot));
    if (!item) return std::nullopt;
    if (dot == std::string_view::npos) return FileName{*item, false};
    const auto number = name.substr(dot + 1);
    const bool digits = !number.empty() && number.size() <= 6 &&
                        number.find_first_not_of("0123456789") == std::string_view::npos;
    return digits ? std::optional(FileName{*item, true}) : std::nullopt;
}

Result<Text> read(const fs::path& file, model::ConsentItem item, std::string language) {
    std::ifstream in(file, std::ios::binary);
    // One byte more than is taken shows a file that is too long, however long it is.
    std::string all(kMaxTextBytes + 64, '\0');
    in.read(all.data(), static_cast<std::streamsize>(all.size()));
    if (in.bad() || (!in.eof() && in.fail())) {
        return Error{Errc::Unavailable, "read the consent text " + file.string() +
                                            ": it cannot be read; see to its permissions"};
    }
    all.resize(static_cast<std::size_t>(in.gcount()));
    const auto end = all.find('\n');
    const auto review = all.starts_with(kReviewLine) && end != std::string::npos
                            ? review_from_name(std::string_view(all).substr(
                                  kReviewLine.size(), end - kReviewLine.size()))
                            : std::nullopt;
    if (!review || all.compare(end, 2, "\n\n") != 0) {
        return wrong(file,
                     "it must begin with \"review: original\", \"review: reviewed\" or \"review: "
                     "draft\" and an empty line");
    }
    Text text{item, std::move(language), *review, all.substr(end + 2), {}};
    if (text.body.empty() || text.body.size() > kMaxTextBytes || !is_plain_text(text.body)) {
        return wrong(file, "its body must be 1 to 16384 bytes of plain UTF-8 text");
    }
    const char* const placeholder = placeholder_of(item);
    if (placeholder != nullptr && text.body.find(placeholder) == std::string::npos) {
        return wrong(file, std::string("it must say for whom; write ") + placeholder +
                               " where the name belongs");
    }
    text.sha256 = sha256_of(text.body);
    return text;
}

// The entries of a directory without hidden ones, sorted, so that every load goes the same way.
Result<std::vector<fs::path>> entries_of(const fs::path& directory) {
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(directory, error), end; !error && it != end;
         it.increment(error)) {
        if (!it->path().filename().string().starts_with(".")) entries.push_back(it->path());
        if (entries.size() > kMaxFiles) {
            return wrong(directory, "there are too many files; keep nothing but the texts here");
        }
    }
    if (error || entries.empty()) {
        return Error{Errc::Unavailable, "read the consent texts in " + directory.string() +
                                            ": there are none; install them there"};
    }
    std::sort(entries.begin(), entries.end());
    return entries;
}

}  // namespace

const char* name_of(Review review) { return model::name_in(kReviews, review); }
std::optional<Review> review_from_name(std::string_view name) {
    return model::value_in(kReviews, name);
}

const char* placeholder_of(model::ConsentItem item) {
    switch (item) {
        case model::ConsentItem::Observers:
            return "{organisation}";
        case model::ConsentItem::ShareDossier:
            return "{state}";
        case model::ConsentItem::Video:
        case model::ConsentItem::Audio:
        case model::ConsentItem::Metadata:
            break;
    }
    return nullptr;
}

Result<TextLibrary> TextLibrary::load(const fs::path& directory) {
    TextLibrary library;
    std::set<std::string> hashes;
    const auto folders = entries_of(directory);
    if (!folders) return folders.error();
    for (const fs::path& folder : *folders) {
        const std::string language = folder.filename().string();
        std::error_code error;
        // For whoever adds one.
        if (language == "README.md") continue;
        if (!is_language(language) || !fs::is_directory(folder, error)) {
            return wrong(folder, "it is not the folder of a language; take it away");
        }
        // A language may have texts for the pages and none of consent yet.
        const fs::path texts = folder / "consent";
        if (!fs::exists(texts, error)) continue;
        const auto files = entries_of(texts);
        if (!files) return files.error();
        for (const fs::path& file : *files) {
            const auto name = parse_name(file.filename().string());
            if (!name || !fs::is_regular_file(file, error)) {
                return wrong(file,
                             "its name must be an item and \".txt\", such as video.txt, or "
                             "video.1.txt for an earlier version");
            }
            auto text = read(file, name->item, language);
            if (!text) return text.error();
            if (!hashes.insert(text->sha256).second) {
                return wrong(file, "another file has the same words; keep one of them");
            }
            (name->earlier ? library.earlier_ : library.present_).push_back(std::move(*text));
        }
    }
    if (library.present_.empty()) {
        return Error{Errc::Unavailable, "read the consent texts in " + directory.string() +
                                            ": there are none; install them there"};
    }
    for (const Text& text : library.present_) {
        const bool has_original =
            std::any_of(library.present_.begin(), library.present_.end(), [&](const Text& other) {
                return other.item == text.item && other.review == Review::Original;
            });
        if (!has_original) {
            return wrong(
                directory / text.language / "consent" / (std::string(name_of(text.item)) + ".txt"),
                "no text of this item is the original that it could translate; add it");
        }
    }
    return library;
}

const Text* TextLibrary::find(model::ConsentItem item, std::string_view language) const {
    const auto it = std::find_if(present_.begin(), present_.end(), [&](const Text& text) {
        return text.item == item && text.language == language;
    });
    return it == present_.end() ? nullptr : &*it;
}

const Text* TextLibrary::by_hash(std::string_view sha256) const {
    for (const auto* versions : {&present_, &earlier_}) {
        for (const Text& text : *versions) {
            if (text.sha256 == sha256) return &text;
        }
    }
    return nullptr;
}

std::vector<std::string> TextLibrary::languages() const {
    std::set<std::string> all;
    for (const Text& text : present_) all.insert(text.language);
    return {all.begin(), all.end()};
}

}  // namespace sightline::consent

#include "storage/sync/op_content.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "storage/sync/json_members.h"

namespace sightline::storage::sync {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::size_t kMaxDepth = 12;  // of the whole content
constexpr std::size_t kMaxValueDepth = 8;
constexpr std::size_t kMaxPathParts = 8;
constexpr std::string_view kAttachments = "attachments/";

Error malformed(const std::string& what) {
    return {Errc::Malformed, "read what an op says: " + what};
}

bool is_path(std::string_view path) {
    if (path.empty() || path.size() > kMaxPathBytes || path.front() == '/' || path.back() == '/' ||
        path.find("//") != std::string_view::npos) {
        return false;
    }
    return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) < kMaxPathParts &&
           std::all_of(path.begin(), path.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || c == '.' || c == '/';
           });
}

// Fractions have several texts, and large numbers lose digits in a browser.
bool is_plain(const json::value& value, std::size_t depth) {
    if (depth == 0 || value.is_double() || value.is_uint64()) return false;
    if (value.is_int64()) {
        const auto most = static_cast<std::int64_t>(kMaxNumber);
        return value.get_int64() >= -most && value.get_int64() <= most;
    }
    if (value.is_array()) {
        const auto& all = value.get_array();
        return std::all_of(all.begin(), all.end(),
                           [&](const json::value& each) { return is_plain(each, depth - 1); });
    }
    if (value.is_object()) {
        const auto& all = value.get_object();
        return std::all_of(all.begin(), all.end(),
                           [&](const auto& each) { return is_plain(each.value(), depth - 1); });
    }
    return true;
}

base::Result<void> check(const Change& change) {
    if (!is_path(change.path)) return malformed("a path is none");
    if (!is_plain(change.value, kMaxValueDepth)) {
        return malformed(change.path + " has a fraction, a huge number or is nested too deeply");
    }
    if (json::serialize(change.value).size() > kMaxValueBytes) {
        return malformed(change.path + " is longer than 64 KiB; make it an attachment");
    }
    if (change.kind == Change::Kind::Set && change.path.starts_with(kAttachments)) {
        const auto attachment = Attachment::parse(change.value);
        if (!attachment) return attachment.error();
    }
    return {};
}

json::value json_of(const Change& change) {
    switch (change.kind) {
        case Change::Kind::Set:
            return json::object{{"set", change.path}, {"value", change.value}};
        case Change::Kind::Remove:
            return json::object{{"remove", change.path}};
        case Change::Kind::Consent:
            return json::object{{"consent", change.path},
                                {"answer", model::name_of(change.answer)},
                                {"record", change.value}};
    }
    return nullptr;
}

std::optional<Change> change_in(const json::value& value) {
    if (!value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    Change change;
    if (const auto path = text_in(object, "set", kMaxPathBytes)) {
        const auto* to = object.if_contains("value");
        if (to == nullptr || object.size() != 2) return std::nullopt;
        change.path = *path;
        change.value = *to;
        return change;
    }
    if (const auto path = text_in(object, "remove", kMaxPathBytes)) {
        change.kind = Change::Kind::Remove;
        change.path = *path;
        return object.size() == 1 ? std::optional(change) : std::nullopt;
    }
    const auto path = text_in(object, "consent", kMaxPathBytes);
    const auto answer =
        model::consent_answer_from_name(text_in(object, "answer", kMaxPathBytes).value_or(""));
    const auto* record = object.if_contains("record");
    if (!path || !answer || record == nullptr || object.size() != 3) return std::nullopt;
    change.kind = Change::Kind::Consent;
    change.path = *path;
    change.answer = *answer;
    change.value = *record;
    return change;
}

}  // namespace

json::value Attachment::value() const {
    json::array hashes;
    for (const OpHash& chunk : chunks) hashes.emplace_back(text_of(chunk));
    return json::object{{"name", name},
                        {"bytes", static_cast<std::int64_t>(bytes)},
                        {"key", key},
                        {"chunks", std::move(hashes)}};
}

base::Result<Attachment> Attachment::parse(const json::value& value) {
    const Error none = malformed("an attachment without name, size, key or chunks");
    if (!value.is_object() || value.get_object().size() != 4) return none;
    const json::object& object = value.get_object();
    const auto bytes = number_in(object, "bytes");
    const auto* chunks = object.if_contains("chunks");
    Attachment out{text_in(object, "name", kMaxAuthorBytes).value_or(""),
                   bytes.value_or(0),
                   text_in(object, "key", 43).value_or(""),
                   {}};
    if (!is_line(out.name, kMaxAuthorBytes) || !bytes || !hash_from_text(out.key) ||
        chunks == nullptr || !chunks->is_array() ||
        chunks->get_array().size() > kMaxAttachmentChunks) {
        return none;
    }
    for (const json::value& each : chunks->get_array()) {
        const auto hash =
            each.is_string() ? hash_from_text(std::string_view(each.get_string())) : std::nullopt;
        if (!hash) return none;
        out.chunks.push_back(*hash);
    }
    return out;
}

base::Result<void> check(const OpContent& content) {
    if (!is_line(content.author, kMaxAuthorBytes) || content.at_ms < 0 ||
        content.at_ms > static_cast<std::int64_t>(kMaxNumber)) {
        return malformed("nobody says when they changed it");
    }
    if (content.changes.empty() || content.changes.size() > kMaxChanges) {
        return malformed("it changes nothing, or more than 256 things");
    }
    std::set<std::string_view> fields, consents;
    for (const Change& change : content.changes) {
        if (const auto sound = check(change); !sound) return sound.error();
        auto& of_its_kind = change.kind == Change::Kind::Consent ? consents : fields;
        if (!of_its_kind.insert(change.path).second) {
            return malformed(change.path + " is changed twice");
        }
    }
    for (const Change& change : content.changes) {
        if (change.kind != Change::Kind::Remove) continue;
        const std::string under = change.path + "/";
        const auto next = fields.lower_bound(under);
        if (next != fields.end() && next->starts_with(under)) {
            return malformed(change.path + " is removed, and something under it changed");
        }
    }
    return {};
}

std::string text_of(const OpContent& content, const Envelope& place) {
    json::array changes;
    for (const Change& change : content.changes) changes.push_back(json_of(change));
    return json::serialize(json::object{{"schema", kContentSchema},
                                        {"site", place.chain.site.text()},
                                        {"incarnation", place.chain.incarnation},
                                        {"seq", place.seq},
                                        {"dossier", place.dossier.text()},
                                        {"author", content.author},
                                        {"at", content.at_ms},
                                        {"changes", std::move(changes)}});
}

base::Result<OpContent> parse_content(std::string_view text, const Envelope& place) {
    const auto object = object_of(text, kMaxDepth);
    if (!object) return malformed("it is no JSON object");
    const auto schema = number_in(*object, "schema");
    if (!schema) return malformed("it has no schema");
    if (*schema != kContentSchema) {
        return Error{Errc::Unsupported,
                     "read what an op says: its schema is newer; update this program"};
    }
    if (chain_in(*object) != place.chain || number_in(*object, "seq") != place.seq ||
        dossier_in(*object) != place.dossier) {
        return Error{Errc::Forbidden, "read what an op says: it was sealed for another place"};
    }
    const auto* changes = object->if_contains("changes");
    const auto at = number_in(*object, "at");
    if (object->size() != 8 || changes == nullptr || !changes->is_array() || !at ||
        changes->get_array().size() > kMaxChanges) {
        return malformed("it lacks a member, or has one more");
    }
    OpContent content{text_in(*object, "author", kMaxAuthorBytes).value_or(""),
                      static_cast<std::int64_t>(*at),
                      {}};
    for (const json::value& each : changes->get_array()) {
        auto change = change_in(each);
        if (!change) return malformed("a change of no known kind");
        content.changes.push_back(std::move(*change));
    }
    if (const auto sound = check(content); !sound) return sound.error();
    return content;
}

}  // namespace sightline::storage::sync

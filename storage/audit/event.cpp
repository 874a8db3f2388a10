#include "storage/audit/event.h"

#include <algorithm>
#include <boost/json.hpp>

#include "appliance/base/check.h"
#include "appliance/base/random.h"
#include "storage/audit/text.h"

namespace sightline::storage::audit {
namespace {

using base::Errc;
using base::Error;

constexpr std::string_view kDomain = "sightline-audit-event/v1";
static_assert(kDomain.size() == 24);

constexpr EventTime kLastTime{std::chrono::milliseconds(253'402'300'799'999)};  // end of 9999

constexpr std::array<std::string_view, kActions> kNames = {
    "dossier.opened",
    "dossier.created",
    "dossier.written",
    "dossier.exported",
    "dossier.erased",
    "consent.given",
    "consent.withdrawn",
    "participant.admitted",
    "participant.removed",
    "interview.opened",
    "interview.ended",
    "mission.written",
    "decision.written",
    "device.enrolled",
    "store.unlocked",
    "store.unlock_refused",
    "store.restored",
    "backup.made",
    "hold.set",
    "hold.lifted",
    "key.rotated",
    "consent.refused",
    "participant.invited",
    "device.revoked",
    "retention.set",
    "audit.exported",
    "backup.failed",
    "interview.scheduled",
    "interview.stepped",
    "participant.sent_back",
    "invitation.used",
    "passkey.registered",
    "metadata.pruned",
    "subject.judged",
    "staff.added",
    "staff.removed",
    "staff.signed_in",
    "staff.signed_out",
    "staff.refused",
    "staff.locked",
    "staff.unlocked",
    "kiosk.muted",
    "request.refused",
    "words.matched",
    "words.differed",
    "delegation.taken",
    "delegation.left",
    "circle.taken",
    "dossier.released",
    "release.ended",
    "dossier.merged",
    "sync.stopped",
    "participant.undertook",
    "languages.declared",
    "understanding.asked",
    "checklist.kept",
};
static_assert(static_cast<std::size_t>(Action::ChecklistKept) + 1 == kActions);

bool is_subject(std::string_view text) {
    return text.empty() || (text.size() == 16 && std::all_of(text.begin(), text.end(), [](char c) {
                                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                            }));
}

const char* complaint(const Event& event) {
    if (event.at < EventTime{} || event.at > kLastTime) return "its time is not in 1970 to 9999";
    if (event.actor.empty()) return "it names no actor";
    if (event.actor.size() > kMaxActorBytes) return "its actor is longer than 128 bytes";
    if (!is_subject(event.subject)) return "its subject is not 16 lower-case hexadecimal digits";
    if (event.detail.size() > kMaxDetailBytes) return "its detail is longer than 1024 bytes";
    if (!is_utf8(event.actor) || !is_utf8(event.detail)) return "it is not UTF-8";
    return nullptr;
}

// RFC 8259 section 7, escaping what must be escaped and nothing else.
void append_string(std::string& json, std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    json += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json += {'\\', c};
        } else if (static_cast<std::uint8_t>(c) < 0x20) {
            json += {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
        } else {
            json += c;
        }
    }
    json += '"';
}

std::string write(const Event& event) {
    std::string json = "{\"at\":" + std::to_string(event.at.time_since_epoch().count());
    const auto member = [&](const char* name, std::string_view text) {
        json += name;
        append_string(json, text);
    };
    member(",\"actor\":", event.actor);
    member(",\"action\":", name_of(event.action));
    member(",\"subject\":", event.subject);
    member(",\"detail\":", event.detail);
    json += '}';
    return json;
}

}  // namespace

std::string_view name_of(Action action) {
    const auto index = static_cast<std::size_t>(action);
    CHECK(index < kActions);
    return kNames[index];
}

std::optional<Action> action_of(std::string_view name) {
    const auto* found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<Action>(found - kNames.begin());
}

base::Result<std::string> canonical(const Event& event) {
    if (const char* wrong = complaint(event)) {
        return Error{Errc::Malformed, std::string("write audit event: ") + wrong};
    }
    return write(event);
}

base::Result<Event> parse_event(std::string_view bytes) {
    const auto refuse = [](Errc code, const std::string& why) {
        return Error{code, "read audit event: " + why};
    };
    if (bytes.size() > kMaxEventBytes) return refuse(Errc::TooLarge, "it is above 8 KiB");
    // Events are read by the million, and each is small: no allocation of its own for the tree.
    std::array<unsigned char, 4096> buffer;
    boost::json::monotonic_resource memory(buffer.data(), buffer.size());
    boost::system::error_code error;
    const auto value = boost::json::parse(bytes, error, &memory);
    if (error || !value.is_object()) return refuse(Errc::Malformed, "it is not a JSON object");
    const auto& object = value.get_object();
    const auto text = [&](const char* name) -> std::optional<std::string_view> {
        const auto* member = object.if_contains(name);
        if (member == nullptr || !member->is_string()) return std::nullopt;
        const auto& string = member->get_string();
        return std::string_view(string.data(), string.size());
    };
    const auto* at = object.if_contains("at");
    const auto actor = text("actor");
    const auto action_name = text("action");
    const auto subject = text("subject");
    const auto detail = text("detail");
    if (at == nullptr || !at->is_int64() || !actor || !action_name || !subject || !detail) {
        return refuse(Errc::Malformed, "it lacks at, actor, action, subject or detail");
    }
    const auto action = action_of(*action_name);
    if (!action) {
        return refuse(Errc::Unsupported,
                      "this program does not know its action; use a newer one to read it");
    }
    Event event{EventTime{std::chrono::milliseconds(at->get_int64())}, std::string(*actor), *action,
                std::string(*subject), std::string(*detail)};
    if (const char* wrong = complaint(event)) return refuse(Errc::Malformed, wrong);
    if (write(event) != bytes) {
        return refuse(Errc::Malformed, "it is not in the one byte form of an event");
    }
    return event;
}

Salt random_salt() {
    Salt salt;
    base::fill_random(salt);
    return salt;
}

Hash commitment(const Salt& salt, std::string_view event) {
    std::uint8_t length[4];
    base::store32(length, static_cast<std::uint32_t>(event.size()));
    return sha256({base::as_bytes(kDomain), salt, length, base::as_bytes(event)});
}

}  // namespace sightline::storage::audit

#include "appliance/hub/sync_tickets.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>

#include "appliance/base/check.h"
#include "appliance/base/hex.h"
#include "appliance/base/random.h"

namespace sightline::hub {
namespace {

constexpr std::size_t kLongestTicket = 200;

}  // namespace

// subject.until.mac
std::string SyncTickets::sealed(std::string_view kind, std::string_view subject,
                                std::int64_t until) const {
    const std::string text = std::string(subject) + "." + std::to_string(until);
    const std::string covered = std::string(kind) + "\n" + text;
    std::array<std::uint8_t, 32> mac{};
    unsigned size = 0;
    const auto key = key_.reveal();
    CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
               base::as_bytes(covered).data(), covered.size(), mac.data(), &size) != nullptr);
    return text + "." + base::to_base64url(mac);
}

std::optional<std::string> SyncTickets::subject_of(std::string_view kind, std::string_view text,
                                                   std::int64_t now) const {
    if (text.size() > kLongestTicket) return std::nullopt;
    const auto first = text.find('.');
    const auto second = text.rfind('.');
    if (first == std::string_view::npos || first == second) return std::nullopt;
    const std::string_view digits = text.substr(first + 1, second - first - 1);
    std::int64_t until = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), until);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
    const std::string wanted = sealed(kind, text.substr(0, first), until);
    if (wanted.size() != text.size() ||
        CRYPTO_memcmp(wanted.data(), text.data(), wanted.size()) != 0 || until < now) {
        return std::nullopt;
    }
    return std::string(text.substr(0, first));
}

std::string SyncTickets::challenge(std::int64_t now) const {
    return sealed("challenge", base::random_token(), now + kChallengeSeconds);
}

bool SyncTickets::is_good(std::string_view challenge, std::int64_t now) const {
    return subject_of("challenge", challenge, now).has_value();
}

std::string SyncTickets::ticket(storage::sync::SiteId site, std::int64_t now) const {
    return sealed("ticket", site.text(), now + kSyncTicketSeconds);
}

std::optional<storage::sync::SiteId> SyncTickets::holder(std::string_view ticket,
                                                         std::int64_t now) const {
    const auto subject = subject_of("ticket", ticket, now);
    return subject ? storage::sync::SiteId::parse(*subject) : std::nullopt;
}

}  // namespace sightline::hub

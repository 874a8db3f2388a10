#include "appliance/hub/sign_in.h"

#include <algorithm>
#include <utility>

#include "appliance/base/random.h"
#include "appliance/hub/webauthn_data.h"
#include "media/wire/path.h"

namespace sightline::hub {
namespace {

using base::Errc;
using base::Error;
using base::Result;

std::string host_of(std::string_view origin) {
    origin.remove_prefix(origin.find("://") + 3);
    if (origin.starts_with('[')) return std::string(origin.substr(1, origin.find(']') - 1));
    return std::string(origin.substr(0, origin.find(':')));
}

Error unknown_passkey() {
    return Error(
        Errc::Unauthorized,
        "this passkey does not belong to an interview that is open now; ask the person who "
        "organises it for an invitation");
}

}  // namespace

Now Now::read() {
    const auto wall = std::chrono::system_clock::now();
    return {base::Clock::now(), std::chrono::floor<std::chrono::milliseconds>(wall)};
}

std::optional<RelyingParty> relying_party(std::string_view origin) {
    const bool secure = origin.starts_with("https://");
    if (!secure && !origin.starts_with("http://")) return std::nullopt;
    const std::string host = host_of(origin);
    const bool local = host == "localhost" || host.ends_with(".localhost");
    if (host.empty() || (!secure && !local) || wire::Endpoint::parse(host, 0)) return std::nullopt;
    return RelyingParty{std::string(origin), host};
}

Result<Holder> SignIn::invited(std::string_view token, Now now) const {
    const auto found = credentials_.invitations.find(hash_token(token), now.wall);
    const bool known = found.standing != Invitations::Standing::Unknown && belongs(found.holder);
    if (!known) {
        return Error(Errc::Unauthorized,
                     "this invitation is not known here; the interview may not be open yet, or the "
                     "invitation was withdrawn. Ask the person who sent it");
    }
    if (found.standing == Invitations::Standing::Used) {
        return Error(Errc::Conflict,
                     "this invitation has been used already; each works once. If it was not you, "
                     "tell the person who sent it, and ask for a new one");
    }
    if (found.standing == Invitations::Standing::Late) {
        return Error(Errc::Conflict,
                     "this invitation was valid until an earlier time; ask the person who sent it "
                     "for a new one");
    }
    return found.holder;
}

std::optional<Holder> SignIn::once_invited(std::string_view token, Now now) const {
    const auto found = credentials_.invitations.find(hash_token(token), now.wall);
    if (found.standing == Invitations::Standing::Unknown || !belongs(found.holder)) return {};
    return found.holder;
}

Result<SignIn::Entered> SignIn::by_invitation(std::string_view token, Now now) {
    const auto holder = invited(token, now);
    if (!holder) return holder.error();
    credentials_.invitations.use(hash_token(token), now.wall);
    Entered entered = enter(*holder, now.wall);
    entered.news.insert(entered.news.begin(), InvitationUsed{now.wall});
    return entered;
}

std::optional<Holder> SignIn::signed_in(std::string_view cookie, model::RecordTime now) const {
    if (cookie.empty()) return std::nullopt;
    const auto holder = credentials_.logins.find(hash_token(cookie), now);
    if (!holder || !belongs(*holder)) return std::nullopt;
    return holder;
}

std::string SignIn::ticket(const Holder& holder, std::string_view cookie, base::Instant now) {
    return credentials_.tickets.issue(holder, hash_token(cookie), now);
}

std::optional<Holder> SignIn::redeem_ticket(std::string_view ticket, base::Instant now) {
    const auto holder = credentials_.tickets.redeem(hash_token(ticket), now);
    if (!holder || !belongs(*holder)) return std::nullopt;
    return holder;
}

std::optional<Holder> SignIn::sign_out(std::string_view cookie) {
    const TokenHash sha256 = hash_token(cookie);
    credentials_.tickets.end_login(sha256);
    return credentials_.logins.end(sha256);
}

bool SignIn::may_register(const Holder& holder, const std::optional<RelyingParty>& site) const {
    return site && passkeys(holder).size() < kMaxPasskeys;
}

std::vector<Passkey> SignIn::passkeys(const Holder& holder) const {
    return credentials_.passkeys.of(holder.participant);
}

base::Bytes SignIn::challenge(const RelyingParty& site, const std::optional<Holder>& holder,
                              const std::string& address, base::Instant now) {
    const auto registering = holder ? holder->participant : base::ParticipantId();
    return challenges_.issue({site.origin, registering}, address, now);
}

Result<PasskeyChanged> SignIn::register_passkey(const RelyingParty& site, const Holder& holder,
                                                const RegistrationAnswer& answer, Now now) {
    const auto challenge =
        answered_challenge(answer.client_data, {site.origin, holder.participant}, now.steady);
    if (!challenge) return challenge.error();
    auto passkey = judge_registration(site, *challenge, answer);
    if (!passkey) return passkey.error();
    if (auto ok = credentials_.passkeys.add(holder, *passkey); !ok) return ok.error();
    return PasskeyChanged{*std::move(passkey)};
}

Result<Holder> SignIn::owner(const AssertionAnswer& answer) const {
    const auto owned = credentials_.passkeys.find(answer.credential);
    if (!owned || !belongs(owned->holder)) return unknown_passkey();
    return owned->holder;
}

Result<SignIn::Entered> SignIn::by_passkey(const RelyingParty& site, const AssertionAnswer& answer,
                                           Now now) {
    const auto challenge = answered_challenge(answer.client_data, {site.origin, {}}, now.steady);
    if (!challenge) return challenge.error();
    const auto holder = owner(answer);
    if (!holder) return holder.error();
    // Section 7.2 step 6: without a user handle there is no telling whom the authenticator means.
    std::uint8_t id[8];
    base::store64(id, holder->participant.value());
    if (!std::equal(answer.user_handle.begin(), answer.user_handle.end(), std::begin(id),
                    std::end(id))) {
        return unknown_passkey();
    }
    Passkey passkey = credentials_.passkeys.find(answer.credential)->passkey;
    const auto counter = judge_assertion(site, *challenge, passkey, answer);
    if (!counter) return counter.error();
    Entered entered = enter(*holder, now.wall);
    if (*counter != passkey.counter) {
        passkey.counter = *counter;
        credentials_.passkeys.set_counter(passkey.id, *counter);
        entered.news.push_back(PasskeyChanged{std::move(passkey)});
    }
    return entered;
}

bool SignIn::belongs(const Holder& holder) const {
    return registry_.find(holder.session, holder.participant) != nullptr;
}

SignIn::Entered SignIn::enter(const Holder& holder, model::RecordTime now) {
    Entered entered{holder, base::random_token(), {}};
    const LoginSpec login{hash_token(entered.cookie), now + kLoginLife};
    if (const auto displaced = credentials_.logins.start(holder, login)) {
        credentials_.tickets.end_login(*displaced);
        entered.news.push_back(LoginEnded{*displaced});
    }
    entered.news.push_back(LoginStarted{login});
    return entered;
}

Result<base::Bytes> SignIn::answered_challenge(const std::string& client_data,
                                               const Challenges::Purpose& purpose,
                                               base::Instant now) {
    auto data = read_client_data(client_data);
    if (!data) return data.error();
    if (!challenges_.redeem(data->challenge, purpose, now)) {
        return Error(Errc::Forbidden,
                     "the passkey's answer came too late or a second time; try again");
    }
    return std::move(data->challenge);
}

}  // namespace sightline::hub

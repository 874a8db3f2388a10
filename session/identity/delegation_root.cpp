#include "session/identity/delegation_root.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "appliance/base/hex.h"
#include "appliance/base/random.h"
#include "session/identity/json_members.h"
#include "session/identity/short_code.h"
#include "storage/seal/aead.h"

namespace sightline::identity {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::string_view kForm = "sightline-delegation-root/1";
constexpr std::string_view kByPin = "pin";
constexpr std::string_view kByCode = "recovery";
constexpr std::size_t kMaxFileBytes = 16 * 1024;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kMaxSealedBytes = 1024;

Error damaged() {
    return {Errc::Malformed,
            "read the delegation's root: this is not the file that `sightline delegation init` "
            "wrote, or it is damaged; take another copy of it"};
}

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

base::Result<void> check_pin(const base::Secret& pin) {
    if (characters_in(pin.reveal_text()) >= kMinRootPinCharacters &&
        pin.reveal().size() <= kMaxRootPinBytes) {
        return {};
    }
    return Error{
        Errc::Malformed,
        "set the PIN of the delegation's root: it must have 8 to 128 characters, because "
        "whoever copies the file can try PINs for as long as they like; take a longer one"};
}

// In its one spelling; nullopt: it is none.
std::optional<base::Secret> code_of(const base::Secret& typed) {
    auto code = parse_crockford(typed.reveal_text(), kRecoveryBits);
    if (!code) return std::nullopt;
    base::Secret secret{std::string_view(*code)};
    ::explicit_bzero(code->data(), code->size());
    return secret;
}

// What the file says beside it belongs to the sealed copy, and each copy to its place.
std::string aad_of(std::string_view which, const std::string& name,
                   const signature::PublicKey& key) {
    return std::string(kForm) + "\n" + std::string(which) + "\n" + key.thumbprint() + "\n" + name;
}

}  // namespace

base::Result<DelegationRoot::Made> DelegationRoot::create(std::string name, const base::Secret& pin,
                                                          storage::seal::PinCost cost) {
    if (!is_line(name, kMaxDelegationNameBytes)) {
        return Error{Errc::Malformed, "make a delegation: its name has 1 to 120 bytes on one line"};
    }
    if (auto good = check_pin(pin); !good) return good.error();
    const auto secret = signature::DeviceKey::random();
    std::array<std::uint8_t, kRecoveryBits / 8> random{};
    base::fill_random(random);
    std::string code = crockford(random, kRecoveryBits);
    Made made{DelegationRoot(), base::Secret(std::string_view(code))};
    ::explicit_bzero(random.data(), random.size());
    ::explicit_bzero(code.data(), code.size());
    made.root.name_ = std::move(name);
    made.root.key_ = secret.public_key();
    made.root.by_pin_ = made.root.seal(kByPin, pin, secret, cost);
    made.root.by_code_ = made.root.seal(kByCode, made.recovery_code, secret, cost);
    return made;
}

base::Result<DelegationRoot> DelegationRoot::parse(std::string_view text) {
    if (text.size() > kMaxFileBytes) return damaged();
    const auto object = object_of(text, kMaxDepth);
    if (!object || text_or_empty(*object, "form", kForm.size()) != kForm) return damaged();
    DelegationRoot root;
    root.name_ = text_or_empty(*object, "name", kMaxDelegationNameBytes);
    const auto key = key_in(*object, "key");
    if (!key || !is_line(root.name_, kMaxDelegationNameBytes)) return damaged();
    root.key_ = *key;
    for (const auto& [which, copy] :
         {std::pair{kByPin, &root.by_pin_}, {kByCode, &root.by_code_}}) {
        const auto* value = object->if_contains(which);
        if (value == nullptr || !value->is_object()) return damaged();
        const auto& members = value->get_object();
        auto salt = base::from_hex(text_or_empty(members, "salt", 2 * kSaltBytes));
        auto sealed = base::from_hex(text_or_empty(members, "sealed", 2 * kMaxSealedBytes));
        const auto log2_n = number_in(members, "log2_n");
        if (!salt || salt->size() != kSaltBytes || !sealed || !log2_n ||
            *log2_n < storage::seal::kMinLog2N || *log2_n > storage::seal::kMaxLog2N) {
            return damaged();
        }
        *copy = {std::move(*salt), {static_cast<std::uint32_t>(*log2_n)}, std::move(*sealed)};
    }
    return root;
}

std::string DelegationRoot::text() const {
    const auto members = [](const Copy& copy) {
        return json::object{{"salt", base::to_hex(copy.salt)},
                            {"log2_n", copy.cost.log2_n},
                            {"sealed", base::to_hex(copy.sealed)}};
    };
    const json::object object{{"form", kForm},
                              {"name", name_},
                              {"key", json::parse(key_.jwk())},
                              {kByPin, members(by_pin_)},
                              {kByCode, members(by_code_)}};
    return json::serialize(object) + "\n";
}

DelegationRoot::Copy DelegationRoot::seal(std::string_view which, const base::Secret& by,
                                          const signature::DeviceKey& key,
                                          storage::seal::PinCost cost) const {
    Copy copy{base::Bytes(kSaltBytes), cost, {}};
    base::fill_random(copy.salt);
    copy.sealed =
        storage::seal::seal(storage::seal::stretch_pin(by, copy.salt, cost).seal,
                            base::as_bytes(aad_of(which, name_, key_)), key.secret_jwk().reveal());
    return copy;
}

base::Result<signature::DeviceKey> DelegationRoot::open(const Copy& copy, std::string_view which,
                                                        const base::Secret& by) const {
    auto plain = storage::seal::open(storage::seal::stretch_pin(by, copy.salt, copy.cost).seal,
                                     base::as_bytes(aad_of(which, name_, key_)), copy.sealed);
    if (!plain) return Errc::Forbidden;
    const base::Secret secret{base::ByteView(*plain)};
    ::explicit_bzero(plain->data(), plain->size());
    auto key = signature::DeviceKey::parse(secret);
    if (!key || key->public_key() != key_) return damaged();
    return key;
}

base::Result<signature::DeviceKey> DelegationRoot::open(const base::Secret& pin) const {
    auto key = open(by_pin_, kByPin, pin);
    if (!key && key.error().code == Errc::Forbidden) {
        return Error{Errc::Forbidden,
                     "open the delegation's root: the PIN is wrong; try again, or set a new one "
                     "with `sightline delegation recover` and the recovery code"};
    }
    return key;
}

base::Result<signature::DeviceKey> DelegationRoot::recover(const base::Secret& typed) const {
    const auto code = code_of(typed);
    if (!code) {
        return Error{Errc::Malformed,
                     "open the delegation's root: this is no recovery code; it has eight groups of "
                     "four letters and digits"};
    }
    auto key = open(by_code_, kByCode, *code);
    if (!key && key.error().code == Errc::Forbidden) {
        return Error{Errc::Forbidden,
                     "open the delegation's root: the recovery code is that of another root, or a "
                     "letter of it is wrong; compare it with the paper and type it again"};
    }
    return key;
}

base::Result<void> DelegationRoot::change_pin(const base::Secret& code, const base::Secret& pin,
                                              storage::seal::PinCost cost) {
    if (auto good = check_pin(pin); !good) return good.error();
    const auto key = recover(code);
    if (!key) return key.error();
    by_pin_ = seal(kByPin, pin, *key, cost);
    return {};
}

}  // namespace sightline::identity

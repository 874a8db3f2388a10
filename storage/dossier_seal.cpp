#include "storage/dossier_seal.h"

#include <utility>

#include "appliance/base/check.h"
#include "storage/seal/aead.h"

namespace sightline::storage {
namespace {

using base::ByteView;
using base::Errc;
using base::Secret;

constexpr std::size_t kHeadBytes = 4 + 32 + 4 + 32 + 8 + 8 + 8 + 1;
constexpr RecordKind kOpening{0};  // no record's
constexpr std::int64_t kKeepForever = -1;

// What a sealed value belongs to: a domain of fixed width and up to three numbers.
class Aad {
  public:
    Aad(char domain, base::DossierId dossier, std::uint64_t one, std::uint64_t other = 0,
        std::uint8_t kind = 0) {
        base::ByteWriter writer(bytes_);
        writer.u8(static_cast<std::uint8_t>(domain));
        writer.u8(1);  // the form of this layout
        writer.u64(dossier.value());
        writer.u64(one);
        writer.u64(other);
        writer.u8(kind);
        CHECK(writer.ok());
    }
    operator ByteView() const { return bytes_; }

  private:
    std::array<std::uint8_t, 2 + 3 * 8 + 1> bytes_{};
};

}  // namespace

DossierSeal::DossierSeal(base::DossierId id, Secret record_key, Secret list_key)
    : id_(id),
      record_key_(std::move(record_key)),
      list_key_(std::move(list_key)),
      list_mac_(list_key_) {}

DossierSeal DossierSeal::random(base::DossierId id) {
    return {id, seal::random_key(), seal::random_key()};
}

base::Result<DossierSeal> DossierSeal::unwrap(const Keyring& keyring, base::DossierId id,
                                              ByteView wrapped) {
    auto plain = keyring.unwrap(id, wrapped);
    if (!plain) return plain.error();
    base::ByteReader reader(*plain);
    const auto record_key = reader.bytes(seal::kKeyBytes);
    const auto list_key = reader.bytes(seal::kKeyBytes);
    const std::size_t count = reader.u8();
    if (!reader.ok() || count > kMaxTokens || reader.left() != count * sizeof(LookupToken)) {
        return Errc::Malformed;
    }
    DossierSeal out(id, Secret(record_key), Secret(list_key));
    out.tokens.resize(count);
    for (auto& token : out.tokens) {
        const auto bytes = reader.bytes(token.size());
        std::copy(bytes.begin(), bytes.end(), token.begin());
    }
    ::explicit_bzero(plain->data(), plain->size());
    return out;
}

base::Bytes DossierSeal::wrap(const Keyring& keyring) const {
    CHECK(tokens.size() <= kMaxTokens);
    base::Bytes plain(2 * seal::kKeyBytes + 1 + tokens.size() * sizeof(LookupToken));
    base::ByteWriter writer(plain);
    writer.bytes(record_key_.reveal());
    writer.bytes(list_key_.reveal());
    writer.u8(static_cast<std::uint8_t>(tokens.size()));
    for (const auto& token : tokens) writer.bytes(token);
    CHECK(writer.ok());
    auto wrapped = keyring.wrap(id_, plain);
    ::explicit_bzero(plain.data(), plain.size());
    return wrapped;
}

base::Bytes DossierSeal::seal_head(std::uint64_t version, const DossierHead& head) const {
    std::array<std::uint8_t, kHeadBytes> plain{};
    base::ByteWriter writer(plain);
    const auto ms = [](model::RecordTime time) {
        return static_cast<std::uint64_t>(time.time_since_epoch().count());
    };
    writer.u32(head.records);
    writer.bytes(head.digest.value());
    writer.u32(head.openings);
    writer.bytes(head.log.value());
    writer.u64(head.newest);
    writer.u64(ms(head.terms.created));
    writer.u64(head.terms.retain_until ? ms(*head.terms.retain_until)
                                       : static_cast<std::uint64_t>(kKeepForever));
    writer.u8(head.terms.held ? 1 : 0);
    CHECK(writer.ok() && writer.size() == plain.size());
    return seal::seal(record_key_, Aad('h', id_, version), plain);
}

base::Result<DossierHead> DossierSeal::open_head(std::uint64_t version, ByteView sealed) const {
    const auto plain = seal::open(record_key_, Aad('h', id_, version), sealed);
    if (!plain) return plain.error();
    base::ByteReader reader(*plain);
    const auto time = [](std::uint64_t ms) {
        return model::RecordTime(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
    };
    DossierHead head;
    const auto digest_of = [](ByteView bytes) {
        seal::Digest digest{};
        std::copy(bytes.begin(), bytes.end(), digest.begin());
        return seal::SetDigest(digest);
    };
    head.records = reader.u32();
    head.digest = digest_of(reader.bytes(sizeof(seal::Digest)));
    head.openings = reader.u32();
    head.log = digest_of(reader.bytes(sizeof(seal::Digest)));
    head.newest = reader.u64();
    head.terms.created = time(reader.u64());
    const std::uint64_t retain = reader.u64();
    head.terms.held = reader.u8() != 0;
    if (!reader.ok() || reader.left() != 0) return Errc::Malformed;
    if (static_cast<std::int64_t>(retain) != kKeepForever) head.terms.retain_until = time(retain);
    return head;
}

RecordRow DossierSeal::seal(const Record& record) const {
    return {record.id, record.kind, record.version,
            seal::seal(record_key_,
                       Aad('r', id_, record.id.value(), record.version,
                           static_cast<std::uint8_t>(record.kind)),
                       record.body)};
}

base::Result<Record> DossierSeal::open(const RecordRow& row) const {
    auto body = seal::open(
        record_key_,
        Aad('r', id_, row.id.value(), row.version, static_cast<std::uint8_t>(row.kind)), row.body);
    if (!body) return body.error();
    return Record{row.id, row.kind, row.version, std::move(*body)};
}

seal::Digest DossierSeal::member(base::RecordId id, RecordKind kind, std::uint64_t version,
                                 ByteView tag) const {
    std::array<std::uint8_t, 8 + 8 + 1 + seal::kTagBytes> message{};
    base::ByteWriter writer(message);
    writer.u64(id.value());
    writer.u64(version);
    writer.u8(static_cast<std::uint8_t>(kind));
    writer.bytes(tag);
    CHECK(writer.ok() && writer.size() == message.size());
    return list_mac_.of(message);
}

base::Bytes DossierSeal::seal_opening(std::uint64_t leaf, ByteView opening) const {
    return seal::seal(record_key_, Aad('a', id_, leaf), opening);
}

base::Result<base::Bytes> DossierSeal::open_opening(std::uint64_t leaf, ByteView sealed) const {
    return seal::open(record_key_, Aad('a', id_, leaf), sealed);
}

seal::Digest DossierSeal::opening_member(std::uint64_t leaf, ByteView tag) const {
    return member(base::RecordId::from_value(leaf), kOpening, 0, tag);
}

base::Secret DossierSeal::token_key() const {
    return seal::hkdf(list_key_, {}, "sightline look-up tokens");
}

seal::Digest dossier_member(const Keyring& keyring, base::DossierId id, std::uint64_t version,
                            ByteView head_tag) {
    std::array<std::uint8_t, 8 + 8 + seal::kTagBytes> message{};
    base::ByteWriter writer(message);
    writer.u64(id.value());
    writer.u64(version);
    writer.bytes(head_tag);
    CHECK(writer.ok() && writer.size() == message.size());
    return keyring.list_mac().of(message);
}

}  // namespace sightline::storage

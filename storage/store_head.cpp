#include "storage/store_head.h"

#include <algorithm>
#include <array>

#include "appliance/base/check.h"

namespace sightline::storage {

base::Bytes StoreHead::seal(const Keyring& keyring, std::uint64_t version) const {
    std::array<std::uint8_t, 4 + 32 + 8 + 32 + 8 + 8> plain{};
    base::ByteWriter writer(plain);
    writer.u32(dossiers);
    writer.bytes(digest.value());
    writer.u64(leaves);
    writer.bytes(root);
    writer.u64(incarnation);
    writer.u64(starts);
    CHECK(writer.ok() && writer.size() == plain.size());
    return keyring.seal_head(version, plain);
}

base::Result<StoreHead> StoreHead::open(const Keyring& keyring, std::uint64_t version,
                                        base::ByteView sealed) {
    const auto plain = keyring.open_head(version, sealed);
    if (!plain) return plain.error();
    base::ByteReader reader(*plain);
    StoreHead head;
    seal::Digest digest{};
    head.dossiers = reader.u32();
    const auto digest_bytes = reader.bytes(digest.size());
    head.leaves = reader.u64();
    const auto root_bytes = reader.bytes(head.root.size());
    head.incarnation = reader.u64();
    head.starts = reader.u64();
    if (!reader.ok() || reader.left() != 0) return base::Errc::Malformed;
    std::copy(digest_bytes.begin(), digest_bytes.end(), digest.begin());
    std::copy(root_bytes.begin(), root_bytes.end(), head.root.begin());
    head.digest = seal::SetDigest(digest);
    return head;
}

}  // namespace sightline::storage

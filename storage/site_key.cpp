#include "storage/site_key.h"

#include "appliance/base/hex.h"
#include "storage/audit/checkpoint.h"
#include "storage/audit/signed_note.h"
#include "storage/record_types.h"
#include "storage/seal/aead.h"
#include "storage/transaction.h"

namespace sightline::storage {
namespace {

SigningKey make_key(Store& store) {
    const auto id = base::RecordId::random();
    const SigningKey key{"sightline-kiosk/" + id.text(), base::to_hex(seal::random_key().reveal())};
    store.write([&](Transaction& transaction) {
        transaction.put(kSiteDossier, id, RecordKind::SigningKey, encode(key));
    });
    return key;
}

SigningKey find_or_make_key(Store& store) {
    const auto site = store.read(kSiteDossier);
    for (const auto& record : site.value().records) {
        if (record.kind != RecordKind::SigningKey) continue;
        auto key = decode<SigningKey>(record.body);
        if (!key) throw StorageError(key.error().text);
        return std::move(*key);
    }
    return make_key(store);
}

}  // namespace

audit::SigningKey site_key(Store& store) {
    const SigningKey key = find_or_make_key(store);
    const auto seed = base::from_hex(key.seed);
    if (!seed) throw StorageError("read the site's signing key: it is damaged; restore the backup");
    auto made = audit::SigningKey::from_seed(key.name, audit::KeyType::Ed25519,
                                             base::Secret(base::ByteView(*seed)));
    if (!made) throw StorageError(made.error().text);
    return std::move(*made);
}

std::string sign_note(Store& store, std::string_view text) {
    auto note = audit::sign_note(text, site_key(store));
    if (!note) throw StorageError(note.error().text);
    return std::move(*note);
}

std::string sign_checkpoint(Store& store) {
    const auto key = site_key(store);  // before: making it may write
    const auto& tree = store.audit().frontier();
    const auto text = audit::write_checkpoint({key.verifier().name, tree.size(), tree.root(), {}});
    if (!text) throw StorageError(text.error().text);
    auto note = audit::sign_note(*text, key);
    if (!note) throw StorageError(note.error().text);
    return std::move(*note);
}

}  // namespace sightline::storage

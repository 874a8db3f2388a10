// Sites with real keys for the tests of this folder: each signs with its device key and seals to
// both sites' sealing keys. Nothing here is fast.
#pragma once

#include <array>

#include "storage/sync/jose_keys.h"
#include "storage/sync/relay.h"
#include "storage/sync/replica.h"
#include "tests/support/memory_relay_store.h"

namespace sightline::storage::sync {

inline const Pseudonym kDossier = Pseudonym::from_value(0xd055);

struct Sites {
    std::array<SiteId, 2> ids{SiteId::from_value(0xa), SiteId::from_value(0xb)};
    std::array<signature::DeviceKey, 2> keys{signature::DeviceKey::random(),
                                             signature::DeviceKey::random()};
    std::array<signature::SealingKey, 2> sealing{signature::SealingKey::random(),
                                                 signature::SealingKey::random()};
    signature::DeviceKey hub = signature::DeviceKey::random();
    std::array<DeviceSigner, 2> signers{DeviceSigner(keys[0]), DeviceSigner(keys[1])};
    DeviceSigner hub_signer{hub};
    std::array<JoseSealer, 2> sealers{JoseSealer(sealing[0], {sealing[1].public_key()}),
                                      JoseSealer(sealing[1], {sealing[0].public_key()})};
    KnownKeys known{{{ids[0], keys[0].public_key()}, {ids[1], keys[1].public_key()}},
                    hub.public_key()};
    Replica a{{ids[0], 1}, signers[0], sealers[0], known};
    Replica b{{ids[1], 1}, signers[1], sealers[1], known};
    MemoryRelayStore store;
    Relay relay{hub_signer, store};

    Relay::Answer offer(std::string_view text) {
        const auto op = Op::parse(text, known).value();
        return relay.take(std::span(&op, 1)).front();
    }
};

inline OpContent setting(std::string path, boost::json::value value) {
    return {"officer 1", 1000, {{Change::Kind::Set, std::move(path), std::move(value)}}};
}
inline OpContent removing(std::string path) {
    return {"officer 1", 1000, {{Change::Kind::Remove, std::move(path)}}};
}
inline OpContent answering(std::string path, model::ConsentAnswer answer) {
    return {
        "officer 1",
        1000,
        {{Change::Kind::Consent, std::move(path), boost::json::object{{"mode", "touch"}}, answer}}};
}

}  // namespace sightline::storage::sync

// Whatever the bytes are, as a JWS or as what the right key signed: a lease that opens can be
// signed again and opens as the same one; everything else says what is wrong.
#include "appliance/base/check.h"
#include "session/lease/lease.h"
#include "session/model/participant.h"
#include "tests/support/device_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    static const signature::DeviceKey key = tests::kiosk_key();
    const std::string_view input = base::as_text({data, size});

    const auto check = [&](const base::Result<lease::Lease>& opened) {
        if (!opened) {
            CHECK(!opened.error().text.empty());
            return;
        }
        CHECK(opened->number > 0 && opened->flows.size() <= model::kMaxParticipants);
        CHECK(lease::open(lease::sign(*opened, key), key.public_key()).value() == *opened);
    };
    check(lease::open(input, key.public_key()));
    check(lease::open(key.sign(input, "sightline-lease"), key.public_key()));
    // A public key comes from the network too, in the hub's hello.
    if (const auto other = signature::PublicKey::parse(input)) {
        CHECK(signature::PublicKey::parse(other->jwk()).value() == *other);
        CHECK(!other->verify(key.sign("x", "y"), "y") || *other == key.public_key());
    }
    return 0;
}

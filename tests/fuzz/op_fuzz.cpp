// Whatever the bytes are, as an op, as an envelope or content that the right site signed, or as a
// receipt: what opens is in its one spelling and within the bounds; everything else says what is
// wrong, and neither a relay nor a replica minds it.
#include "appliance/base/check.h"
#include "storage/sync/op_content.h"
#include "storage/sync/relay.h"
#include "storage/sync/replica.h"
#include "tests/sim/sync/cheap_keys.h"
#include "tests/support/memory_relay_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sightline;
    using namespace sightline::storage::sync;
    static const SiteId site = SiteId::from_value(1);
    static const sim::CheapSigner signer(site.text()), hub("hub");
    static const sim::CheapSealer sealer;
    static const sim::CheapVerifier verifier;
    const std::string_view input = base::as_text({data, size});

    if (const auto envelope = parse_envelope(input)) {
        CHECK(text_of(*envelope) == input && envelope->parents.size() <= kMaxParents);
    } else {
        CHECK(!envelope.error().text.empty());
    }
    const Envelope place{{site, 1}, 1, {}, Pseudonym::from_value(2), {}, {}};
    if (const auto content = parse_content(input, place)) {
        CHECK(check(*content));
        CHECK(parse_content(text_of(*content, place), place).value() == *content);
    } else {
        CHECK(!content.error().text.empty());
    }
    if (const auto receipt = Receipt::verify(hub.sign(input, kReceiptPurpose), verifier)) {
        CHECK(receipt->seq > 0 && receipt->position > 0);
    }
    // As bytes of an op, and as the envelope and as the sealed part of one that is signed.
    const std::string sealed = "sealed" + std::string(input);
    const std::string signed_envelope = signer.sign(input, kOpPurpose) + "\nsealed{}";
    const auto honest = Op::sign(place, sealed, signer);
    for (const std::string& text :
         {std::string(input), signed_envelope, honest ? honest->text() : std::string()}) {
        MemoryRelayStore store;
        Relay relay(hub, store);
        Replica replica({SiteId::from_value(7), 1}, signer, sealer, verifier);
        const auto op = Op::parse(text, verifier);
        if (!op) continue;
        CHECK(op->text() == text);
        relay.take(std::span(&*op, 1));
        const auto arrival = replica.judge(text).value();
        if (arrival.judgement.verdict == Verdict::Next) replica.apply(arrival);
        CHECK(replica.judge(text)->judgement.verdict ==
              relay.take(std::span(&*op, 1)).front().judgement.verdict);
        for (const auto& [dossier, history] : replica.dossiers()) (void)history.state().digest();
    }
    return 0;
}

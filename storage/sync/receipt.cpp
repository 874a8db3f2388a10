#include "storage/sync/receipt.h"

#include <boost/json/serialize.hpp>

#include "storage/sync/json_members.h"

namespace sightline::storage::sync {
namespace {

std::string payload_of(const Receipt& receipt) {
    return boost::json::serialize(boost::json::object{{"site", receipt.chain.site.text()},
                                                      {"incarnation", receipt.chain.incarnation},
                                                      {"seq", receipt.seq},
                                                      {"op", text_of(receipt.op)},
                                                      {"position", receipt.position}});
}

}  // namespace

std::string Receipt::sign(const Signer& hub) const {
    return hub.sign(payload_of(*this), kReceiptPurpose);
}

base::Result<Receipt> Receipt::verify(std::string_view jws, const Verifier& verifier) {
    const base::Error malformed{base::Errc::Malformed, "read a receipt: it is none of a hub's"};
    if (jws.size() > kMaxReceiptBytes) return malformed;
    const auto payload = verifier.verify_hub(jws, kReceiptPurpose);
    if (!payload) return payload.error();
    const auto object = object_of(*payload, 2);
    if (!object) return malformed;
    const auto chain = chain_in(*object);
    const auto op = hash_in(*object, "op");
    if (!chain || !op) return malformed;
    Receipt receipt{*chain, number_in(*object, "seq").value_or(0), *op,
                    number_in(*object, "position").value_or(0)};
    if (receipt.seq == 0 || receipt.position == 0 || payload_of(receipt) != *payload) {
        return malformed;
    }
    return receipt;
}

}  // namespace sightline::storage::sync

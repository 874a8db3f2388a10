#include "appliance/kiosk/circle_site.h"

namespace sightline::kiosk {
namespace {

using base::Errc;
using base::Error;
using base::Result;

Error gone() {
    return {Errc::Conflict, "sync: the store was locked, or the circle changed; it goes on later"};
}

}  // namespace

DossierSync* circle_of(DossierDesk& desk, sync::SiteId site) {
    if (!desk.is_loaded()) return nullptr;
    for (DossierSync* each : desk.circles()) {
        if (each->circle().site == site) return each;
    }
    return nullptr;
}

std::string CircleSite::sign(std::string_view payload, std::string_view purpose) const {
    const DossierSync* sync = found();
    // Without a key there is no signature, and the hub refuses.
    return sync == nullptr ? std::string() : sync->signing_key().sign(payload, purpose);
}

Result<void> CircleSite::take_hub(const signature::PublicKey& key) {
    DossierSync* sync = found();
    if (sync == nullptr) return gone();
    return sync->know_hub(key, clock_().wall);
}

Result<void> CircleSite::take_circle(std::string_view jws) {
    DossierSync* sync = found();
    if (sync == nullptr) return gone();
    if (sync->list_jws() == jws) return {};
    return sync->take_list(jws, {"hub", clock_().wall});
}

std::string CircleSite::circle() const {
    const DossierSync* sync = found();
    return sync == nullptr ? std::string() : sync->list_jws();
}

std::vector<std::string> CircleSite::to_send(std::size_t most_ops, std::size_t most_bytes) {
    std::vector<std::string> ops;
    DossierSync* sync = found();
    if (sync == nullptr) return ops;
    std::size_t bytes = 0;
    for (const std::string_view op : sync->to_send(most_ops)) {
        if (!ops.empty() && bytes + op.size() > most_bytes) break;
        bytes += op.size();
        ops.emplace_back(op);
    }
    return ops;
}

Result<void> CircleSite::take_receipt(std::string_view jws) {
    DossierSync* sync = found();
    if (sync == nullptr) return gone();
    return sync->take_receipt(jws, clock_().wall);
}

void CircleSite::take_fork(const sync::Fork& fork) {
    if (DossierSync* sync = found()) sync->take_fork(fork, clock_().wall);
}

bool CircleSite::stopped() const {
    DossierSync* sync = found();
    return sync == nullptr || sync->is_stopped();
}

sync::Marks CircleSite::marks() {
    DossierSync* sync = found();
    if (sync == nullptr) return {};
    sync::Marks marks = sync->marks();
    for (const auto& chain : refused_) marks[chain] = sync::kMaxNumber;
    return marks;
}

Result<void> CircleSite::take_ops(const std::vector<std::string_view>& ops) {
    for (const std::string_view op : ops) {
        DossierSync* sync = found();
        if (sync == nullptr) return gone();
        const auto envelope = sync::claimed_envelope(op);
        if (!envelope) return envelope.error();
        if (refused_.contains(envelope->chain)) continue;
        const auto taken = sync->take(op, clock_().wall);
        if (!taken && sync->is_stopped()) return taken.error();
        if (!taken) {
            refused_.insert(envelope->chain);
            sync->refuse(envelope->chain, taken.error().text);
            continue;
        }
        if (taken->verdict == sync::Verdict::Gap) {
            return Error{Errc::Conflict, "sync: the hub left an op out; it is asked for again"};
        }
    }
    return {};
}

std::vector<sync::OpHash> CircleSite::chunks_to_send(std::size_t most) {
    DossierSync* sync = found();
    if (sync == nullptr) return {};
    return sync->chunks(storage::ChunkWay::ToHub, most);
}

Result<std::string> CircleSite::read_chunk(const sync::OpHash& name) {
    DossierSync* sync = found();
    if (sync == nullptr) return gone();
    return sync->read_chunk(name);
}

void CircleSite::chunks_sent(const std::vector<sync::OpHash>& names) {
    if (DossierSync* sync = found()) sync->chunks_sent(names);
}

std::vector<sync::OpHash> CircleSite::chunks_wanted(std::size_t most) {
    DossierSync* sync = found();
    if (sync == nullptr) return {};
    return sync->chunks(storage::ChunkWay::FromHub, most);
}

Result<void> CircleSite::keep_chunk(const sync::OpHash& name, std::string_view bytes) {
    DossierSync* sync = found();
    if (sync == nullptr) return gone();
    return sync->keep_chunk(name, bytes);
}

}  // namespace sightline::kiosk

#include "storage/sync/op.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "storage/sync/json_members.h"

namespace sightline::storage::sync {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

Error no_op(const char* what) { return {Errc::Malformed, std::string("read an op: ") + what}; }

std::optional<std::vector<OpHash>> parents_in(const json::object& object) {
    const auto* all = object.if_contains("parents");
    if (all == nullptr || !all->is_array() || all->get_array().size() > kMaxParents) {
        return std::nullopt;
    }
    std::vector<OpHash> parents;
    for (const json::value& each : all->get_array()) {
        const auto hash =
            each.is_string() ? hash_from_text(std::string_view(each.get_string())) : std::nullopt;
        // In order and each once, or one set of parents would have several spellings.
        if (!hash || (!parents.empty() && parents.back() >= *hash)) return std::nullopt;
        parents.push_back(*hash);
    }
    return parents;
}

OpHash hash_of(std::string_view jws) {
    return audit::sha256({base::as_bytes(jws.substr(0, jws.rfind('.')))});
}

bool is_sound(const Envelope& envelope) {
    const bool first = envelope.seq == 1;
    return envelope.chain.site && envelope.chain.incarnation > 0 &&
           envelope.chain.incarnation <= kMaxNumber && envelope.seq > 0 &&
           envelope.seq <= kMaxNumber && envelope.dossier &&
           first == (envelope.previous == OpHash{});
}

}  // namespace

std::string text_of(const Envelope& envelope) {
    json::array parents;
    for (const OpHash& parent : envelope.parents) parents.emplace_back(text_of(parent));
    return json::serialize(json::object{{"site", envelope.chain.site.text()},
                                        {"incarnation", envelope.chain.incarnation},
                                        {"seq", envelope.seq},
                                        {"previous", text_of(envelope.previous)},
                                        {"dossier", envelope.dossier.text()},
                                        {"parents", std::move(parents)},
                                        {"sealed", text_of(envelope.sealed)}});
}

base::Result<Envelope> parse_envelope(std::string_view payload) {
    const auto object =
        payload.size() <= kMaxEnvelopeJws ? object_of(payload, 3) : std::optional<json::object>();
    if (!object) return no_op("its envelope is not a JSON object within the bounds");
    const auto chain = chain_in(*object);
    const auto previous = hash_in(*object, "previous");
    const auto dossier = dossier_in(*object);
    auto parents = parents_in(*object);
    const auto sealed = hash_in(*object, "sealed");
    if (!chain || !previous || !dossier || !parents || !sealed) {
        return no_op("its envelope lacks a member, or one is of another form");
    }
    Envelope envelope{
        *chain, number_in(*object, "seq").value_or(0), *previous, *dossier, std::move(*parents),
        *sealed};
    if (!is_sound(envelope)) return no_op("its number does not go with the hash before it");
    if (text_of(envelope) != payload) return no_op("its envelope is not in the one spelling");
    return envelope;
}

namespace {

std::optional<base::Bytes> payload_of(std::string_view jws) {
    const auto first = jws.find('.');
    const auto last = jws.rfind('.');
    if (first == std::string_view::npos || first == last) return std::nullopt;
    return base::from_base64url(jws.substr(first + 1, last - first - 1));
}

}  // namespace

base::Result<Envelope> claimed_envelope(std::string_view op) {
    const auto payload = payload_of(op.substr(0, op.find('\n')));
    if (!payload) return no_op("it is not signed, or its envelope is not in base64url");
    return parse_envelope(base::as_text(*payload));
}

base::Result<Op> Op::sign(Envelope envelope, std::string sealed, const Signer& signer) {
    if (sealed.empty() || sealed.find('\n') != std::string::npos) {
        return no_op("its sealed part is not one line");
    }
    if (sealed.size() > kMaxSealed) {
        return Error{Errc::TooLarge, "make an op: it is longer than 256 KiB; make several of it"};
    }
    std::sort(envelope.parents.begin(), envelope.parents.end());
    envelope.sealed = audit::sha256({base::as_bytes(sealed)});
    const bool twice = std::adjacent_find(envelope.parents.begin(), envelope.parents.end()) !=
                       envelope.parents.end();
    if (!is_sound(envelope) || twice || envelope.parents.size() > kMaxParents) {
        return Error{Errc::Malformed,
                     "make an op: no place in a chain, or more than 64 parents; merge some first"};
    }
    Op op;
    op.envelope_ = std::move(envelope);
    op.text_ = signer.sign(text_of(op.envelope_), kOpPurpose);
    op.jws_bytes_ = op.text_.size();
    op.hash_ = hash_of(op.text_);
    op.text_ += '\n';
    op.text_ += sealed;
    return op;
}

base::Result<Op> Op::parse(std::string_view text, const Verifier& verifier) {
    return parse(text, verifier, SealedPart::Required);
}

base::Result<Op> Op::parse_kept(std::string_view text, const Verifier& verifier) {
    return parse(text, verifier, SealedPart::MayBeGone);
}

base::Result<Op> Op::parse(std::string_view text, const Verifier& verifier,
                           SealedPart sealed_part) {
    auto op = read(text, sealed_part);
    if (!op) return op;
    if (const auto good = op->verify(verifier); !good) return good.error();
    return op;
}

base::Result<Op> Op::read(std::string_view text, SealedPart sealed_part) {
    if (text.size() > kMaxEnvelopeJws + 1 + kMaxSealed) {
        return Error{Errc::TooLarge, "read an op: it is longer than 264 KiB"};
    }
    const auto line = text.find('\n');
    if (line == std::string_view::npos || line > kMaxEnvelopeJws) {
        return no_op("it has no envelope within the bounds");
    }
    const std::string_view jws = text.substr(0, line);
    const std::string_view sealed = text.substr(line + 1);
    const bool gone = sealed.empty() && sealed_part == SealedPart::MayBeGone;
    if ((sealed.empty() && !gone) || sealed.size() > kMaxSealed ||
        sealed.find('\n') != std::string_view::npos) {
        return no_op("its sealed part is not one line within the bounds");
    }
    const auto payload = payload_of(jws);
    if (!payload) return no_op("it is not signed, or its envelope is not in base64url");
    auto envelope = parse_envelope(base::as_text(*payload));
    if (!envelope) return envelope.error();
    if (!gone && audit::sha256({base::as_bytes(sealed)}) != envelope->sealed) {
        return Error{Errc::Forbidden,
                     "read an op: its sealed part is not the one that was signed; fetch it again"};
    }
    Op op;
    op.envelope_ = std::move(*envelope);
    op.hash_ = hash_of(jws);
    op.text_ = text;
    op.jws_bytes_ = jws.size();
    return op;
}

// Read before it is verified, because it says whose key to verify it with.
base::Result<void> Op::verify(const Verifier& verifier) const {
    const auto verified = verifier.verify_site(envelope_.chain.site, jws(), kOpPurpose);
    if (!verified) return verified.error();
    // What was read is what was signed, whatever else the JWS may be read as.
    const auto payload = payload_of(jws());
    if (!payload || *verified != base::as_text(*payload)) {
        return no_op("its envelope reads in two ways");
    }
    return {};
}

}  // namespace sightline::storage::sync

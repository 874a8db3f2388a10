#include "storage/sync/op_batch.h"

namespace sightline::storage::sync {
namespace {

using base::Errc;
using base::Error;

// The next op of two lines, taken off `body`; without the last line feed, which may be missing.
// nullopt: there is no second line.
struct Taken {
    std::string_view op;
    bool whole = false;  // its last line feed was there
};
std::optional<Taken> take_op(std::string_view& body) {
    const auto envelope = body.find('\n');
    if (envelope == std::string_view::npos) return std::nullopt;
    const auto sealed = body.find('\n', envelope + 1);
    const Taken taken{body.substr(0, sealed), sealed != std::string_view::npos};
    body = taken.whole ? body.substr(sealed + 1) : std::string_view();
    return taken;
}

std::string_view header_of(const Op& op) { return op.jws().substr(0, op.jws().find('.')); }

}  // namespace

std::string joined(std::span<const std::string> ops) {
    std::size_t bytes = 0;
    for (const std::string& op : ops) bytes += op.size() + 1;
    std::string body;
    body.reserve(bytes);
    for (const std::string& op : ops) {
        body += op;
        body += '\n';
    }
    return body;
}

base::Result<std::vector<std::string_view>> split_ops(std::string_view body) {
    std::vector<std::string_view> ops;
    while (!body.empty()) {
        const auto taken = take_op(body);
        if (!taken) return Error{Errc::Malformed, "read ops: an op has two lines"};
        ops.push_back(taken->op);
    }
    if (ops.empty()) return Error{Errc::Malformed, "read ops: there is none in this"};
    return ops;
}

std::vector<std::string_view> whole_ops(std::string_view body) {
    std::vector<std::string_view> ops;
    for (auto taken = take_op(body); taken && taken->whole; taken = take_op(body)) {
        ops.push_back(taken->op);
    }
    return ops;
}

bool follows(const Op& next, const Op& before) {
    const Envelope& envelope = next.envelope();
    return envelope.chain == before.envelope().chain && envelope.seq == before.envelope().seq + 1 &&
           envelope.previous == before.hash() && header_of(next) == header_of(before);
}

base::Result<std::vector<Op>> parse_vouched(std::span<const std::string_view> texts,
                                            const Verifier& verifier) {
    std::vector<Op> ops;
    ops.reserve(texts.size());
    for (const std::string_view text : texts) {
        auto op = Op::read(text, Op::SealedPart::Required);
        if (!op) return op.error();
        ops.push_back(std::move(*op));
    }
    for (std::size_t i = 0; i < ops.size(); ++i) {
        if (i + 1 < ops.size() && follows(ops[i + 1], ops[i])) continue;
        if (const auto good = ops[i].verify(verifier); !good) return good.error();
    }
    return ops;
}

std::string chunk_lines(std::span<const OpHash> names) {
    std::string lines;
    for (const OpHash& name : names) lines += text_of(name) + "\n";
    return lines;
}

base::Result<std::vector<OpHash>> parse_chunk_lines(std::string_view body, std::size_t most) {
    std::vector<OpHash> names;
    while (!body.empty()) {
        const auto end = body.find('\n');
        const auto name = hash_from_text(body.substr(0, end));
        if (!name || names.size() == most) {
            return Error{Errc::Malformed,
                         "read names of chunks: they are hashes, a line each, at "
                         "most " +
                             std::to_string(most)};
        }
        names.push_back(*name);
        body = end == std::string_view::npos ? std::string_view() : body.substr(end + 1);
    }
    return names;
}

}  // namespace sightline::storage::sync

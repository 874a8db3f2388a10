// Ops as they travel together, each followed by a line feed, and names of chunks, a line each.
// FORMAT.md, "Over HTTP". Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/sync/op.h"

namespace sightline::storage::sync {

std::string joined(std::span<const std::string> ops);
// All of a body. Malformed: a line too many or too few, or no op.
base::Result<std::vector<std::string_view>> split_ops(std::string_view body);
// Of a body that may have been cut off: what is behind the last whole op is left out.
std::vector<std::string_view> whole_ops(std::string_view body);

// Whether `next` names `before` as the op before it, with the same header: then whoever has signed
// `next` has signed the hash of all of `before` but its signature.
bool follows(const Op& next, const Op& before);
// Of ops that follow each other only the last one's signature is verified: it vouches for the
// others, whose own may be wrong. So this is for who passes them on, not for who takes their word.
// All or nothing. Errors: those of Op::parse.
base::Result<std::vector<Op>> parse_vouched(std::span<const std::string_view> texts,
                                            const Verifier& verifier);

std::string chunk_lines(std::span<const OpHash> names);
// Malformed: a line that is no name, or more than `most`.
base::Result<std::vector<OpHash>> parse_chunk_lines(std::string_view body, std::size_t most);

}  // namespace sightline::storage::sync

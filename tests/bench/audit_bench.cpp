// The audit log at a million leaves: adding one, proving one, and the verification of a whole
// bundle, which must stay within a minute.
#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "storage/audit/verify_bundle.h"
#include "tests/support/memory_tree.h"
#include "tests/support/temporary_directory.h"

namespace sightline::storage::audit {
namespace {

constexpr std::uint64_t kLeaves = 1'000'000;

struct Entry {
    Salt salt{};
    std::string event;
    Hash commitment{};
};
Entry entry(std::uint64_t i) {
    Entry made;
    base::store64(made.salt.data(), i);
    made.event = *canonical({EventTime{std::chrono::milliseconds(1'700'000'000'000 + i)},
                             "staff:0042", static_cast<Action>(i % kActions), "00c0ffee00c0ffee",
                             "for the interview of today"});
    made.commitment = commitment(made.salt, made.event);
    return made;
}

Hash numbered_leaf(std::uint64_t i) {
    std::uint8_t data[8];
    base::store64(data, i);
    return leaf_hash(data);
}

const tests::MemoryTree& large_tree() {
    static const tests::MemoryTree tree = [] {
        tests::MemoryTree grown;
        for (std::uint64_t i = 0; i < kLeaves; ++i) grown.append(numbered_leaf(i));
        return grown;
    }();
    return tree;
}

// Every hash read costs what a row of a database costs.
class SlowTree : public HashSource {
  public:
    base::Result<std::vector<Hash>> hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) const override {
        const auto until = std::chrono::steady_clock::now() + count * std::chrono::microseconds(3);
        while (std::chrono::steady_clock::now() < until) continue;
        return large_tree().hashes(level, first, count);
    }
};

void append_and_root(benchmark::State& state) {
    Frontier frontier = large_tree().frontier();
    const Hash leaf = numbered_leaf(7);
    for (auto _ : state) {
        benchmark::DoNotOptimize(frontier.append(leaf));
        benchmark::DoNotOptimize(frontier.root());
    }
}
BENCHMARK(append_and_root);

template <class Source>
void prove_inclusion(benchmark::State& state) {
    const Source slow;
    std::uint64_t index = 0;
    large_tree().reads = large_tree().hashes_read = 0;
    for (auto _ : state) {
        index = (index + 377'777) % kLeaves;
        benchmark::DoNotOptimize(inclusion_proof(slow, index, kLeaves).value());
    }
    const auto proofs = static_cast<double>(state.iterations());
    state.counters["reads"] = static_cast<double>(large_tree().reads) / proofs;
    state.counters["hashes"] = static_cast<double>(large_tree().hashes_read) / proofs;
}
class FastTree : public HashSource {
  public:
    base::Result<std::vector<Hash>> hashes(unsigned level, std::uint64_t first,
                                           std::size_t count) const override {
        return large_tree().hashes(level, first, count);
    }
};
BENCHMARK(prove_inclusion<FastTree>)->Unit(benchmark::kMicrosecond);
BENCHMARK(prove_inclusion<SlowTree>)->Unit(benchmark::kMicrosecond);

void verify_a_proof(benchmark::State& state) {
    const Proof proof = *inclusion_proof(large_tree(), 377'777, kLeaves);
    const Hash root = large_tree().frontier().root();
    const Hash leaf = numbered_leaf(377'777);
    for (auto _ : state) {
        if (!verify_inclusion(leaf, 377'777, kLeaves, proof, root)) {
            state.SkipWithError("the proof does not hold");
        }
    }
}
BENCHMARK(verify_a_proof)->Unit(benchmark::kMicrosecond);

// All leaves opened, which is the most work.
void verify_whole_bundle(benchmark::State& state) {
    const tests::TemporaryDirectory directory;
    const auto file = directory.path() / "whole.bundle";
    const auto key =
        *SigningKey::from_seed("log", KeyType::Ed25519, base::Secret(base::Bytes(32, 1)));
    Frontier tree;
    for (std::uint64_t i = 0; i < kLeaves; ++i) tree.append(leaf_hash(entry(i).commitment));
    {
        std::ofstream out(file, std::ios::binary);
        auto writer = *BundleWriter::start(
            out, Coverage::All, key.verifier(),
            *sign_note(*write_checkpoint({"log", kLeaves, tree.root(), {}}), key));
        for (std::uint64_t i = 0; i < kLeaves; ++i) {
            const Entry made = entry(i);
            writer.leaf(i, made.commitment, Opening{made.salt, made.event});
        }
        writer.finish().value();
    }
    for (auto _ : state) {
        std::ifstream in(file, std::ios::binary);
        const auto report = verify_bundle(in, {key.verifier(), std::nullopt, {}});
        if (!report.good() || report.opened != kLeaves) {
            state.SkipWithError("the bundle was not found good");
        }
    }
    state.counters["leaves/s"] = benchmark::Counter(static_cast<double>(kLeaves),
                                                    benchmark::Counter::kIsIterationInvariantRate);
    state.counters["MB"] = static_cast<double>(std::filesystem::file_size(file)) / 1e6;
}
BENCHMARK(verify_whole_bundle)->Unit(benchmark::kSecond)->Iterations(3)->UseRealTime();

}  // namespace
}  // namespace sightline::storage::audit

BENCHMARK_MAIN();

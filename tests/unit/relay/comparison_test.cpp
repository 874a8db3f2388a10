// The databases beside the store in memory, over seeded histories: whatever is asked of them, all
// say the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/relay/stores.h"

namespace sightline::storage::relay {
namespace {

class History {
  public:
    explicit History(std::uint32_t seed) : random_(seed) {
        for (std::uint64_t i = 0; i < 5; ++i) {
            // Ids on both sides of what is a sign to a database.
            sites_.emplace_back((i % 2 == 0 ? 1 : 0xf000'0000'0000'0000) + i);
        }
    }

    // Some new ops, some again, some from a second past, some beyond the next.
    std::vector<Op> batch() {
        std::vector<Op> ops;
        const std::size_t count = 1 + below(12);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t which = below(sites_.size());
            Site& site = sites_[which];
            switch (below(20)) {
                case 0:
                    if (!written_.empty()) ops.push_back(written_[below(written_.size())]);
                    break;
                case 1:
                    lost_.push_back(write(site));  // the next one is a gap until it is sent
                    break;
                case 2:
                    ops.insert(ops.end(), lost_.begin(), lost_.end());
                    break;
                case 3:
                    if (below(8) == 0) {
                        Site clone = site;
                        ops.push_back(clone.write(kDossier, {}, 77));
                    }
                    break;
                case 4:
                    if (below(3) == 0) {
                        sites_[which] = Site(site.id().value(), site.chain().incarnation + 1);
                    }
                    break;
                default:
                    ops.push_back(write(site));
            }
        }
        return ops;
    }
    std::vector<SiteId> some_sites() {
        std::vector<SiteId> ids;
        for (const Site& site : sites_) {
            if (below(3) != 0) ids.push_back(site.id());
        }
        return ids;
    }
    Marks some_marks() {
        Marks marks;
        for (const Op& op : written_) {
            if (below(10) == 0) marks[op.envelope().chain] = op.envelope().seq;
        }
        return marks;
    }
    Pseudonym dossier() { return Pseudonym::from_value(0xffff'ffff'ffff'fffd + below(6) % 3); }
    std::size_t below(std::size_t bound) { return random_() % bound; }
    const std::vector<Site>& sites() const { return sites_; }

  private:
    Op write(Site& site) {
        const Pseudonym in = dossier();
        std::vector<OpHash> parents;
        for (std::size_t i = below(4); i > 0 && !written_.empty(); --i) {
            const Op& op = written_[below(written_.size())];
            if (std::find(parents.begin(), parents.end(), op.hash()) == parents.end()) {
                parents.push_back(op.hash());  // of any dossier
            }
        }
        written_.push_back(site.write(in, std::move(parents), 1 + below(6000)));
        return written_.back();
    }

    std::mt19937 random_;
    std::vector<Site> sites_;
    std::vector<Op> written_;
    std::vector<Op> lost_;
};

std::string said(const std::vector<Relay::Answer>& answers) {
    std::string text;
    for (const auto& answer : answers) {
        text += std::string(name_of(answer.judgement.verdict)) + " " +
                std::to_string(answer.judgement.expected) +
                (answer.judgement.old_incarnation ? " old " : " ") + answer.receipt +
                (answer.judgement.fork ? answer.judgement.fork->text() : "") + "\n";
    }
    return text;
}

class Comparison : public testing::TestWithParam<std::tuple<Kind, std::uint32_t>> {};

TEST_P(Comparison, SaysWhatTheStoreInMemorySays) {
    const auto [kind, seed] = GetParam();
    Database memory(Kind::Memory), database(kind);
    History history(seed);
    std::size_t nexts = 0;
    for (int round = 0; round < 80; ++round) {
        SCOPED_TRACE(round);
        const auto ops = history.batch();
        const auto expected = Relay(kHub, *memory).take(ops);
        ASSERT_EQ(said(Relay(kHub, *database).take(ops)), said(expected));
        for (const auto& each : expected) nexts += each.judgement.verdict == Verdict::Next ? 1 : 0;
        ASSERT_EQ(database->position(), memory->position());
        ASSERT_EQ(database->forks(), memory->forks());
        const auto dossier = history.dossier();
        ASSERT_EQ(database->heads(dossier), memory->heads(dossier));
        const SiteId site = history.sites()[history.below(history.sites().size())].id();
        ASSERT_EQ(database->newest_receipts(site), memory->newest_receipts(site));
        const auto sites = history.some_sites();
        const auto marks = history.some_marks();
        const std::size_t ops_bound = 1 + history.below(60), bytes_bound = history.below(100'000);
        ASSERT_EQ(database->after(sites, marks, ops_bound, bytes_bound),
                  memory->after(sites, marks, ops_bound, bytes_bound));
        if (history.below(20) == 0) database.reopen();
    }
    EXPECT_GT(nexts, 80u);  // or nothing was compared
}

INSTANTIATE_TEST_SUITE_P(Seeds, Comparison,
                         testing::Combine(testing::Values(Kind::Sqlite, Kind::Postgres),
                                          testing::Range(1u, 6u)));

}  // namespace
}  // namespace sightline::storage::relay

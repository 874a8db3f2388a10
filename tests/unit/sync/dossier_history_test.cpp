// The merge: what stands after ops that did or did not know of each other, in whatever order they
// come.
#include "storage/sync/dossier_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/sync/sites.h"

namespace sightline::storage::sync {
namespace {

using model::ConsentAnswer;
using testing::ElementsAre;
using testing::IsEmpty;

struct Written {
    OpHash hash{};
    std::vector<OpHash> parents;
    std::optional<OpContent> content;
};

std::vector<OpHash> put(DossierHistory& into, const Written& op) {
    const Envelope envelope{{SiteId::from_value(op.hash[0]), 1}, 1, {}, kDossier, op.parents, {}};
    return into.insert(envelope, op.hash, op.content);
}

// The state after all of them, which must be the same in every order.
DossierState merged(std::vector<Written> ops) {
    std::sort(ops.begin(), ops.end(),
              [](const Written& a, const Written& b) { return a.hash < b.hash; });
    std::optional<DossierState> state;
    do {
        DossierHistory history;
        std::size_t effective = 0;
        for (const Written& op : ops) effective += put(history, op).size();
        EXPECT_EQ(effective, ops.size());
        if (!state) state = history.state();
        EXPECT_EQ(history.state(), *state);
        EXPECT_EQ(history.state().digest(), state->digest());
    } while (std::next_permutation(ops.begin(), ops.end(), [](const Written& a, const Written& b) {
        return a.hash < b.hash;
    }));
    return *state;
}

const OpHash kRoot{1}, kLeft{2}, kRight{3}, kAfter{4};
const Written root = {kRoot, {}, setting("persons/1/name", "old")};

std::vector<std::string> authors(const FieldState& field) {
    std::vector<std::string> all;
    for (const FieldEntry& entry : field.entries) all.push_back(entry.by.author);
    return all;
}

TEST(Merge, OfOneAfterAnotherIsTheLater) {
    const auto state = merged({root, {kLeft, {kRoot}, setting("persons/1/name", "new")}});
    EXPECT_EQ(*state.fields.at("persons/1/name").value(), "new");
    EXPECT_THAT(state.conflicts(), IsEmpty());
}

TEST(Merge, KeepsDisjointFields) {
    const auto state = merged({root,
                               {kLeft, {kRoot}, setting("persons/1/name", "new")},
                               {kRight, {kRoot}, setting("case/number", 7)}});
    EXPECT_EQ(*state.fields.at("persons/1/name").value(), "new");
    EXPECT_EQ(*state.fields.at("case/number").value(), 7);
    EXPECT_THAT(state.conflicts(), IsEmpty());
}

TEST(Merge, PutsTwoValuesOfOneFieldToAPersonWithWhoAndWhen) {
    auto left = setting("persons/1/name", "left");
    left.author = "officer left";
    left.at_ms = 5000;
    const auto state =
        merged({root, {kLeft, {kRoot}, left}, {kRight, {kRoot}, setting("persons/1/name", "r")}});
    EXPECT_THAT(state.conflicts(), ElementsAre("persons/1/name"));
    const FieldState& field = state.fields.at("persons/1/name");
    EXPECT_EQ(field.value(), nullptr);
    EXPECT_THAT(authors(field), ElementsAre("officer left", "officer 1"));
    EXPECT_EQ(field.entries[0].by.at_ms, 5000);
    EXPECT_EQ(*field.entries[1].value, "r");
}

TEST(Merge, OfEqualValuesIsNoConflict) {
    const auto value = [](int a, int b) {
        return a < b ? boost::json::object{{"a", 1}, {"b", 2}}
                     : boost::json::object{{"b", 2}, {"a", 1}};
    };
    const auto state = merged({root,
                               {kLeft, {kRoot}, setting("persons/1/name", value(1, 2))},
                               {kRight, {kRoot}, setting("persons/1/name", value(2, 1))}});
    EXPECT_THAT(state.conflicts(), IsEmpty());
    EXPECT_NE(state.fields.at("persons/1/name").value(), nullptr);
}

TEST(Merge, IsSettledByAnOpThatSawBoth) {
    const std::vector<Written> two{root,
                                   {kLeft, {kRoot}, setting("persons/1/name", "left")},
                                   {kRight, {kRoot}, setting("persons/1/name", "right")}};
    auto ops = two;
    ops.push_back({kAfter, {kLeft, kRight}, setting("persons/1/name", "right")});
    EXPECT_EQ(*merged(ops).fields.at("persons/1/name").value(), "right");
    // Whoever saw only one of them settles nothing.
    ops.back().parents = {kLeft};
    EXPECT_THAT(merged(ops).conflicts(), IsEmpty());  // both say "right"
    ops.back().content = setting("persons/1/name", "other");
    EXPECT_THAT(merged(ops).conflicts(), ElementsAre("persons/1/name"));
    // Nor does an op that saw both and is about something else.
    ops.back() = {kAfter, {kLeft, kRight}, setting("case/number", 1)};
    EXPECT_THAT(merged(ops).conflicts(), ElementsAre("persons/1/name"));
}

TEST(Merge, OfARemovalAndAnEditKeepsTheEditAndShowsBoth) {
    for (const char* removed : {"persons/1/name", "persons/1", "persons"}) {
        const auto state = merged({root,
                                   {kLeft, {kRoot}, removing(removed)},
                                   {kRight, {kRoot}, setting("persons/1/name", "kept")}});
        const FieldState& field = state.fields.at("persons/1/name");
        EXPECT_TRUE(field.in_conflict());
        EXPECT_EQ(*field.value(), "kept");
        EXPECT_EQ(field.entries.size(), 2u);
    }
}

TEST(Merge, ForgetsWhatWasRemovedInSightOfIt) {
    std::vector<Written> ops{root, {kLeft, {kRoot}, removing("persons/1")}};
    EXPECT_THAT(merged(ops).fields, IsEmpty());
    ops.push_back({kRight, {kRoot}, setting("persons/10/name", "another")});
    EXPECT_EQ(merged(ops).fields.size(), 1u);
    ops.push_back({kAfter, {kLeft}, setting("persons/1/name", "back")});
    EXPECT_EQ(*merged(ops).fields.at("persons/1/name").value(), "back");
    EXPECT_THAT(merged(ops).conflicts(), IsEmpty());
}

TEST(Merge, GivesAWithdrawalTheWin) {
    const char* item = "persons/1/metadata";
    const Written given = {kRoot, {}, answering(item, ConsentAnswer::Given)};
    EXPECT_TRUE(merged({given}).consents.at(item).in_force());
    for (const auto against : {ConsentAnswer::Withdrawn, ConsentAnswer::Refused}) {
        const Written withdrawn = {kLeft, {kRoot}, answering(item, against)};
        const Written again = {kRight, {kRoot}, answering(item, ConsentAnswer::Given)};
        EXPECT_FALSE(merged({given, withdrawn}).consents.at(item).in_force());
        const auto both = merged({given, withdrawn, again}).consents.at(item);
        EXPECT_FALSE(both.in_force());
        EXPECT_EQ(both.entries.size(), 2u);  // and nothing is hidden
        // A later edit of something else, in sight of both, undoes nothing.
        EXPECT_FALSE(merged({given, withdrawn, again, {kAfter, {kLeft, kRight}, setting("a", 1)}})
                         .consents.at(item)
                         .in_force());
        // Given again without having seen it: no. In sight of it: yes.
        EXPECT_FALSE(merged({given,
                             withdrawn,
                             again,
                             {kAfter, {kRight}, answering(item, ConsentAnswer::Given)}})
                         .consents.at(item)
                         .in_force());
        EXPECT_TRUE(merged({given,
                            withdrawn,
                            again,
                            {kAfter, {kLeft, kRight}, answering(item, ConsentAnswer::Given)}})
                        .consents.at(item)
                        .in_force());
    }
}

TEST(Merge, LetsNoClockDecide) {
    auto early = setting("persons/1/name", "early");
    early.at_ms = 1;
    auto late = setting("persons/1/name", "late");
    late.at_ms = 1'000'000;
    EXPECT_EQ(
        *merged({{kRoot, {}, late}, {kLeft, {kRoot}, early}}).fields.at("persons/1/name").value(),
        "early");
}

TEST(DossierHistory, KnowsItsHeads) {
    DossierHistory history;
    put(history, root);
    EXPECT_THAT(history.heads(), ElementsAre(kRoot));
    put(history, {kRight, {kRoot}, setting("a", 1)});
    put(history, {kLeft, {kRoot}, setting("b", 1)});
    EXPECT_THAT(history.heads(), ElementsAre(kLeft, kRight));
    put(history, {kAfter, {kLeft, kRight}, setting("c", 1)});
    EXPECT_THAT(history.heads(), ElementsAre(kAfter));
    EXPECT_TRUE(history.precedes(kRoot, kAfter));
    EXPECT_FALSE(history.precedes(kLeft, kRight));
}

TEST(DossierHistory, TakesEachOpOnce) {
    DossierHistory history;
    EXPECT_EQ(put(history, root).size(), 1u);
    EXPECT_THAT(put(history, root), IsEmpty());
    EXPECT_EQ(history.size(), 1u);
}

TEST(DossierHistory, ReportsWhatWaitsAndForWhat) {
    DossierHistory history;
    EXPECT_THAT(put(history, {kAfter, {kLeft}, setting("a", 1)}), IsEmpty());
    EXPECT_THAT(put(history, {kLeft, {kRoot}, setting("b", 1)}), IsEmpty());
    ASSERT_EQ(history.waiting().size(), 2u);
    EXPECT_THAT(history.waiting()[0].missing, ElementsAre(kRoot));
    EXPECT_THAT(history.heads(), IsEmpty());
    EXPECT_THAT(history.state().fields, IsEmpty());
    EXPECT_THAT(put(history, root), ElementsAre(kRoot, kLeft, kAfter));
    EXPECT_THAT(history.waiting(), IsEmpty());
}

TEST(DossierHistory, RefusesMoreThanMayWaitButTakesWhatTheyWaitFor) {
    DossierHistory history;
    Envelope envelope{{SiteId::from_value(1), 1}, 1, {}, kDossier, {kRoot}, {}};
    for (std::size_t i = 0; i < kMaxWaitingOps; ++i) {
        ASSERT_TRUE(history.room_for(envelope));
        const auto number = static_cast<std::uint8_t>(i);
        history.insert(envelope, OpHash{9, number}, std::nullopt);
    }
    EXPECT_EQ(history.room_for(envelope).error().code, base::Errc::Exhausted);
    envelope.parents.clear();
    ASSERT_TRUE(history.room_for(envelope));
    EXPECT_EQ(history.insert(envelope, kRoot, std::nullopt).size(), kMaxWaitingOps + 1);
}

TEST(DossierHistory, SaysWhatItCannotRead) {
    DossierHistory history;
    put(history, root);
    put(history, {kLeft, {kRoot}, std::nullopt});
    EXPECT_THAT(history.state().unreadable, ElementsAre(kLeft));
    EXPECT_THAT(history.heads(), ElementsAre(kLeft));
    EXPECT_EQ(*history.state().fields.at("persons/1/name").value(), "old");
}

TEST(DossierHistory, IsWholeOverManyOps) {
    DossierHistory history;
    std::vector<OpHash> last;
    for (std::uint16_t i = 0; i < 300; ++i) {
        OpHash hash{};
        base::store16(hash.data(), static_cast<std::uint16_t>(i + 1));
        put(history, {hash, last, setting("n", i)});
        last = {hash};
    }
    OpHash first{};
    base::store16(first.data(), 1);
    EXPECT_TRUE(history.precedes(first, last.front()));
    EXPECT_EQ(*history.state().fields.at("n").value(), 299);
}

}  // namespace
}  // namespace sightline::storage::sync

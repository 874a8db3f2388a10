#include "tests/sim/sync/oracle.h"

#include <algorithm>
#include <bitset>
#include <set>

#include "appliance/base/check.h"

namespace sightline::sim {
namespace {

using storage::sync::Change;
using Kind = Change::Kind;

constexpr std::size_t kMost = 512;

class Past {
  public:
    explicit Past(const std::vector<const MadeOp*>& ops) : ops_(ops), known_(ops.size()) {
        CHECK(ops.size() <= kMost);
        for (std::size_t i = 0; i < ops.size(); ++i) number_[ops[i]->hash] = i;
        for (std::size_t i = 0; i < ops.size(); ++i) of(i);
    }
    bool precedes(std::size_t a, std::size_t b) const { return (*known_[b])[a]; }

  private:
    const std::bitset<kMost>& of(std::size_t op) {
        if (!known_[op]) {
            std::bitset<kMost> past;
            for (const OpHash& parent : ops_[op]->parents) {
                const std::size_t number = number_.at(parent);
                past |= of(number);
                past.set(number);
            }
            known_[op] = past;
        }
        return *known_[op];
    }

    const std::vector<const MadeOp*>& ops_;
    std::map<OpHash, std::size_t> number_;
    std::vector<std::optional<std::bitset<kMost>>> known_;
};

struct Touch {
    std::size_t op;
    const Change* change;
};

bool is_at_or_above(const std::string& path, const std::string& field) {
    return path == field || field.starts_with(path + "/");
}

}  // namespace

std::vector<std::string> differences(const std::vector<const MadeOp*>& ops,
                                     const storage::sync::DossierState& shown) {
    std::vector<std::string> found;
    const Past past(ops);
    std::set<std::string> fields, consents;
    std::vector<Touch> touches;
    for (std::size_t i = 0; i < ops.size(); ++i) {
        for (const Change& change : ops[i]->content.changes) {
            touches.push_back({i, &change});
            if (change.kind == Kind::Set) fields.insert(change.path);
            if (change.kind == Kind::Consent) consents.insert(change.path);
        }
    }
    std::size_t due = 0;
    for (const std::string& field : fields) {
        std::vector<Touch> touching;
        for (const Touch& touch : touches) {
            if ((touch.change->kind == Kind::Set && touch.change->path == field) ||
                (touch.change->kind == Kind::Remove && is_at_or_above(touch.change->path, field))) {
                touching.push_back(touch);
            }
        }
        std::map<OpHash, std::optional<boost::json::value>> standing;
        bool set = false;
        for (const Touch& touch : touching) {
            if (std::any_of(touching.begin(), touching.end(), [&](const Touch& other) {
                    return past.precedes(touch.op, other.op);
                })) {
                continue;
            }
            auto& value = standing[ops[touch.op]->hash];
            if (touch.change->kind == Kind::Set) {
                value = touch.change->value;
                set = true;
            }
        }
        const auto at = shown.fields.find(field);
        if (at == shown.fields.end()) {
            if (set) found.push_back(field + ": an edit is lost");
            continue;
        }
        if (!set) {
            found.push_back(field + ": what was removed is there");
            continue;
        }
        ++due;
        std::map<OpHash, std::optional<boost::json::value>> entries;
        for (const auto& entry : at->second.entries) entries.emplace(entry.by.op, entry.value);
        if (entries != standing || entries.size() != at->second.entries.size()) {
            found.push_back(field + ": other values stand than ought to");
        }
        // A conflict: two that stand, neither in sight of the other, and they differ.
        bool conflict = false;
        for (const auto& [a, one] : standing) {
            for (const auto& [b, other] : standing) conflict = conflict || one != other;
        }
        if (conflict != at->second.in_conflict()) {
            found.push_back(field + (conflict ? ": a conflict is hidden" : ": no conflict is one"));
        }
    }
    if (shown.fields.size() > due) found.push_back("a field is there that nobody set");
    for (const std::string& path : consents) {
        // In force: it was given, and everything else was followed by its giver's seeing it.
        bool given = false, refused = false;
        for (const Touch& touch : touches) {
            if (touch.change->kind != Kind::Consent || touch.change->path != path) continue;
            if (touch.change->answer == model::ConsentAnswer::Given) {
                given = true;
                continue;
            }
            refused = refused || std::none_of(touches.begin(), touches.end(), [&](const Touch& o) {
                          return o.change->kind == Kind::Consent && o.change->path == path &&
                                 o.change->answer == model::ConsentAnswer::Given &&
                                 past.precedes(touch.op, o.op);
                      });
        }
        const auto at = shown.consents.find(path);
        if (at == shown.consents.end()) {
            found.push_back(path + ": an answer is lost");
        } else if (at->second.in_force() != (given && !refused)) {
            found.push_back(path + (refused ? ": a withdrawal is not in force"
                                            : ": a consent is not in force"));
        }
    }
    if (shown.consents.size() != consents.size()) found.push_back("an answer that nobody gave");
    if (!shown.unreadable.empty()) found.push_back("something could not be read");
    return found;
}

}  // namespace sightline::sim

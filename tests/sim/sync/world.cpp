#include "tests/sim/sync/world.h"

#include <algorithm>
#include <deque>

#include "appliance/base/check.h"
#include "tests/sim/sync/nodes.h"

namespace sightline::sim {
namespace {

using sync::Change;
using Kind = Message::Kind;

// SplitMix64: the same numbers everywhere, which the standard library's distributions are not.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
    bool in(std::size_t n) { return below(n) == 0; }

  private:
    std::uint64_t state_;
};

constexpr std::array<const char*, 5> kFields{"persons/1/name", "persons/1/birth_date",
                                             "persons/2/name", "case/number", "case/note"};
constexpr std::array<const char*, 3> kRemovable{"persons/1", "persons/2/name", "case"};
constexpr std::array<const char*, 2> kConsents{"persons/1/metadata", "persons/1/share_dossier"};
constexpr std::size_t kLongestSettling = 400;

class World {
  public:
    World(const Plan& plan, Keep keep)
        : plan_(plan), keep_(keep), dice_(plan.seed), hub_(plan.sabotage, plan.sites) {
        for (std::size_t i = 0; i < plan.sites; ++i) {
            sites_.emplace_back(sync::ChainId{sync::SiteId::from_value(i + 1), 1}, plan.sabotage);
            online_.push_back(true);
            views_.emplace_back();
        }
        trouble_at_ = 15 + dice_.below(45);
    }

    Outcome play() {
        for (std::size_t i = 0; i < plan_.steps; ++i) {
            if (i == trouble_at_) make_trouble();
            step();
        }
        mend();
        check();
        return std::move(out_);
    }

  private:
    void note(std::size_t site, const std::string& what) {
        if (keep_ == Keep::History)
            out_.history.push_back("site " + std::to_string(site) + ": " + what);
    }
    void note(const std::string& what) {
        if (keep_ == Keep::History) out_.history.push_back(what);
    }
    static std::string brief(const OpHash& hash) { return sync::text_of(hash).substr(0, 6); }
    void fault(const std::string& what) { out_.faults.push_back(what); }

    Dies dies() {
        return [this] { return !mending_ && dice_.in(30); };
    }
    sync::Pseudonym any_dossier() { return sync::Pseudonym::from_value(100 + dice_.below(2)); }

    void step() {
        const std::size_t site = dice_.below(sites_.size());
        const std::size_t what = dice_.below(100);
        if (what < 22) {
            edit(site);
        } else if (what < 36) {
            push(site);
        } else if (what < 48) {
            ask(site);
        } else if (what < 90) {
            for (int i = 0; i < 3; ++i) deliver_any();
        } else if (what < 93) {
            online_[site] = !online_[site];
            note(site, online_[site] ? "has a link" : "has no link");
        } else if (what < 96) {
            restart(site);
        } else if (what < 98) {
            note("hub: restarts");
            hub_.start();
        } else {
            remember_view(site);
        }
    }

    void restart(std::size_t site) {
        ++out_.restarts;
        note(site, "restarts");
        sites_[site].start();
        views_[site].clear();
    }

    // What somebody has open on a screen while the site goes on.
    void remember_view(std::size_t site) {
        if (!sites_[site].up()) return;
        for (const auto& [dossier, history] : sites_[site].replica().dossiers()) {
            views_[site][dossier] = history.heads();
        }
    }

    Change any_change(const sync::DossierState& state) {
        Change change;
        const std::size_t what = dice_.below(10);
        const auto conflicts = state.conflicts();
        if (!conflicts.empty() && what < 3) {
            change.path = conflicts[dice_.below(conflicts.size())];
            change.value = static_cast<std::int64_t>(dice_.below(3));
        } else if (what < 6) {
            change.path = kFields[dice_.below(kFields.size())];
            change.value = static_cast<std::int64_t>(dice_.below(3));
        } else if (what < 7) {
            change.kind = Change::Kind::Remove;
            change.path = kRemovable[dice_.below(kRemovable.size())];
        } else {
            change.kind = Change::Kind::Consent;
            change.path = kConsents[dice_.below(kConsents.size())];
            change.answer = static_cast<model::ConsentAnswer>(dice_.below(3));
        }
        return change;
    }

    void edit(std::size_t site) {
        SiteNode& node = sites_[site];
        if (!node.up()) return;
        const sync::Pseudonym dossier = any_dossier();
        sync::OpContent content;
        content.author = "officer " + std::to_string(++edits_);
        content.at_ms = static_cast<std::int64_t>(dice_.below(1'000'000'000));  // no clock is right
        const auto* history = node.replica().dossier(dossier);
        const auto state = history == nullptr ? sync::DossierState() : history->state();
        content.changes.push_back(any_change(state));
        if (dice_.in(3)) content.changes.push_back(any_change(state));
        std::optional<std::vector<OpHash>> seen;
        const auto view = views_[site].find(dossier);
        if (view != views_[site].end() && dice_.in(3)) seen = view->second;
        const auto op = node.edit(dossier, content, std::move(seen), dies());
        if (!op) return;  // refused: twice the same path, say; or it died and nothing was said
        ++out_.ops;
        if (op->envelope().parents.size() > 1) ++out_.merges;
        note(site, "writes " + brief(op->hash()) + " " + sync::text_of(content, op->envelope()));
        made_[op->hash()] = {op->hash(), dossier, op->envelope().parents, content, site};
        if (!node.up()) note(site, "dies after storing");
    }

    void push(std::size_t site) {
        if (!sites_[site].up()) return;
        for (const auto op : sites_[site].replica().to_send(1 + dice_.below(4))) {
            network_.push_back({Kind::Push, site, std::string(op)});
        }
    }
    void ask(std::size_t site) {
        if (!sites_[site].up() || sites_[site].replica().stopped()) return;
        network_.push_back({Kind::Ask, site, {}, sites_[site].replica().marks()});
    }

    // Any one of those that are on their way: that is reordering.
    void deliver_any() {
        if (network_.empty()) return;
        const std::size_t at = dice_.below(network_.size());
        Message message = network_[at];
        if (!dice_.in(8)) {  // else it stays, to come again
            network_[at] = std::move(network_.back());
            network_.pop_back();
        }
        if (dice_.in(8)) {
            ++out_.lost;
            return;
        }
        deliver(message);
    }

    void deliver(const Message& message) {
        const std::size_t site = message.site;
        if (!online_[site]) return;
        if (message.is_for_hub()) {
            if (!hub_.up()) return;
            auto answers =
                hub_.receive(message, sites_[site].self().site, 1 + dice_.below(8), dies(), out_);
            if (!hub_.up()) note("hub: dies");
            for (Message& answer : answers) network_.push_back(std::move(answer));
            return;
        }
        if (!sites_[site].up()) return;
        const bool was_stopped = sites_[site].replica().stopped().has_value();
        sites_[site].receive(message, dies(), out_);
        if (!sites_[site].up()) return note(site, "dies on receiving");
        if (!was_stopped && sites_[site].replica().stopped()) note(site, "stops syncing");
    }

    void make_trouble() {
        if (plan_.trouble == Trouble::None) return;
        troubled_ = dice_.below(plan_.sites);
        SiteNode& node = sites_[troubled_];
        if (plan_.trouble == Trouble::Clone) {
            sites_.emplace_back(node.self(), plan_.sabotage);
            sites_.back().disk() = sites_[troubled_].disk();
            online_.push_back(true);
            views_.emplace_back();
            note(troubled_, "is cloned");
            restart(sites_.size() - 1);
            return;
        }
        auto& disk = node.disk();
        const std::size_t left = disk.ops.size() * dice_.below(4) / 4;
        disk.ops.resize(left);
        disk.receipts.clear();
        if (plan_.trouble == Trouble::Restore) node.begin_incarnation();
        note(troubled_, "is set back");
        restart(troubled_);
        if (dice_.in(2)) {  // before it hears of the hub
            edit(troubled_);
            push(troubled_);
        }
    }

    void mend() {
        mending_ = true;
        hub_.start();
        for (std::size_t i = 0; i < sites_.size(); ++i) {
            online_[i] = true;
            if (!sites_[i].up()) restart(i);  // what goes on shows what took effect twice
        }
        note("everything is mended");
        if (sites_.size() > plan_.sites) {  // both copies write, whatever came before
            force_edit(troubled_);
            force_edit(sites_.size() - 1);
        }
        network_.clear();
        for (std::size_t quiet = 0, round = 0; quiet < 3; ++round) {
            if (round > kLongestSettling) return fault("it does not settle");
            const std::string before = situation();
            for (std::size_t i = 0; i < sites_.size(); ++i) {
                push(i);
                ask(i);
                while (!network_.empty()) {
                    const Message message = network_.front();
                    network_.pop_front();
                    deliver(message);
                }
            }
            quiet = situation() == before ? quiet + 1 : 0;
        }
    }

    void force_edit(std::size_t site) {
        for (int i = 0; i < 20; ++i) {
            const std::size_t before = made_.size();
            edit(site);
            if (made_.size() > before) return;
        }
    }

    std::string situation() {
        std::string text = std::to_string(hub_.store().position());
        for (const SiteNode& site : sites_) {
            text += "," + std::to_string(site.disk().ops.size()) + "/" +
                    std::to_string(site.replica().unacknowledged());
        }
        return text;
    }

    bool is_of_troubled(std::size_t site) const {
        return plan_.trouble != Trouble::None &&
               sites_[site].self().site == sites_[troubled_].self().site;
    }

    void check() {
        const std::vector<OpHash> stored = hub_.stored();
        const std::set<OpHash> at_hub(stored.begin(), stored.end());
        if (at_hub.size() != stored.size()) fault("the hub stored an op twice");
        if (hub_.changed_its_word()) fault("the hub gave two receipts for one op");
        std::map<sync::Pseudonym, std::vector<const MadeOp*>> due;
        for (const OpHash& hash : stored) {
            const auto made = made_.find(hash);
            if (made == made_.end()) {
                fault("the hub has an op that nobody's disk had");
                return;
            }
            due[made->second.dossier].push_back(&made->second);
        }
        for (const auto& [hash, op] : made_) {
            // What a disk lost that was set back is lost, unless it had been promised.
            if (at_hub.contains(hash) || is_of_troubled(op.site)) continue;
            fault("op " + brief(hash) + " of site " + std::to_string(op.site) + " is lost");
        }
        for (std::size_t i = 0; i < sites_.size(); ++i) check_site(i, at_hub, due);
        check_alarms();
        if (!out_.faults.empty()) return;
        for (const auto& [dossier, ops] : due) {
            const auto state = sites_[any_honest()].shown(dossier);
            out_.conflicts += state.conflicts().size();
            for (const auto& [path, consent] : state.consents) {
                if (!consent.in_force() && consent.entries.size() > 1) ++out_.withdrawals;
            }
            if (hub_.store().heads(dossier) !=
                sites_[any_honest()].replica().dossier(dossier)->heads()) {
                fault("hub and sites see other heads");
            }
        }
    }

    std::size_t any_honest() const { return is_of_troubled(0) ? 1 : 0; }

    void check_site(std::size_t i, const std::set<OpHash>& at_hub,
                    const std::map<sync::Pseudonym, std::vector<const MadeOp*>>& due) {
        const SiteNode& site = sites_[i];
        const std::string who = "site " + std::to_string(i) + ": ";
        for (const OpHash& op : site.promised()) {
            if (!at_hub.contains(op)) fault(who + "has a receipt for an op that is lost");
        }
        if (site.replica().stopped()) {
            check_stopped(i, at_hub);
            return;
        }
        for (const OpHash& op : at_hub) {
            const auto effect = site.effects().find(op);
            const int times = effect == site.effects().end() ? 0 : effect->second;
            if (times != 1) {
                fault(who + "op " + brief(op) + " took effect " + std::to_string(times) + " times");
            }
        }
        if (site.effects().size() != at_hub.size()) fault(who + "something foreign took effect");
        if (site.replica().unacknowledged() > 0) fault(who + "has no receipt for some of its ops");
        for (const auto& [dossier, ops] : due) {
            const auto state = site.shown(dossier);
            for (const std::string& difference : differences(ops, state)) fault(who + difference);
            if (state.digest() != sites_[any_honest()].shown(dossier).digest()) {
                fault(who + "is not as site " + std::to_string(any_honest()));
            }
            const auto* history = site.replica().dossier(dossier);
            if (history == nullptr || !history->waiting().empty()) fault(who + "something waits");
        }
    }

    // Whoever was stopped keeps what nobody else has.
    void check_stopped(std::size_t i, const std::set<OpHash>& at_hub) {
        const std::string who = "site " + std::to_string(i) + ": ";
        if (!is_of_troubled(i)) return fault(who + "was stopped for nothing");
        ++out_.alarms;
        std::size_t own = 0;
        for (const auto& [op, times] : sites_[i].effects()) {
            if (times != 1) fault(who + "op " + brief(op) + " took effect more than once");
            own += at_hub.contains(op) ? 0 : 1;
        }
        if (sites_[i].replica().unacknowledged() < own) fault(who + "let go of an op nobody has");
        // Two copies wrote. One that wrote nothing may stop by itself, and leave the other one
        // alone.
        if (own > 0 && hub_.store().forks().empty()) fault("the hub did not notice two pasts");
    }

    void check_alarms() {
        if (plan_.trouble == Trouble::Clone && sites_.size() > plan_.sites) {
            const bool one = sites_[troubled_].replica().stopped().has_value();
            const bool other = sites_.back().replica().stopped().has_value();
            if (!one && !other) fault("both copies of a cloned site go on");
            if (!hub_.store().forks().empty() && !(one && other)) {
                fault("a copy goes on of a site that the hub has closed");
            }
        }
        if (!hub_.store().forks().empty()) ++out_.forks_at_hub;
        if (plan_.trouble == Trouble::None || plan_.trouble == Trouble::Restore) {
            if (!hub_.store().forks().empty()) fault("a false alarm at the hub");
        }
        // Whoever goes on has all that the hub has of its chain, which check_site has seen.
    }

    Plan plan_;
    Keep keep_;
    Dice dice_;
    HubNode hub_;
    std::deque<SiteNode> sites_;
    std::vector<bool> online_;
    std::vector<std::map<sync::Pseudonym, std::vector<OpHash>>> views_;
    std::deque<Message> network_;
    std::map<OpHash, MadeOp> made_;
    std::size_t edits_ = 0;
    std::size_t trouble_at_ = 0;
    std::size_t troubled_ = 0;
    bool mending_ = false;
    Outcome out_;
};

}  // namespace

Outcome run(const Plan& plan, Keep keep) { return World(plan, keep).play(); }

std::string report(const Plan& plan) {
    // A history of fewer steps is the beginning of a longer one, so the first that fails is short.
    Plan shortest = plan;
    for (std::size_t steps = 1; steps < plan.steps; ++steps) {
        shortest.steps = steps;
        if (!run(shortest).faults.empty()) break;
        shortest.steps = plan.steps;
    }
    const Outcome outcome = run(shortest, Keep::History);
    std::string text = "seed " + std::to_string(plan.seed) + ", " + std::to_string(plan.sites) +
                       " sites, trouble " + std::to_string(static_cast<int>(plan.trouble)) + ", " +
                       std::to_string(shortest.steps) + " of " + std::to_string(plan.steps) +
                       " steps:\n";
    for (const std::string& line : outcome.history) text += "  " + line + "\n";
    for (const std::string& each : outcome.faults) text += "FAULT " + each + "\n";
    return text;
}

}  // namespace sightline::sim

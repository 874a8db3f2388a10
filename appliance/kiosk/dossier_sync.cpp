#include "appliance/kiosk/dossier_sync.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/form_merge.h"
#include "session/dossier/rules.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using storage::Release;
using storage::StorageError;
using storage::audit::Action;
using sync::Arrival;
using sync::Verdict;

constexpr std::chrono::minutes kBetweenSuccesses{1};

sync::CircleList list_of(const storage::SyncCircle& circle) {
    const auto root = signature::PublicKey::parse(circle.root_jwk);
    if (!root) throw StorageError(root.error().text);
    auto list = sync::CircleList::verify(circle.list_jws, *root);
    if (!list) throw StorageError(list.error().text);
    return std::move(*list);
}

signature::PublicKey hub_of(const storage::SyncCircle& circle) {
    auto hub = signature::PublicKey::parse(circle.hub_jwk);
    return hub ? std::move(*hub) : signature::PublicKey();
}

std::string place_of(const sync::Envelope& envelope) {
    return envelope.chain.site.brief() + "/" + std::to_string(envelope.chain.incarnation) + "/" +
           std::to_string(envelope.seq);
}

// A withdrawal that came from another site stops what is released here as well.
bool is_shared(const sync::DossierState& state, const std::string& scope) {
    const std::string end = "/share-dossier/" + scope;
    return std::all_of(state.consents.begin(), state.consents.end(), [&](const auto& entry) {
        return !entry.first.ends_with(end) || entry.second.in_force();
    });
}

}  // namespace

DossierSync::Core::Core(sync::CircleList of, const storage::SyncCircle& circle,
                        const SyncKeys& keys)
    : list(std::move(of)),
      signer(keys.signing),
      sealer(keys.sealing, list.recipients()),
      verifier(list, hub_of(circle)),
      replica({circle.site, circle.incarnation}, signer, sealer, verifier) {}

DossierSync::DossierSync(storage::Store& store, storage::SyncCircle circle,
                         std::shared_ptr<const SyncKeys> keys, model::RecordTime now)
    : store_(store),
      journal_(store),
      forms_(store),
      attachments_(store),
      circle_(std::move(circle)),
      keys_(std::move(keys)) {
    if (circle_.store_incarnation != store_.incarnation()) {
        // It was set back, perhaps twice to the same backup: no number may come again.
        const auto seconds =
            std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
        circle_.incarnation = std::max<std::uint64_t>(
            circle_.incarnation + 1, seconds > 0 ? static_cast<std::uint64_t>(seconds) : 0);
        circle_.store_incarnation = store_.incarnation();
        store_.write([&](auto& transaction) { journal_.put(transaction, circle_); });
    }
    core_ = load();
}

std::unique_ptr<DossierSync::Core> DossierSync::load() {
    auto core = std::make_unique<Core>(list_of(circle_), circle_, *keys_);
    auto kept = journal_.kept(circle_.id);
    for (const auto& [dossier, release] : kept.releases) {
        core->dossiers.emplace(release.pseudonym, dossier);
    }
    core->erased.insert(kept.erased.begin(), kept.erased.end());
    for (const auto& op : kept.ops) {
        if (const auto restored = core->replica.restore(op); !restored) {
            throw StorageError(restored.error().text);
        }
    }
    for (const auto& jws : kept.receipts) {
        const auto said = core->replica.judge_receipt(jws);
        if (!said) throw StorageError(said.error().text);
        core->replica.acknowledge(said->receipt);
        core->receipts[said->receipt.chain.incarnation] = said->receipt.seq;
    }
    for (const auto& fork : kept.forks) core->replica.close(fork);
    return core;
}

DossierSync::Core& DossierSync::core() {
    if (!core_) core_ = load();
    return *core_;
}

void DossierSync::write(const std::function<void(storage::Transaction&)>& body) {
    try {
        store_.write(body);
    } catch (...) {
        doubt();
        throw;
    }
}

base::Result<DossierSync::Taken> DossierSync::take(std::string_view op, model::RecordTime now) {
    const auto arrival = core().replica.judge(op);
    if (!arrival) return arrival.error();
    Taken taken{arrival->judgement.verdict, arrival->judgement.expected, arrival->unreadable};
    const auto& fork = arrival->judgement.fork;
    if (fork) taken.trouble = fork->text();
    if (taken.verdict == Verdict::Fork && fork) close(*fork, arrival->op.jws(), now);
    if (taken.verdict == Verdict::Next) {
        take_effect(*arrival, now);
        refused_.erase(arrival->op.envelope().chain);
    }
    return taken;
}

void DossierSync::refuse(const sync::ChainId& chain, std::string why) {
    if (refused_[chain] == why) return;
    spdlog::warn("sync.op_refused circle={} site={} why=\"{}\"", circle_.id.brief(),
                 chain.site.brief(), why);
    refused_[chain] = std::move(why);
}

// One transaction: the op, what it makes of the form, and the leaf that says so.
void DossierSync::take_effect(const Arrival& arrival, model::RecordTime now) {
    const auto& envelope = arrival.op.envelope();
    const bool erased = core().erased.contains(envelope.dossier);
    const auto place = core().dossiers.find(envelope.dossier);
    std::optional<base::DossierId> dossier;
    if (place != core().dossiers.end()) dossier = place->second;

    // As it will be: nothing is applied before it is stored.
    sync::DossierHistory history;
    if (const auto* known = core().replica.dossier(envelope.dossier)) history = *known;
    const auto before = history.state();
    history.insert(envelope, arrival.op.hash(), arrival.content);
    const auto after = history.state();

    storage::FormFile file;
    if (dossier) file = forms_.read(*dossier).value();
    Release release;
    for (const auto& each : file.releases) {
        if (each.circle == circle_.id) release = each;
    }
    if (!release.id) {
        release = {base::RecordId::random(),
                   circle_.id,
                   envelope.dossier,
                   circle_.state,
                   storage::ReleaseOrigin::Elsewhere,
                   "",
                   {},
                   "site " + envelope.chain.site.brief(),
                   now,
                   storage::ReleaseStanding::InForce,
                   false,
                   true};
    }
    const auto stood = release.standing;
    if (!is_shared(after, circle_.state)) {
        release.standing = storage::ReleaseStanding::Ended;
    } else if (!is_shared(before, circle_.state)) {
        release.standing = storage::ReleaseStanding::InForce;  // given again, in sight of the no
    }
    const auto stored =
        file.form ? dossier::fields_of(form_of_record(file.form->form)) : dossier::Fields();
    const auto had = form_fields(before, stored);
    const auto fields = merged(stored, release.behind ? nullptr : &had, form_fields(after, stored));
    const auto form = dossier::form_of(fields);
    release.behind = !form || !check_size(*form);
    const bool changed = !release.behind && fields != stored;
    const auto news = attachment_news(after, self(), file.attachments, now);

    write([&](storage::Transaction& transaction) {
        if (!dossier && !erased) dossier = forms_.create(transaction, now);
        journal_.append(transaction, circle_.id, arrival.op, dossier);
        if (dossier) {
            forms_.put(transaction, *dossier, release);
            take_news(transaction, *dossier, file, news);
            if (release.standing == storage::ReleaseStanding::Ended) {
                attachments_.stop_sending(transaction, circle_.id, *dossier);
            } else if (stood == storage::ReleaseStanding::Ended) {
                send_again(transaction, file);
            }
            if (changed) {
                const auto id = file.form ? file.form->id : base::RecordId::random();
                std::vector<model::Person> persons;
                for (const auto& person : form->persons) persons.push_back(person.basics);
                forms_.put(transaction, *dossier, {id, record_of(*form)},
                           dossier::number_key(form->subject.number), persons);
            }
        }
        transaction.audit(now, "site " + envelope.chain.site.brief(), Action::DossierMerged,
                          dossier ? *dossier : storage::kSiteDossier,
                          circle_.state + ", op " + place_of(envelope));
    });
    core_->replica.apply(arrival);
    if (dossier) core_->dossiers.emplace(envelope.dossier, *dossier);
}

void DossierSync::take_news(storage::Transaction& transaction, base::DossierId dossier,
                            const storage::FormFile& file, const AttachmentNews& news) {
    auto rows = file.attachments;
    for (const auto& row : news.gone) {
        attachments_.remove(transaction, dossier, row);
        std::erase_if(rows, [&](const auto& each) { return each.id == row.id; });
    }
    for (const auto& row : news.came) {
        attachments_.put(transaction, dossier, row);
        if (storage::has_room(rows, storage::attachment_of(row).bytes)) {
            attachments_.wait(transaction, storage::ChunkWay::FromHub, circle_.id, dossier, row);
        }
        rows.push_back(row);
    }
}

void DossierSync::send_again(storage::Transaction& transaction, const storage::FormFile& file) {
    for (const auto& row : file.attachments) {
        if (std::find(row.told.begin(), row.told.end(), circle_.id) == row.told.end()) continue;
        attachments_.wait(transaction, storage::ChunkWay::ToHub, circle_.id, file.id, row);
    }
}

void DossierSync::close(const sync::Fork& fork, std::string_view proof, model::RecordTime now) {
    write([&](storage::Transaction& transaction) {
        journal_.put_fork(transaction, circle_.id, fork, proof);
        transaction.audit(now, "kiosk", Action::SyncStopped, storage::kSiteDossier,
                          circle_.state + ", site " + fork.chain.site.text());
    });
    core_->replica.close(fork);
    spdlog::error(
        "sync.fork circle={} site={} hint=\"`sightline dossier sync-status` says what "
        "to do\"",
        circle_.id.brief(), fork.chain.site.brief());
}

base::Result<void> DossierSync::take_receipt(std::string_view jws, model::RecordTime now) {
    const auto said = core().replica.judge_receipt(jws);
    if (!said) return said.error();
    if (said->fork) {
        if (!core().replica.stopped()) close(*said->fork, jws, now);
        return Error{Errc::Conflict, said->fork->text()};
    }
    const auto [incarnation, seq] = std::pair(said->receipt.chain.incarnation, said->receipt.seq);
    const auto newest = core().receipts.find(incarnation);
    if (newest != core().receipts.end() && newest->second >= seq) return {};
    write([&](storage::Transaction& transaction) {
        journal_.put_receipt(transaction, circle_.id, incarnation, jws);
    });
    core_->receipts[incarnation] = seq;
    core_->replica.acknowledge(said->receipt);
    return {};
}

void DossierSync::take_fork(const sync::Fork& fork, model::RecordTime now) {
    if (fork.chain.site != circle_.site || core().replica.stopped()) return;
    close(fork, "", now);
}

base::Result<void> DossierSync::take_list(std::string_view jws, const storage::Said& said) {
    sync::Circle circle(signature::PublicKey::parse(circle_.root_jwk).value());
    if (auto kept = circle.take(circle_.list_jws); !kept) return kept.error();
    if (auto taken = circle.take(jws); !taken) return taken.error();
    if (jws == circle_.list_jws) return {};
    auto next = circle_;
    next.list_jws = jws;
    write([&](storage::Transaction& transaction) {
        journal_.put(transaction, next);
        transaction.audit(said.at, said.by, Action::CircleTaken, storage::kSiteDossier,
                          circle_.state + ", list " + std::to_string(circle.list()->number));
    });
    circle_ = std::move(next);
    doubt();  // to be read with the new keys
    return {};
}

base::Result<void> DossierSync::know_hub(const signature::PublicKey& hub, model::RecordTime now) {
    if (circle_.hub_jwk == hub.jwk()) return {};
    if (!circle_.hub_jwk.empty()) {
        return Error{Errc::Conflict,
                     "sync with the hub: it has another key than before, so it is another hub or "
                     "has lost what it knew; ask whoever runs it"};
    }
    auto next = circle_;
    next.hub_jwk = hub.jwk();
    write([&](storage::Transaction& transaction) {
        journal_.put(transaction, next);
        transaction.audit(now, "kiosk", Action::CircleTaken, storage::kSiteDossier,
                          circle_.state + ", hub " + hub.thumbprint());
    });
    circle_ = std::move(next);
    doubt();
    return {};
}

std::vector<std::string_view> DossierSync::to_send(std::size_t most) {
    auto ops = core().replica.to_send(most);
    // Of a site that was stopped: what was erased since is nobody's any more.
    std::erase_if(ops, [](std::string_view op) { return op.ends_with('\n'); });
    return ops;
}

std::map<sync::ChainId, std::uint64_t> DossierSync::marks() { return core().replica.marks(); }

void DossierSync::succeeded(model::RecordTime now) {
    trouble_.clear();
    if (circle_.last_success && now >= *circle_.last_success &&
        now - *circle_.last_success < kBetweenSuccesses) {
        return;
    }
    auto next = circle_;
    next.last_success = now;
    write([&](storage::Transaction& transaction) { journal_.put(transaction, next); });
    circle_ = std::move(next);
}

std::vector<sync::SiteId> DossierSync::other_sites() {
    std::vector<sync::SiteId> others;
    for (const auto& each : core().list.sites) {
        if (each.site != circle_.site) others.push_back(each.site);
    }
    return others;
}

std::string DossierSync::name_of(sync::SiteId id) {
    const auto* site = core().list.find(id);
    return site != nullptr ? site->name : "site " + id.brief();
}

json::object DossierSync::status() {
    const auto& replica = core().replica;
    std::size_t waiting = 0;
    std::size_t unreadable = 0;
    for (const auto& [pseudonym, history] : replica.dossiers()) {
        waiting += history.waiting().size();
        if (!core().erased.contains(pseudonym)) unreadable += history.state().unreadable.size();
    }
    json::array closed;
    const auto is_closed = [&](sync::SiteId id, const std::string& why) {
        const auto* site = core().list.find(id);
        closed.push_back(
            {{"site", id.text()}, {"name", site != nullptr ? site->name : ""}, {"why", why}});
    };
    for (const auto& fork : replica.forks()) is_closed(fork.chain.site, fork.text());
    for (const auto& [chain, why] : refused_) {
        is_closed(chain.site, "nothing new of it is taken: " + why);
    }
    json::object out{{"circle", circle_.id.text()},
                     {"state", circle_.state},
                     {"site", circle_.site.text()},
                     {"incarnation", circle_.incarnation},
                     {"list", core().list.number},
                     {"dossiers", core().dossiers.size()},
                     {"to_send", replica.unacknowledged()},
                     {"waiting_for_others", waiting},
                     {"unreadable", unreadable},
                     {"closed", std::move(closed)},
                     {"trouble", trouble_}};
    std::size_t bytes = replica.unacknowledged_bytes();
    for (const auto& [key, way] : {std::pair{"chunks_to_send", storage::ChunkWay::ToHub},
                                   {"chunks_wanted", storage::ChunkWay::FromHub}}) {
        const auto waits = attachments_.waiting(way, circle_.id);
        out[key] = json::object{{"documents", waits.attachments}, {"bytes", waits.bytes}};
        bytes += static_cast<std::size_t>(waits.bytes);
    }
    const auto left = pace_.time_for(bytes);
    out["seconds_left"] = bytes > 0 && left ? json::value(left->count()) : json::value();
    out["stopped"] = replica.stopped() ? replica.stopped()->text() : "";
    const auto* self = core().list.find(circle_.site);
    if (self == nullptr || self->removed) out["stopped"] = "this kiosk was taken out of the circle";
    json::value success;
    if (circle_.last_success) success = model::to_rfc3339(*circle_.last_success);
    out["last_success"] = std::move(success);
    return out;
}

base::Result<Arrival> DossierSync::make(sync::Pseudonym dossier, std::vector<sync::Change> changes,
                                        const storage::Said& said) {
    const auto* self = core().list.find(circle_.site);
    if (self == nullptr || self->removed) {
        return Error{Errc::Forbidden,
                     "write to the circle of " + circle_.state +
                         ": this kiosk was taken out of it; take a newer list with `sightline "
                         "dossier circle take`"};
    }
    return core().replica.make(dossier,
                               {said.by, said.at.time_since_epoch().count(), std::move(changes)});
}

void DossierSync::store(storage::Transaction& transaction, const Arrival& arrival,
                        base::DossierId dossier) {
    journal_.append(transaction, circle_.id, arrival.op, dossier);
}

void DossierSync::apply(const Arrival& arrival, base::DossierId dossier) {
    core_->replica.apply(arrival);
    core_->dossiers.emplace(arrival.op.envelope().dossier, dossier);
}

const sync::DossierHistory* DossierSync::history(sync::Pseudonym dossier) {
    return core().replica.dossier(dossier);
}

std::vector<base::DossierId> DossierSync::dossiers() {
    std::vector<base::DossierId> all;
    for (const auto& [pseudonym, dossier] : core().dossiers) all.push_back(dossier);
    return all;
}

}  // namespace sightline::kiosk

// Release: what goes to which circle, and when it ends. A part of DossierDesk.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <iterator>
#include <utility>

#include "appliance/base/log.h"
#include "appliance/kiosk/attachment_merge.h"
#include "appliance/kiosk/dossier_desk.h"
#include "appliance/kiosk/form_merge.h"
#include "appliance/kiosk/share_consent.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using storage::Release;
using storage::ReleaseStanding;
using storage::audit::Action;

const Release* release_to(const storage::FormFile& file, base::RecordId circle) {
    for (const auto& each : file.releases) {
        if (each.circle == circle) return &each;
    }
    return nullptr;
}

void append(std::vector<sync::Change>& changes, std::vector<sync::Change> more) {
    std::move(more.begin(), more.end(), std::back_inserter(changes));
}

}  // namespace

base::Result<void> DossierDesk::rewrite(base::DossierId id, const dossier::Form& form,
                                        const Attaching& attaching, const storage::Said& said) {
    heed_consents(id, said);
    auto opened = store_.exists(id) ? read(id) : Opened{};
    if (!opened.form) return no_form(id);
    const auto fields = dossier::fields_of(form);
    // What the form cannot be, such as about somebody who is not of the case.
    if (const auto sound = dossier::form_of(fields); !sound) return sound.error();
    if (auto fits = check_size(form); !fits) return fits.error();
    auto changes = changes_of(dossier::changes(dossier::fields_of(*opened.form), fields));
    for (const auto& row : attaching.added) changes.push_back(change_of(row));
    for (const auto& row : attaching.removed) {
        changes.push_back({sync::Change::Kind::Remove, row.path});
        std::erase_if(opened.file.attachments, [&](const auto& each) { return each.id == row.id; });
    }
    opened.file.attachments.insert(opened.file.attachments.end(), attaching.added.begin(),
                                   attaching.added.end());
    return write(opened, form, changes, Action::DossierWritten, attaching.detail, said,
                 [&](storage::Transaction& transaction) {
                     for (const auto& row : attaching.removed) {
                         attachments_.remove(transaction, id, row);
                     }
                     for (const auto& row : attaching.added) {
                         attachments_.put(transaction, id, row);
                         attachments_.keep_staged(transaction, row.id);
                     }
                 });
}

void DossierDesk::tell(storage::Transaction& transaction, const Step& step, base::DossierId dossier,
                       std::vector<storage::AttachmentRow>& rows) {
    if (!step.op.content) return;
    const auto circle = step.circle->circle().id;
    for (const auto& change : step.op.content->changes) {
        if (change.kind != sync::Change::Kind::Set) continue;
        for (auto& row : rows) {
            if (row.circle || row.path != change.path) continue;
            row.told.push_back(circle);
            attachments_.put(transaction, dossier, row);
            attachments_.wait(transaction, storage::ChunkWay::ToHub, circle, dossier, row);
        }
    }
}

base::Result<void> DossierDesk::finish(base::DossierId id, base::RecordId to,
                                       const storage::Said& said) {
    auto* circle = find(to);
    for (;;) {
        const auto opened = read(id);
        const auto* release = release_to(opened.file, to);
        if (circle == nullptr || release == nullptr || !opened.form || !release->unfinished ||
            release->standing != ReleaseStanding::InForce) {
            return {};
        }
        const auto* history = circle->history(release->pseudonym);
        const auto state = history != nullptr ? history->state() : sync::DossierState();
        auto changes = changes_to(state, dossier::fields_of(*opened.form));
        append(changes, attachment_changes(state, circle->self(), opened.file.attachments));
        auto next = *release;
        const std::size_t first = fitting(changes);
        next.unfinished = first < changes.size();
        if (changes.empty()) {
            store_.write([&](auto& transaction) { forms_.put(transaction, id, next); });
            return {};
        }
        auto op = circle->make(
            next.pseudonym, {changes.begin(), changes.begin() + static_cast<std::ptrdiff_t>(first)},
            said);
        if (!op) return op.error();
        std::vector<Step> steps;
        steps.push_back({circle, next, std::move(*op)});
        commit(
            steps,
            [&](storage::Transaction& transaction) {
                transaction.audit(said.at, said.by, Action::DossierReleased, id,
                                  next.state + ", continued");
            },
            opened.file);
    }
}

base::Result<sync::Pseudonym> DossierDesk::release(base::DossierId id, const std::string& state,
                                                   const std::string& agreement,
                                                   const storage::Said& said) {
    if (!model::is_plain_name(agreement, 120)) {
        return Error{Errc::Malformed,
                     "release a dossier: give the reference of the transfer agreement, in one line "
                     "of at most 120 bytes"};
    }
    const auto circle = std::find_if(circles_.begin(), circles_.end(), [&](const auto& each) {
        return each->circle().state == state;
    });
    if (circle == circles_.end()) {
        return Error{Errc::NotFound, "release a dossier: this kiosk is in no circle of " +
                                         state.substr(0, 3) +
                                         "; take one with `sightline dossier circle take`"};
    }
    heed_consents(id, said);
    const auto opened = store_.exists(id) ? read(id) : Opened{};
    if (!opened.form) return no_form(id);
    const auto* before = release_to(opened.file, (*circle)->circle().id);
    if (before != nullptr && before->standing == ReleaseStanding::InForce) {
        return Error{Errc::Conflict, "release a dossier: it is released to " + state +
                                         " already; every edit goes there by itself"};
    }
    if (sharing_of(opened.file, state) != Sharing::Given) {
        return Error{Errc::Forbidden,
                     "release a dossier: the consent to share it with " + state +
                         " is not in force; everybody who was interviewed for it has to give it, "
                         "with `sightline consent record`, item share-dossier"};
    }
    Release release{before != nullptr ? before->id : base::RecordId::random(),
                    (*circle)->circle().id,
                    before != nullptr ? before->pseudonym : sync::Pseudonym::random(),
                    state,
                    before != nullptr ? before->origin : storage::ReleaseOrigin::Here,
                    agreement,
                    {},
                    said.by,
                    said.at,
                    ReleaseStanding::InForce,
                    false,
                    before != nullptr && before->behind};
    std::vector<sync::Change> changes;
    for (const auto& consent : last_words(opened.file, state)) {
        release.consents.push_back(consent.id);
        changes.push_back(change_of(consent));
    }
    const auto* history = (*circle)->history(release.pseudonym);
    const auto state_there = history != nullptr ? history->state() : sync::DossierState();
    for (auto& change : changes_to(state_there, dossier::fields_of(*opened.form))) {
        if (json::serialize(change.value).size() > sync::kMaxValueBytes) {
            return Error{Errc::TooLarge, "release a dossier: " + change.path +
                                             " has more than 64 KiB; shorten it first"};
        }
        changes.push_back(std::move(change));
    }
    append(changes, attachment_changes(state_there, (*circle)->self(), opened.file.attachments));
    const std::size_t first = fitting(changes);
    release.unfinished = first < changes.size();
    changes.resize(first);
    auto op = (*circle)->make(release.pseudonym, std::move(changes), said);
    if (!op) return op.error();
    std::vector<Step> steps;
    steps.push_back({circle->get(), release, std::move(*op)});
    commit(
        steps,
        [&](storage::Transaction& transaction) {
            // Of what it was told of before the release had ended, the rest.
            (*circle)->send_again(transaction, opened.file);
            transaction.audit(said.at, said.by, Action::DossierReleased, id,
                              state + ", agreement " + agreement + ", consents " +
                                  std::to_string(release.consents.size()));
        },
        opened.file);
    if (auto rest = finish(id, release.circle, said); !rest) return rest.error();
    return release.pseudonym;
}

void DossierDesk::heed_consents(base::DossierId id, const storage::Said& said) {
    if (id == storage::kSiteDossier || !store_.exists(id)) return;
    const auto opened = read(id);
    for (const auto& release : opened.file.releases) {
        if (release.standing != ReleaseStanding::InForce ||
            sharing_of(opened.file, release.state) != Sharing::Declined) {
            continue;
        }
        std::vector<sync::Change> changes;
        for (const auto& consent : last_words(opened.file, release.state)) {
            if (consent.answer != model::ConsentAnswer::Given) {
                changes.push_back(change_of(consent));
            }
        }
        auto ended = release;
        ended.standing = ReleaseStanding::Ended;
        std::vector<Step> steps;
        if (auto* circle = find(release.circle)) {
            // A site that was stopped tells nobody; it releases nothing more either.
            auto op = circle->make(release.pseudonym, std::move(changes), said);
            if (op) {
                steps.push_back({circle, ended, std::move(*op)});
            } else {
                spdlog::error("sync.withdrawal_untold why=\"{}\"", op.error().text);
            }
        }
        commit(
            steps,
            [&](storage::Transaction& transaction) {
                forms_.put(transaction, id, ended);
                attachments_.stop_sending(transaction, release.circle, id);
                transaction.audit(said.at, said.by, Action::ReleaseEnded, id, release.state);
            },
            opened.file);
    }
}

void DossierDesk::heed_all_consents(const storage::Said& said) {
    for (const auto& circle : circles_) {
        for (const auto id : circle->dossiers()) heed_consents(id, said);
    }
}

json::array DossierDesk::circles_of(const storage::FormFile& file) {
    json::array out;
    for (const auto& release : file.releases) {
        json::object line{{"state", release.state},
                          {"pseudonym", release.pseudonym.text()},
                          {"origin", storage::name_of(release.origin)},
                          {"standing", storage::name_of(release.standing)},
                          {"agreement", release.agreement},
                          {"by", release.by},
                          {"at", model::to_rfc3339(release.at)},
                          {"behind", release.behind}};
        auto* circle = find(release.circle);
        const auto* history = circle != nullptr ? circle->history(release.pseudonym) : nullptr;
        const auto state = history != nullptr ? history->state() : sync::DossierState();
        line["conflicts"] = conflicts_of(state);
        line["office"] = office_part_of(state);
        line["unreadable"] = state.unreadable.size();
        line["waiting"] = history != nullptr ? history->waiting().size() : 0;
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace sightline::kiosk

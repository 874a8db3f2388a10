#include "appliance/kiosk/attachment_merge.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using storage::AttachmentRow;
using storage::sync::Attachment;
using storage::sync::Change;
using storage::sync::DossierState;
using storage::sync::FieldEntry;
using storage::sync::FieldState;

bool is_attachment(std::string_view path) { return path.starts_with(kAttachmentsPart); }

// In one spelling, so that equal ones have equal texts.
std::string text_of(const FieldEntry& entry) {
    return json::serialize(Attachment::parse(*entry.value).value().value());
}

bool is_from(const AttachmentRow& row, base::RecordId circle) { return row.circle == circle; }

bool says(std::span<const AttachmentRow> kept, base::RecordId circle, const std::string& path,
          const std::string& value) {
    return std::any_of(kept.begin(), kept.end(), [&](const AttachmentRow& row) {
        return row.path == path && row.value == value && (!row.circle || is_from(row, circle));
    });
}

// null: it was removed by all.
const FieldEntry* standing(const FieldState& field, std::span<const AttachmentRow> kept,
                           base::RecordId circle, const std::string& path) {
    const FieldEntry* first = nullptr;
    for (const auto& entry : field.entries) {
        if (!entry.value) continue;
        if (says(kept, circle, path, text_of(entry))) return &entry;
        if (first == nullptr) first = &entry;
    }
    return first;
}

}  // namespace

AttachmentNews attachment_news(const DossierState& state, const CirclePlace& place,
                               std::span<const AttachmentRow> kept, model::RecordTime now) {
    AttachmentNews news;
    for (const auto& row : kept) {
        if (!is_from(row, place.circle)) continue;
        const auto field = state.fields.find(row.path);
        const auto* entry = field == state.fields.end()
                                ? nullptr
                                : standing(field->second, kept, place.circle, row.path);
        if (entry == nullptr || text_of(*entry) != row.value) news.gone.push_back(row);
    }
    for (auto at = state.fields.lower_bound(std::string(kAttachmentsPart));
         at != state.fields.end() && is_attachment(at->first); ++at) {
        const auto& [path, field] = *at;
        const auto* entry = standing(field, kept, place.circle, path);
        // What this kiosk has said itself, and does not keep any more, was detached.
        if (entry == nullptr || entry->by.chain == place.self) continue;
        auto value = text_of(*entry);
        if (says(kept, place.circle, path, value)) continue;
        if (kept.size() + news.came.size() - news.gone.size() >= storage::kMaxAttachments) break;
        const auto site = entry->by.chain.site;
        news.came.push_back({base::RecordId::random(),
                             path,
                             std::move(value),
                             place.circle,
                             site,
                             {},
                             "site " + site.brief(),
                             now});
    }
    return news;
}

std::vector<Change> attachment_changes(const DossierState& state, const CirclePlace& place,
                                       std::span<const AttachmentRow> kept) {
    std::vector<Change> changes;
    for (const auto& row : kept) {
        const bool told =
            std::find(row.told.begin(), row.told.end(), place.circle) != row.told.end();
        if (!row.circle && !told) changes.push_back(change_of(row));
    }
    for (const auto& [path, field] : state.fields) {
        if (!is_attachment(path)) continue;
        const bool is_ours =
            std::all_of(field.entries.begin(), field.entries.end(),
                        [&](const FieldEntry& entry) { return entry.by.chain == place.self; });
        const bool is_kept = std::any_of(
            kept.begin(), kept.end(), [&](const AttachmentRow& row) { return row.path == path; });
        if (is_ours && !is_kept) changes.push_back({Change::Kind::Remove, path});
    }
    return changes;
}

Change change_of(const AttachmentRow& row) {
    return {Change::Kind::Set, row.path, storage::attachment_of(row).value()};
}

}  // namespace sightline::kiosk

// Between the attachments that are kept of a dossier and what a circle's ops say of them: what came
// and what went, and what the circle has still to be told. A document that was taken in here stays
// until somebody here detaches it, whatever others say. Pure. Any thread.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "storage/attachment_repository.h"
#include "storage/sync/dossier_state.h"

namespace sightline::kiosk {

inline constexpr std::string_view kAttachmentsPart = "attachments/";

// This kiosk in a circle.
struct CirclePlace {
    base::RecordId circle;
    storage::sync::ChainId self;
};

struct AttachmentNews {
    std::vector<storage::AttachmentRow> came;
    std::vector<storage::AttachmentRow> gone;
};
// Of two values that stand against each other the one that is kept stays, else the first comes.
AttachmentNews attachment_news(const storage::sync::DossierState& state, const CirclePlace& place,
                               std::span<const storage::AttachmentRow> kept, model::RecordTime now);

// Sets what was taken in here and the circle was not told of; removes what this kiosk told of and
// has detached meanwhile.
std::vector<storage::sync::Change> attachment_changes(const storage::sync::DossierState& state,
                                                      const CirclePlace& place,
                                                      std::span<const storage::AttachmentRow> kept);

// The change that tells of it.
storage::sync::Change change_of(const storage::AttachmentRow& row);

}  // namespace sightline::kiosk

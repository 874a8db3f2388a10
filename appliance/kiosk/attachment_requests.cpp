// The requests about attachments of dossiers: take in, list, hand out, detach. See requests.h.
#include <array>
#include <boost/json/array.hpp>

#include "appliance/base/hex.h"
#include "appliance/kiosk/attachment_desk.h"
#include "appliance/kiosk/json_members.h"
#include "appliance/kiosk/open_dossiers.h"
#include "appliance/kiosk/request_members.h"
#include "appliance/kiosk/requests.h"
#include "appliance/kiosk/store_requests.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using access::Action;
using base::Errc;
using base::Error;

// Members: "dossier", "data" (base64url), "upload" (but of the first piece).
Reply take_piece(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.attachments);
    if (!desk) return desk.error();
    const auto dossier = dossier_of(request.members);
    if (!dossier) return dossier.error();
    const auto upload = optional_id_of<base::RecordId>(request.members, "upload");
    if (!upload) return upload.error();
    const auto text = text_of(request.members, "data");
    if (!text) return text.error();
    const auto piece = base::from_base64url(*text);
    if (!piece) {
        return Error{Errc::Malformed, "attach a document: \"data\" is base64url without padding"};
    }
    const auto taken = (*desk)->take_piece(*dossier, *upload, *piece, request.said());
    if (!taken) return taken.error();
    return json::object{{"upload", taken->text()}};
}

// Members: "upload", "name"; "type", "about", "confidential" if need be.
Reply attach(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.attachments);
    if (!desk) return desk.error();
    const auto upload = id_of<base::RecordId>(request.members, "upload");
    if (!upload) return upload.error();
    AttachmentDesk::Order order;
    auto name = text_of(request.members, "name");
    if (!name) return name.error();
    order.name = std::move(*name);
    auto type = text_or_empty(request.members, "type");
    if (!type) return type.error();
    order.media_type = std::move(*type);
    const auto about = optional_id_of<base::RecordId>(request.members, "about");
    if (!about) return about.error();
    order.about = *about;
    const auto confidential = flag_of(request.members, "confidential", false);
    if (!confidential) return confidential.error();
    order.confidential = *confidential;
    const auto done = (*desk)->attach(*upload, order, request.said());
    if (!done) return done.error();
    return json::object{{"attachment", done->text()}};
}

// Members: "dossier", and "for": the person of the case who is shown it.
Reply list(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.attachments);
    if (!desk) return desk.error();
    const auto dossier = dossier_of(request.members);
    if (!dossier) return dossier.error();
    const auto reader = optional_id_of<base::RecordId>(request.members, "for");
    if (!reader) return reader.error();
    auto all = (*desk)->list(*dossier, *reader, request.said());
    if (!all) return all.error();
    return json::object{{"attachments", std::move(*all)}};
}

// Members: "dossier", "attachment", "piece" from 0, "for". The piece as base64url.
Reply read(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.attachments);
    if (!desk) return desk.error();
    const auto dossier = dossier_of(request.members);
    if (!dossier) return dossier.error();
    const auto id = id_of<base::RecordId>(request.members, "attachment");
    if (!id) return id.error();
    const auto reader = optional_id_of<base::RecordId>(request.members, "for");
    if (!reader) return reader.error();
    const auto place = integer_in(request.members, "piece");
    if (!place || *place < 0) return Error{Errc::Malformed, "\"piece\" is a number from 0"};
    const auto piece =
        (*desk)->read(*dossier, *id, static_cast<std::size_t>(*place), *reader, request.said());
    if (!piece) return piece.error();
    return json::object{{"name", piece->attachment.name},
                        {"bytes", piece->attachment.bytes},
                        {"pieces", piece->attachment.chunks.size()},
                        {"data", base::to_base64url(piece->bytes)}};
}

// Members: "dossier", "attachment".
Reply detach(const Request& request, const Desk& targets) {
    const auto desk = when_open(targets, targets.attachments);
    if (!desk) return desk.error();
    const auto dossier = dossier_of(request.members);
    if (!dossier) return dossier.error();
    const auto id = id_of<base::RecordId>(request.members, "attachment");
    if (!id) return id.error();
    const auto done = (*desk)->detach(*dossier, *id, request.said());
    if (!done) return done.error();
    return json::object{};
}

constexpr std::array kVerbs{
    Verb{"attachment.piece", always<Action::EditDossier>, take_piece},
    Verb{"attachment.attach", always<Action::EditDossier>, attach},
    Verb{"attachment.list", always<Action::OpenDossier>, list},
    Verb{"attachment.read", always<Action::ReleaseDossier>, read},
    Verb{"attachment.detach", always<Action::EditDossier>, detach},
};

}  // namespace

std::span<const Verb> attachment_verbs() { return kVerbs; }

}  // namespace sightline::kiosk

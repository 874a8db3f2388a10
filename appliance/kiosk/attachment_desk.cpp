#include "appliance/kiosk/attachment_desk.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <iterator>
#include <utility>

#include "appliance/kiosk/attachment_merge.h"
#include "appliance/kiosk/form_merge.h"
#include "session/dossier/confidential.h"
#include "storage/sync/json_members.h"
#include "storage/transaction.h"

namespace sightline::kiosk {
namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using storage::AttachmentRow;
using storage::ChunkWay;
using storage::audit::Action;

constexpr std::size_t kMaxUploads = 4;

Error no_attachment(base::RecordId id) {
    return {Errc::NotFound, "open attachment " + id.text() +
                                ": there is none; `sightline dossier attachments` lists them"};
}

// Where the form lists it, if an entry has its name.
std::string entry_of(const AttachmentRow& row) {
    return "documents/" + row.path.substr(kAttachmentsPart.size());
}

const AttachmentRow* find(const storage::FormFile& file, base::RecordId id) {
    const auto row = std::find_if(file.attachments.begin(), file.attachments.end(),
                                  [&](const AttachmentRow& each) { return each.id == id; });
    return row == file.attachments.end() ? nullptr : &*row;
}

base::Result<void> check_name(const std::string& name) {
    if (storage::sync::is_line(name, storage::sync::kMaxAuthorBytes) &&
        model::is_plain_name(name, storage::sync::kMaxAuthorBytes) &&
        name.find('/') == std::string::npos) {
        return {};
    }
    return Error{Errc::Malformed,
                 "attach a document: give it a name of one line, at most 120 bytes, without "
                 "slashes, with --name"};
}

}  // namespace

AttachmentDesk::AttachmentDesk(storage::Store& store, DossierDesk& dossiers)
    : store_(store), dossiers_(dossiers), forms_(store), attachments_(store) {}

void AttachmentDesk::load() {
    uploads_.clear();
    attachments_.drop_all_staged();
}

const dossier::FormDocument* AttachmentDesk::Opened::listed(const AttachmentRow& row) const {
    if (!form) return nullptr;
    for (const auto& each : form->documents) {
        if ("documents/" + each.document.id.text() == entry_of(row)) return &each;
    }
    return nullptr;
}

// Of what the form does not list nobody knows for whom it is.
bool AttachmentDesk::Opened::may_see(const std::optional<base::RecordId>& reader,
                                     const AttachmentRow& row) const {
    if (!reader) return true;
    const auto* entry = listed(row);
    return entry != nullptr && (!entry->confidential || entry->document.about == reader);
}

base::Result<AttachmentDesk::Opened> AttachmentDesk::open(base::DossierId id) {
    if (id == storage::kSiteDossier || !store_.exists(id)) return no_form(id);
    auto file = forms_.read(id);
    if (!file) return file.error();
    Opened opened{std::move(*file), std::nullopt};
    if (opened.file.form) opened.form = form_of_record(opened.file.form->form);
    if (!opened.form && opened.file.releases.empty()) return no_form(id);
    return opened;
}

base::Result<base::RecordId> AttachmentDesk::take_piece(base::DossierId dossier,
                                                        std::optional<base::RecordId> upload,
                                                        base::ByteView piece,
                                                        const storage::Said& said) {
    auto at = std::find_if(uploads_.begin(), uploads_.end(), [&](const AttachmentUpload& each) {
        return upload == each.id() && each.dossier() == dossier && each.by() == said.by;
    });
    if (upload && at == uploads_.end()) {
        return Error{Errc::NotFound,
                     "attach a document: its first pieces are not here any more; attach it anew"};
    }
    if (!upload) {
        const auto opened = open(dossier);
        if (!opened) return opened.error();
        if (!opened->form) return no_form(dossier);
        uploads_.emplace_back(dossier, said.by);
        at = std::prev(uploads_.end());
    } else {
        uploads_.splice(uploads_.end(), uploads_, at);
    }
    const auto id = at->id();
    try {
        const auto sealed = at->take(piece);
        if (!sealed) {
            uploads_.erase(at);
            attachments_.drop_staged(id);
            return sealed.error();
        }
        attachments_.stage(dossier, id, sealed->name, sealed->chunk);
    } catch (...) {
        std::erase_if(uploads_, [&](const AttachmentUpload& each) { return each.id() == id; });
        throw;
    }
    if (uploads_.size() > kMaxUploads) {
        const auto oldest = uploads_.front().id();
        uploads_.pop_front();
        attachments_.drop_staged(oldest);
    }
    return id;
}

base::Result<base::RecordId> AttachmentDesk::attach(base::RecordId id, const Order& order,
                                                    const storage::Said& said) {
    const auto upload = std::find_if(
        uploads_.begin(), uploads_.end(),
        [&](const AttachmentUpload& each) { return each.id() == id && each.by() == said.by; });
    if (upload == uploads_.end()) {
        return Error{Errc::NotFound,
                     "attach a document: its pieces are not here any more; attach it anew"};
    }
    if (auto good = check_name(order.name); !good) return good.error();
    if (!order.media_type.empty() && order.media_type != upload->media_type()) {
        return Error{Errc::Malformed, "attach a document: by its first bytes it is " +
                                          upload->media_type() + ", not " +
                                          order.media_type.substr(0, 40) +
                                          "; give the right file, or leave --type out"};
    }
    const auto opened = open(upload->dossier());
    if (!opened) return opened.error();
    if (!opened->form) return no_form(upload->dossier());
    if (!storage::has_room(opened->file.attachments, upload->bytes())) {
        return Error{Errc::TooLarge,
                     "attach a document: the dossier has 300 of them, or 1 GiB, already; detach "
                     "what is not needed"};
    }
    auto form = *opened->form;
    form.documents.push_back(
        {{id, order.about, order.name, upload->media_type(), upload->bytes(), {}},
         upload->sha256(),
         order.confidential});
    dossier::put_in_order(form);
    AttachmentRow row{
        id, std::string(kAttachmentsPart) + id.text(), {}, std::nullopt, {}, {}, said.by, said.at};
    row.value = json::serialize(upload->named(order.name).value());
    const auto done = dossiers_.rewrite(upload->dossier(), form,
                                        {{row},
                                         {},
                                         "attachment " + id.text() + ", " + upload->media_type() +
                                             ", bytes " + std::to_string(upload->bytes())},
                                        said);
    if (!done) return done.error();
    uploads_.erase(upload);
    return id;
}

std::string AttachmentDesk::origin_of(const AttachmentRow& row) {
    if (!row.circle) return "here";
    for (auto* circle : dossiers_.circles()) {
        if (circle->circle().id != *row.circle) continue;
        return row.site == circle->circle().site ? "here" : circle->name_of(row.site);
    }
    return "site " + row.site.brief();
}

json::object AttachmentDesk::line_of(const Opened& opened, const AttachmentRow& row) {
    const auto attachment = storage::attachment_of(row);
    const auto here = attachments_.chunks_here(row.id);
    const auto to_send = attachments_.waiting_of(ChunkWay::ToHub, row.id);
    json::object line{{"id", row.id.text()},
                      {"name", attachment.name},
                      {"bytes", attachment.bytes},
                      {"from", origin_of(row)},
                      {"by", row.by},
                      {"at", model::to_rfc3339(row.at)},
                      {"pieces", attachment.chunks.size()},
                      {"pieces_here", here},
                      {"whole", here >= attachment.chunks.size()},
                      {"pieces_to_send", to_send.chunks}};
    json::array told;
    for (auto* circle : dossiers_.circles()) {
        const auto& id = circle->circle().id;
        if (std::find(row.told.begin(), row.told.end(), id) != row.told.end()) {
            told.push_back(json::string(circle->circle().state));
        }
    }
    line["told"] = std::move(told);
    const auto* entry = opened.listed(row);
    line["type"] = entry != nullptr ? entry->document.media_type : "";
    line["confidential"] = entry != nullptr && entry->confidential;
    line["about"] = entry != nullptr && entry->document.about ? entry->document.about->text() : "";
    return line;
}

base::Result<json::array> AttachmentDesk::list(base::DossierId id,
                                               std::optional<base::RecordId> reader,
                                               const storage::Said& said) {
    const auto opened = open(id);
    if (!opened) return opened.error();
    store_.write([&](storage::Transaction& transaction) {
        transaction.audit(said.at, said.by, Action::DossierOpened, id, "list of attachments");
    });
    json::array out;
    for (const auto& row : opened->file.attachments) {
        if (opened->may_see(reader, row)) out.push_back(line_of(*opened, row));
    }
    return out;
}

base::Result<AttachmentDesk::Piece> AttachmentDesk::read(base::DossierId dossier, base::RecordId id,
                                                         std::size_t place,
                                                         std::optional<base::RecordId> reader,
                                                         const storage::Said& said) {
    const auto opened = open(dossier);
    if (!opened) return opened.error();
    const auto* row = find(opened->file, id);
    if (row == nullptr || !opened->may_see(reader, *row)) return no_attachment(id);
    auto attachment = storage::attachment_of(*row);
    // Not its first pieces alone: half a document is none.
    if (attachments_.chunks_here(id) < attachment.chunks.size()) {
        return Error{Errc::NotFound, "read " + attachment.name +
                                         ": not all of it is here yet; `sightline dossier "
                                         "attachments` says how much"};
    }
    // The leaf first: nobody sees what nobody knows they saw.
    store_.write([&](storage::Transaction& transaction) {
        transaction.audit(said.at, said.by, Action::DossierExported, dossier,
                          "attachment " + id.text() + ", piece " + std::to_string(place));
    });
    auto bytes = attachments_.piece(*row, place);
    if (!bytes) return bytes.error();
    return Piece{std::move(attachment), std::move(*bytes)};
}

base::Result<void> AttachmentDesk::detach(base::DossierId dossier, base::RecordId id,
                                          const storage::Said& said) {
    const auto opened = open(dossier);
    if (!opened) return opened.error();
    const auto* row = find(opened->file, id);
    if (row == nullptr) return no_attachment(id);
    if (!opened->form) return no_form(dossier);
    auto form = *opened->form;
    if (const auto* entry = opened->listed(*row)) {
        const auto listed = entry->document.id;
        std::erase_if(form.documents, [&](const dossier::FormDocument& each) {
            return each.document.id == listed;
        });
    }
    return dossiers_.rewrite(dossier, form, {{}, {*row}, "attachment " + id.text() + ", detached"},
                             said);
}

}  // namespace sightline::kiosk

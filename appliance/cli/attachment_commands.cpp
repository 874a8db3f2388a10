#include "appliance/cli/attachment_commands.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "appliance/base/descriptor.h"
#include "appliance/base/hex.h"
#include "appliance/cli/asking.h"
#include "appliance/cli/outcome.h"
#include "storage/attachment_repository.h"
#include "storage/durable_file.h"
#include "storage/sync/attachment_chunk.h"

namespace sightline::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using base::Errc;
using base::Error;
using storage::sync::kChunkBytes;

// Up to a whole piece; less is the end of the file.
base::Result<base::Bytes> read_piece(const base::Descriptor& from, const std::string& file) {
    base::Bytes piece(kChunkBytes);
    std::size_t size = 0;
    while (size < piece.size()) {
        const ssize_t n = ::read(from.get(), piece.data() + size, piece.size() - size);
        if (n < 0) {
            return Error{Errc::Unavailable, "read " + file + ": " + std::strerror(errno) +
                                                "; copy it to another disk and try again"};
        }
        if (n == 0) break;
        size += static_cast<std::size_t>(n);
    }
    piece.resize(size);
    return piece;
}

base::Result<void> write_all(const base::Descriptor& to, base::ByteView bytes,
                             const std::string& file) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(to.get(), bytes.data(), bytes.size());
        if (n < 0) {
            return Error{Errc::Unavailable, "write " + file + ": " + std::strerror(errno) +
                                                "; free space or name another place"};
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
    return {};
}

// What the kiosk would say after 64 MiB have gone there. It judges all the same.
base::Result<void> check_file(const base::Descriptor& descriptor, const std::string& file) {
    struct stat status {};
    if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0 ||
        !S_ISREG(status.st_mode)) {
        return Error{Errc::NotFound,
                     "attach " + file + ": it cannot be read or is no file; correct the name"};
    }
    if (static_cast<std::uint64_t>(status.st_size) > storage::kMaxAttachmentBytes) {
        return Error{Errc::TooLarge,
                     "attach " + file +
                         ": it has more than 64 MiB; scan it at a lower resolution, or attach it "
                         "in parts"};
    }
    return {};
}

base::Result<std::string> send_pieces(const Places& places, const std::string& dossier,
                                      const base::Descriptor& from, const std::string& file) {
    std::string upload;
    for (;;) {
        const auto piece = read_piece(from, file);
        if (!piece) return piece.error();
        if (piece->empty() && !upload.empty()) return upload;
        json::object request{
            {"do", "attachment.piece"}, {"dossier", dossier}, {"data", base::to_base64url(*piece)}};
        if (!upload.empty()) request["upload"] = upload;
        const auto reply = ask_as_staff(places, std::move(request));
        if (!reply) return reply.error();
        upload = text_or_dash(*reply, "upload");
        if (piece->size() < kChunkBytes) return upload;
    }
}

base::Result<void> fetch_pieces(const Places& places, const AttachmentPlace& place,
                                const base::Descriptor& to, const std::string& file) {
    std::uint64_t pieces = 1;
    for (std::uint64_t at = 0; at < pieces; ++at) {
        json::object request{{"do", "attachment.read"},
                             {"dossier", place.dossier},
                             {"attachment", place.attachment},
                             {"piece", at}};
        if (!place.reader.empty()) request["for"] = place.reader;
        const auto reply = ask_as_staff(places, std::move(request));
        if (!reply) return reply.error();
        pieces = reply->at("pieces").to_number<std::uint64_t>();
        const auto bytes = base::from_base64url(std::string_view(reply->at("data").as_string()));
        if (!bytes) {
            return Error{Errc::Malformed,
                         "read the kiosk's answer: it is no document; update both programs"};
        }
        if (auto written = write_all(to, *bytes, file); !written) return written.error();
    }
    if (::fsync(to.get()) == 0) return {};
    return Error{Errc::Unavailable, "write " + file + ": " + std::strerror(errno) +
                                        "; free space or name another place"};
}

void print_attachment(const json::object& one) {
    const auto count = [&](const char* key) { return one.at(key).to_number<std::uint64_t>(); };
    std::cout << text_or_dash(one, "id") << "  " << text_or_dash(one, "name") << "  "
              << count("bytes") << " bytes  " << text_or_dash(one, "type") << "  from "
              << text_or_dash(one, "from");
    if (one.at("confidential").as_bool()) {
        std::cout << "  CONFIDENTIAL, for " << text_or_dash(one, "about") << " alone";
    }
    if (!one.at("whole").as_bool()) {
        std::cout << "  " << count("pieces_here") << " of " << count("pieces")
                  << " pieces have come";
    }
    for (const auto& state : one.at("told").as_array()) {
        std::cout << "  " << std::string_view(state.as_string());
    }
    if (count("pieces_to_send") > 0) std::cout << "  " << count("pieces_to_send") << " to send";
    std::cout << "\n";
}

}  // namespace

int attach_document(const Places& places, const std::string& dossier, const AttachOrder& order) {
    const base::Descriptor from(::open(order.file.c_str(), O_RDONLY | O_CLOEXEC));
    if (auto good = check_file(from, order.file); !good) {
        return complain(kUsage, good.error().text);
    }
    const auto upload = send_pieces(places, dossier, from, order.file);
    if (!upload) return complain(upload.error().text);
    const std::string name =
        order.name.empty() ? fs::path(order.file).filename().string() : order.name;
    json::object request{{"do", "attachment.attach"},
                         {"upload", *upload},
                         {"name", name},
                         {"type", order.media_type},
                         {"confidential", order.openness == Openness::Confidential}};
    if (!order.about.empty()) request["about"] = order.about;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    std::cout << text_or_dash(*reply, "attachment") << "\n";
    return kDone;
}

int list_attachments(const Places& places, const std::string& dossier, const std::string& reader,
                     Format format) {
    json::object request{{"do", "attachment.list"}, {"dossier", dossier}};
    if (!reader.empty()) request["for"] = reader;
    const auto reply = ask_as_staff(places, std::move(request));
    if (!reply) return complain(reply.error().text);
    const auto& all = reply->at("attachments").as_array();
    if (format == Format::Json) {
        std::cout << json::serialize(all) << "\n";
        return kDone;
    }
    if (all.empty()) std::cout << "none\n";
    for (const auto& one : all) print_attachment(one.as_object());
    return kDone;
}

int fetch_attachment(const Places& places, const AttachmentPlace& place, const std::string& file,
                     Overwriting overwriting) {
    std::error_code ignored;
    if (overwriting == Overwriting::Never && fs::exists(fs::symlink_status(file, ignored))) {
        return complain(kUsage, "write " + file +
                                    ": it is there already; name another file, or give "
                                    "--overwrite");
    }
    const std::string part = file + ".part";
    // What a fetch that was killed has left.
    fs::remove(part, ignored);
    base::Result<void> done;
    {
        const base::Descriptor to(
            ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (to.get() < 0) {
            return complain("create " + part + ": " + std::strerror(errno) +
                            "; name a file in a directory of your own");
        }
        done = fetch_pieces(places, place, to, file);
    }
    if (done && overwriting == Overwriting::Allowed) done = storage::move_into_place(part, file);
    if (done && overwriting == Overwriting::Never) done = storage::keep_as(part, file);
    fs::remove(part, ignored);
    if (!done) return complain(done.error().text);
    return kDone;
}

int detach_attachment(const Places& places, const std::string& dossier,
                      const std::string& attachment) {
    return ask_and_say(
        places, {{"do", "attachment.detach"}, {"dossier", dossier}, {"attachment", attachment}},
        Format::Text);
}

}  // namespace sightline::cli

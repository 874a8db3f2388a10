#include "storage/relay/chunk_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "appliance/base/descriptor.h"
#include "storage/sync/relay_store.h"

namespace sightline::storage::relay {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void chunk_failed(const char* doing, const fs::path& path, int why) {
    throw sync::StoreFailure(
        std::string(doing) + " " + path.string() + ": " + std::strerror(why) +
        (why == ENOSPC || why == EDQUOT ? "; free space on the disk that --store names"
         : why == EIO || why == EROFS
             ? "; check the disk that --store names, and the system log"
             : "; give the hub's user write access to the folder that --store names"));
}

void sync_folder(const fs::path& folder) {
    const base::Descriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!open || ::fsync(open.get()) != 0) chunk_failed("sync the folder", folder, errno);
}

void make_folder(const fs::path& folder) {
    if (::mkdir(folder.c_str(), 0700) != 0) {
        if (errno == EEXIST) return;
        chunk_failed("make the folder", folder, errno);
    }
    try {
        sync_folder(folder.parent_path());
    } catch (const sync::StoreFailure&) {
        ::rmdir(folder.c_str());  // or the next call would take it for one that stays
        throw;
    }
}

void write_synced(const fs::path& file, std::string_view bytes) {
    // What a crash has left under this name is of no use.
    const base::Descriptor open(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!open) chunk_failed("make the file", file, errno);
    while (!bytes.empty()) {
        const ssize_t written = ::write(open.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) chunk_failed("write", file, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(open.get()) != 0) chunk_failed("sync", file, errno);
}

}  // namespace

ChunkFiles::ChunkFiles(fs::path folder) : folder_(std::move(folder)) { make_folder(folder_); }

fs::path ChunkFiles::path_of(const sync::OpHash& name) const {
    const std::string text = sync::text_of(name);
    return folder_ / text.substr(0, 2) / text;
}

bool ChunkFiles::has(const sync::OpHash& name) const {
    const fs::path file = path_of(name);
    if (::access(file.c_str(), F_OK) == 0) return true;
    if (errno == ENOENT) return false;
    chunk_failed("look for", file, errno);
}

void ChunkFiles::keep(const sync::OpHash& name, std::string_view bytes) {
    if (has(name)) return;
    const fs::path file = path_of(name);
    make_folder(file.parent_path());
    const fs::path unfinished = file.string() + ".new";
    try {
        write_synced(unfinished, bytes);
        if (::rename(unfinished.c_str(), file.c_str()) != 0) chunk_failed("name", file, errno);
        sync_folder(file.parent_path());
    } catch (const sync::StoreFailure&) {
        // Or the next call would find it and say that it is on the disk.
        ::unlink(unfinished.c_str());
        ::unlink(file.c_str());
        throw;
    }
}

std::optional<std::string> ChunkFiles::read(const sync::OpHash& name) const {
    const fs::path file = path_of(name);
    const base::Descriptor open(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!open && errno == ENOENT) return std::nullopt;
    struct stat status {};
    if (!open || ::fstat(open.get(), &status) != 0) chunk_failed("open", file, errno);
    std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
        const ssize_t got = ::read(open.get(), bytes.data() + have, bytes.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) chunk_failed("read", file, got < 0 ? errno : EIO);
        have += static_cast<std::size_t>(got);
    }
    return bytes;
}

}  // namespace sightline::storage::relay

#include "storage/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "appliance/base/descriptor.h"

namespace sightline::storage {
namespace {

using base::Errc;
using base::Error;
namespace fs = std::filesystem;

const char* remedy(int why) {
    switch (why) {
        case ENOENT:
        case ENOTDIR:
            return "; create the directory or correct the path";
        case EACCES:
        case EPERM:
        case EROFS:
            return "; give this program's user write access there";
        case EEXIST:
            return "; choose another name";
        case ENOSPC:
        case EDQUOT:
            return "; free space on that disk";
        default:
            return "; check the disk and the system log";
    }
}

Error trouble(const char* doing, const fs::path& path, int why) {
    return {why == EEXIST ? Errc::Conflict : Errc::Unavailable,
            std::string(doing) + " " + path.string() + ": " + std::strerror(why) + remedy(why)};
}

fs::path directory_of(const fs::path& file) {
    const auto parent = file.parent_path();
    return parent.empty() ? fs::path(".") : parent;
}

base::Descriptor create(const fs::path& file) {
    return base::Descriptor(
        ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
}

}  // namespace

base::Result<void> create_private_file(const fs::path& file) {
    if (!create(file)) return trouble("create", file, errno);
    return {};
}

base::Result<void> write_private_file(const fs::path& file, base::ByteView bytes) {
    const auto out = create(file);
    if (!out) return trouble("create", file, errno);
    while (!bytes.empty()) {
        const auto written = ::write(out.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return trouble("write", file, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(out.get()) != 0) return trouble("write", file, errno);
    return {};
}

base::Result<void> create_private_directory(const fs::path& directory) {
    if (::mkdir(directory.c_str(), 0700) != 0) return trouble("create", directory, errno);
    return {};
}

base::Result<void> sync_path(const fs::path& path) {
    const base::Descriptor open(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!open || ::fsync(open.get()) != 0) return trouble("write", path, errno);
    return {};
}

base::Result<void> move_into_place(const fs::path& from, const fs::path& to) {
    if (::rename(from.c_str(), to.c_str()) != 0) return trouble("replace", to, errno);
    return sync_path(directory_of(to));
}

base::Result<void> keep_as(const fs::path& file, const fs::path& name) {
    if (::link(file.c_str(), name.c_str()) != 0) {
        // A memory stick formatted elsewhere has no links.
        if (errno != EPERM && errno != EOPNOTSUPP) return trouble("keep", name, errno);
        return move_into_place(file, name);
    }
    return sync_path(directory_of(name));
}

}  // namespace sightline::storage

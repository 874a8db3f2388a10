#include "hardware/file_secret.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "appliance/base/random.h"

namespace sightline::hardware {
namespace {

using base::Descriptor;
using base::Errc;
using base::Error;

constexpr std::string_view kPrefix = "epoch-";
constexpr std::string_view kSuffix = ".secret";
constexpr const char* kCounter = "counter";

std::string name_of(std::uint64_t epoch) {
    return std::string(kPrefix) + std::to_string(epoch) + std::string(kSuffix);
}

// nullopt unless `name_of` gives exactly this name.
std::optional<std::uint64_t> epoch_of(std::string_view name) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
    const std::string_view digits =
        name.substr(kPrefix.size(), name.size() - kPrefix.size() - kSuffix.size());
    std::uint64_t epoch = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), epoch);
    if (name_of(epoch) != name) return std::nullopt;
    return epoch;
}

const char* remedy(int why) {
    switch (why) {
        case ENOENT:
            return "; create the directory above it";
        case EACCES:
        case EPERM:
        case EROFS:
            return "; give this program's user write access to it";
        case ENOSPC:
        case EDQUOT:
            return "; free space on that disk";
        default:
            return "; check the disk and the system log";
    }
}

// The sentence that refuses what `status` describes, or empty.
std::string objection(const struct stat& status, const char* mode) {
    if (status.st_uid != ::geteuid()) {
        return "it belongs to another user; make this program's user its owner";
    }
    if ((status.st_mode & 077) != 0) {
        return std::string("others may read or change it; take it for known, and set mode ") + mode;
    }
    return {};
}

bool write_all(int fd, base::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(fd, bytes.data(), bytes.size());
        if (written <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

FileSecret::FileSecret(std::filesystem::path path, Descriptor directory)
    : path_(std::move(path)), directory_(std::move(directory)) {}

base::Result<std::unique_ptr<FileSecret>> FileSecret::open(std::filesystem::path directory) {
    const std::string prefix = "open the device secrets' directory " + directory.string() + ": ";
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        const int why = errno;
        return Error(Errc::Unavailable, prefix + ::strerror(why) + remedy(why));
    }
    Descriptor opened(
        ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!opened) {
        const int why = errno;
        if (why == ENOTDIR || why == ELOOP) {
            return Error(Errc::Forbidden,
                         prefix + "it is a symbolic link or no directory; name a real directory");
        }
        return Error(Errc::Unavailable, prefix + ::strerror(why) + remedy(why));
    }
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) {
        return Error(Errc::Unavailable, prefix + ::strerror(errno));
    }
    if (const std::string why = objection(status, "0700"); !why.empty()) {
        return Error(Errc::Forbidden, prefix + why);
    }
    return std::unique_ptr<FileSecret>(new FileSecret(std::move(directory), std::move(opened)));
}

Error FileSecret::trouble(const char* doing, const std::string& name, int why) const {
    return Error(Errc::Unavailable, std::string(doing) + " " + (path_ / name).string() + ": " +
                                        ::strerror(why) + remedy(why));
}

bool FileSecret::exists(const std::string& name) const {
    struct stat status {};
    return ::fstatat(directory_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 ||
           errno != ENOENT;
}

base::Result<void> FileSecret::load(const std::string& name, base::MutableBytes into) const {
    const std::string prefix = "read " + (path_ / name).string() + ": ";
    // O_NONBLOCK: a FIFO of that name is refused below and must not keep us waiting here.
    const Descriptor file(
        ::openat(directory_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        const int why = errno;
        if (why == ENOENT) return Error(Errc::NotFound, prefix + "there is none");
        if (why == ELOOP) {
            return Error(Errc::Forbidden,
                         prefix + "it is a symbolic link; put the file itself there");
        }
        return trouble("read", name, why);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return trouble("read", name, errno);
    if (!S_ISREG(status.st_mode)) {
        return Error(Errc::Forbidden, prefix + "it is no regular file; remove it");
    }
    if (const std::string why = objection(status, "0600"); !why.empty()) {
        return Error(Errc::Forbidden, prefix + why);
    }
    if (status.st_size != static_cast<off_t>(into.size()) ||
        ::read(file.get(), into.data(), into.size()) != static_cast<ssize_t>(into.size())) {
        return Error(Errc::Malformed, prefix + "it has " + std::to_string(status.st_size) +
                                          " bytes where " + std::to_string(into.size()) +
                                          " belong; restore it from a copy");
    }
    return {};
}

base::Result<void> FileSecret::store(const std::string& name, base::ByteView bytes) {
    const std::string fresh = name + ".new";
    // What a crash left half-written may hold a secret.
    if (auto gone = overwrite_and_unlink(fresh); !gone) return gone;
    Descriptor file(::openat(directory_.get(), fresh.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return trouble("create", fresh, errno);
    // The owner's rights too, whatever the umask took away.
    if (::fchmod(file.get(), 0600) != 0 || !write_all(file.get(), bytes) ||
        ::fsync(file.get()) != 0) {
        const int why = errno;
        file = Descriptor();
        ::unlinkat(directory_.get(), fresh.c_str(), 0);
        return trouble("write", fresh, why);
    }
    if (::renameat(directory_.get(), fresh.c_str(), directory_.get(), name.c_str()) != 0 ||
        ::fsync(directory_.get()) != 0) {
        return trouble("put in its place", name, errno);
    }
    return {};
}

base::Result<void> FileSecret::overwrite_and_unlink(const std::string& name) {
    const Descriptor file(
        ::openat(directory_.get(), name.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!file && errno == ENOENT) return {};
    if (file) {
        struct stat status {};
        if (::fstat(file.get(), &status) != 0) return trouble("overwrite", name, errno);
        const base::Bytes zeros(4096);
        for (off_t at = 0; S_ISREG(status.st_mode) && at < status.st_size;) {
            const auto left = static_cast<std::size_t>(status.st_size - at);
            const ssize_t written =
                ::pwrite(file.get(), zeros.data(), std::min(left, zeros.size()), at);
            if (written <= 0) return trouble("overwrite", name, errno);
            at += written;
        }
        if (S_ISREG(status.st_mode) && ::fsync(file.get()) != 0) {
            return trouble("overwrite", name, errno);
        }
    } else if (errno != ELOOP) {  // a symbolic link goes, what it points to is not ours
        return trouble("overwrite", name, errno);
    }
    if (::unlinkat(directory_.get(), name.c_str(), 0) != 0 || ::fsync(directory_.get()) != 0) {
        return trouble("remove", name, errno);
    }
    return {};
}

base::Result<base::Secret> FileSecret::create(std::uint64_t epoch, const base::Secret&) {
    const std::string name = name_of(epoch);
    if (exists(name)) {
        return Error(Errc::Conflict, "create " + (path_ / name).string() +
                                         ": the epoch has a secret already; use the next epoch");
    }
    std::array<std::uint8_t, kSecretBytes> bytes{};
    base::fill_random(bytes);
    base::Secret secret{base::ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());
    if (auto stored = store(name, secret.reveal()); !stored) return stored.error();
    return secret;
}

base::Result<base::Secret> FileSecret::read(std::uint64_t epoch, const base::Secret&) {
    std::array<std::uint8_t, kSecretBytes> bytes{};
    if (auto loaded = load(name_of(epoch), bytes); !loaded) return loaded.error();
    base::Secret secret{base::ByteView(bytes)};
    ::explicit_bzero(bytes.data(), bytes.size());
    return secret;
}

base::Result<void> FileSecret::destroy(std::uint64_t epoch) {
    const std::string name = name_of(epoch);
    if (auto gone = overwrite_and_unlink(name); !gone) return gone;
    return overwrite_and_unlink(name + ".new");
}

base::Result<std::vector<std::uint64_t>> FileSecret::epochs() {
    // A descriptor of its own: the position in a directory belongs to the open file.
    const int listed =
        ::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    DIR* entries = listed >= 0 ? ::fdopendir(listed) : nullptr;
    if (entries == nullptr) {
        const int why = errno;
        if (listed >= 0) ::close(listed);
        return trouble("list", "", why);
    }
    std::vector<std::uint64_t> found;
    while (const dirent* entry = ::readdir(entries)) {
        if (const auto epoch = epoch_of(entry->d_name)) found.push_back(*epoch);
    }
    ::closedir(entries);
    std::sort(found.begin(), found.end());
    return found;
}

base::Result<std::uint64_t> FileSecret::counter() {
    std::array<std::uint8_t, 8> bytes{};
    const auto loaded = load(kCounter, bytes);
    if (loaded) return base::load64(bytes.data());
    if (loaded.error().code == Errc::NotFound) return 0;
    return loaded.error();
}

base::Result<std::uint64_t> FileSecret::increment() {
    const auto now = counter();
    if (!now) return now.error();
    std::array<std::uint8_t, 8> bytes{};
    base::store64(bytes.data(), *now + 1);
    if (auto stored = store(kCounter, bytes); !stored) return stored.error();
    return *now + 1;
}

std::string FileSecret::where() const { return "files in " + path_.string(); }

}  // namespace sightline::hardware

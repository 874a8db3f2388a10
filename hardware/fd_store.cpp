#include "hardware/fd_store.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

namespace sightline::hardware {
namespace {

using base::Descriptor;
using base::Errc;
using base::Error;

constexpr int kAllSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

// What systemd takes for an FDNAME; it would keep another under the name "stored".
bool is_fd_name(std::string_view name) {
    return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), [](char c) {
        return c >= ' ' && c < 127 && c != ':';
    });
}

base::Result<void> say(std::string_view doing, std::string_view name, const std::string& message,
                       const int* fds, unsigned count) {
    const std::string prefix = std::string(doing) + " the descriptor '" + std::string(name) + "': ";
    if (!is_fd_name(name)) {
        return Error(Errc::Malformed, prefix + "a name is 1 to 255 printable characters, no colon");
    }
    const int sent = sd_pid_notify_with_fds(0, 0, message.c_str(), fds, count);
    if (sent == 0) {
        return Error(Errc::Unavailable,
                     prefix +
                         "nobody keeps descriptors for this program; start it from systemd or "
                         "sightline-supervisor");
    }
    if (sent < 0) {
        return Error(Errc::Unavailable,
                     prefix + ::strerror(-sent) + "; check the socket in NOTIFY_SOCKET");
    }
    return {};
}

Descriptor make_memory() {
#ifdef MFD_NOEXEC_SEAL
    Descriptor memory(::memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL));
    if (memory || errno != EINVAL) return memory;  // EINVAL: a kernel before 6.3
#endif
    return Descriptor(::memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING));
}

}  // namespace

FdStore::FdStore() {
    char** names = nullptr;
    const int count = sd_listen_fds_with_names(1, &names);
    for (int i = 0; i < count; ++i) {
        inherited_.emplace_back(names[i], Descriptor(SD_LISTEN_FDS_START + i));
        std::free(names[i]);
    }
    std::free(names);
}

std::optional<Descriptor> FdStore::take(std::string_view name) {
    const auto found = std::find_if(inherited_.begin(), inherited_.end(),
                                    [name](const auto& one) { return one.first == name; });
    if (found == inherited_.end()) return std::nullopt;
    Descriptor fd = std::move(found->second);
    inherited_.erase(found);
    return fd;
}

base::Result<void> FdStore::keep(std::string_view name, int fd) {
    // systemd keeps several of one name, so that a reader could not tell the newest.
    if (auto forgotten = forget(name); !forgotten) return forgotten;
    return say("keep", name, "FDSTORE=1\nFDNAME=" + std::string(name), &fd, 1);
}

base::Result<void> FdStore::forget(std::string_view name) {
    return say("forget", name, "FDSTOREREMOVE=1\nFDNAME=" + std::string(name), nullptr, 0);
}

base::Result<Descriptor> make_sealed_memory(base::ByteView bytes) {
    if (bytes.empty() || bytes.size() > kMaxSealedBytes) {
        return Error(Errc::TooLarge, "make sealed memory: it takes 1 to " +
                                         std::to_string(kMaxSealedBytes) + " bytes");
    }
    Descriptor memory = make_memory();
    if (!memory ||
        ::write(memory.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) ||
        ::fcntl(memory.get(), F_ADD_SEALS, kAllSeals) != 0) {
        return Error(Errc::Unavailable, std::string("make sealed memory: ") + ::strerror(errno) +
                                            "; check the memory limits of this program");
    }
    return memory;
}

base::Result<base::Secret> read_sealed_memory(int fd) {
    const int seals = ::fcntl(fd, F_GET_SEALS);  // -1 when it is no memory at all
    if (seals < 0 || (seals & kAllSeals) != kAllSeals) {
        return Error(Errc::Forbidden,
                     "read sealed memory: it is not sealed; drop it and unlock again");
    }
    struct stat status {};
    if (::fstat(fd, &status) != 0 || status.st_size <= 0 ||
        status.st_size > static_cast<off_t>(kMaxSealedBytes)) {
        return Error(Errc::TooLarge,
                     "read sealed memory: it is empty or too large; drop it and "
                     "unlock again");
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    std::array<std::uint8_t, kMaxSealedBytes> buffer{};
    // By offset: the position is shared with whoever else holds this descriptor.
    const ssize_t got = ::pread(fd, buffer.data(), size, 0);
    base::Secret secret(base::ByteView(buffer).first(got > 0 ? static_cast<std::size_t>(got) : 0));
    ::explicit_bzero(buffer.data(), buffer.size());
    if (got != static_cast<ssize_t>(size)) {
        return Error(Errc::Unavailable,
                     std::string("read sealed memory: ") + ::strerror(errno) + "; unlock again");
    }
    return secret;
}

}  // namespace sightline::hardware

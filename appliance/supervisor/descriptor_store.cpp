#include "appliance/supervisor/descriptor_store.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace sightline::supervisor {
namespace {

// Whether both name one open file. Where the kernel will not say, they are taken for different.
bool are_same(int a, int b) {
    const pid_t self = ::getpid();
    return ::syscall(SYS_kcmp, self, self, KCMP_FILE, a, b) == 0;
}

bool is_fd_name(std::string_view name) {
    return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), [](char c) {
        return c >= ' ' && c < 127 && c != ':';
    });
}

}  // namespace

DescriptorStore::Kept DescriptorStore::keep(std::string name, Descriptor fd) {
    if (held_.size() >= max_) return Kept::Full;
    if (std::any_of(held_.begin(), held_.end(),
                    [&fd](const Held& one) { return are_same(one.fd.get(), fd.get()); })) {
        return Kept::Already;
    }
    held_.insert(held_.begin(), Held{std::move(name), std::move(fd)});
    return Kept::Yes;
}

void DescriptorStore::forget(std::string_view name) {
    std::erase_if(held_, [name](const Held& one) { return one.name == name; });
}

NotifyMessage parse_notify(std::string_view datagram) {
    constexpr std::string_view kName = "FDNAME=";
    NotifyMessage message;
    bool keep = false;
    bool forget = false;
    while (!datagram.empty()) {
        const std::string_view line = datagram.substr(0, datagram.find('\n'));
        datagram.remove_prefix(std::min(datagram.size(), line.size() + 1));
        message.ready = message.ready || line == "READY=1";
        message.alive = message.alive || line == "WATCHDOG=1";
        keep = keep || line == "FDSTORE=1";
        forget = forget || line == "FDSTOREREMOVE=1";
        if (line.starts_with(kName)) message.name = line.substr(kName.size());
    }
    const bool named = is_fd_name(message.name);
    if (forget) {
        if (named) message.descriptors = NotifyMessage::Descriptors::Forget;
    } else if (keep) {
        message.descriptors = NotifyMessage::Descriptors::Keep;
        if (!named) message.name = "stored";
    }
    return message;
}

}  // namespace sightline::supervisor

#include "tests/support/crash_disk.h"

#include <algorithm>
#include <cstring>

#include "appliance/base/check.h"

namespace sightline::tests {
namespace {

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }
std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void put(base::Bytes& bytes, std::uint64_t offset, base::ByteView data) {
    if (data.empty()) return;
    if (bytes.size() < offset + data.size()) bytes.resize(offset + data.size());
    std::memcpy(bytes.data() + offset, data.data(), data.size());
}

// Which of `n` unsynced operations survive.
std::vector<bool> draw(Survival survival, std::size_t n, Dice& dice) {
    std::vector<bool> kept(n, survival == Survival::All);
    if (survival != Survival::Mixed || n == 0) return kept;
    switch (dice.below(6)) {
        case 0:
            break;
        case 1:
            kept.assign(n, true);
            break;
        case 2:
            kept.back() = true;
            break;
        case 3:
            kept.assign(n, true);
            kept[dice.below(n)] = false;
            break;
        default:
            for (std::size_t i = 0; i < n; ++i) kept[i] = dice.coin();
    }
    return kept;
}

}  // namespace

std::uint64_t Dice::next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

std::string Event::text() const {
    const std::string number = "file " + std::to_string(file);
    switch (kind) {
        case Kind::Create:
            return "create " + last_part(path);
        case Kind::Unlink:
            return "unlink " + last_part(path);
        case Kind::Write:
            return "write " + std::to_string(bytes.size()) + " at " + std::to_string(offset) +
                   " of " + number;
        case Kind::Resize:
            return "resize " + number + " to " + std::to_string(offset);
        case Kind::SyncFile:
            return (fails ? "fail to sync " : "sync ") + number;
        case Kind::SyncDirectory:
            return "sync the directory";
    }
    return "";
}

Disk::Disk(DiskSettings settings, const Image& image) : settings_(settings) {
    for (const auto& [path, bytes] : image) {
        names_[path] = durable_names_[path] = files_.size();
        files_.push_back({bytes, bytes, {}});
    }
}

std::optional<FileId> Disk::find(const std::string& path) const {
    const auto it = names_.find(path);
    if (it == names_.end()) return std::nullopt;
    return it->second;
}

Image Disk::running() const {
    Image image;
    for (const auto& [path, file] : names_) image[path] = files_[file].seen;
    return image;
}

void Disk::apply(const Event& event) {
    switch (event.kind) {
        case Event::Kind::Create:
            CHECK(!names_.contains(event.path));
            names_[event.path] = files_.size();
            entries_.push_back({Entry::Kind::Create, event.path, files_.size()});
            files_.emplace_back();
            return;
        case Event::Kind::Unlink:
            CHECK(names_.contains(event.path));
            entries_.push_back({Entry::Kind::Unlink, event.path, names_.at(event.path)});
            names_.erase(event.path);
            return;
        case Event::Kind::Write:
            write(files_.at(event.file), event.offset, event.bytes);
            return;
        case Event::Kind::Resize: {
            File& file = files_.at(event.file);
            file.seen.resize(event.offset);
            file.changes.push_back({Change::Kind::Size, event.offset, {}});
            return;
        }
        case Event::Kind::SyncFile: {
            File& file = files_.at(event.file);
            for (Change& change : file.changes) {
                if (change.standing != Standing::Unsynced) continue;
                change.standing = event.fails ? Standing::Doubtful : Standing::Synced;
            }
            make_durable(file);
            return;
        }
        case Event::Kind::SyncDirectory:
            sync_directory(event.path);
            return;
    }
}

void Disk::flip_bit(FileId file, std::uint64_t bit) {
    auto& [seen, durable, changes] = files_.at(file);
    const auto mask = static_cast<std::uint8_t>(1u << (bit % 8));
    seen.at(bit / 8) ^= mask;
    if (bit / 8 < durable.size()) durable[bit / 8] ^= mask;
}

void Disk::write(File& file, std::uint64_t offset, base::ByteView bytes) const {
    const std::uint64_t end = offset + bytes.size();
    // A file may have grown on the disk before its new sectors are written (no SAFE_APPEND).
    if (end > file.seen.size()) file.changes.push_back({Change::Kind::Size, end, {}});
    put(file.seen, offset, bytes);
    for (std::uint64_t at = offset; at < end;) {
        const std::uint64_t next =
            std::min(end, (at / settings_.sector_bytes + 1) * settings_.sector_bytes);
        const base::ByteView part = bytes.subspan(at - offset, next - at);
        file.changes.push_back({Change::Kind::Data, at, {part.begin(), part.end()}});
        at = next;
    }
}

// Only from the front, so that the order of what remains stays right.
void Disk::make_durable(File& file) {
    auto it = file.changes.begin();
    for (; it != file.changes.end() && it->standing == Standing::Synced; ++it) {
        if (it->kind == Change::Kind::Data) {
            put(file.durable, it->at, it->bytes);
        } else {
            file.durable.resize(it->at);
        }
    }
    file.changes.erase(file.changes.begin(), it);
}

void Disk::sync_directory(const std::string& directory) {
    for (Entry& entry : entries_) {
        if (directory_of(entry.path) == directory) entry.synced = true;
    }
    auto it = entries_.begin();
    for (; it != entries_.end() && it->synced; ++it) {
        if (it->kind == Entry::Kind::Create) {
            durable_names_[it->path] = it->file;
        } else {
            durable_names_.erase(it->path);
        }
    }
    entries_.erase(entries_.begin(), it);
}

Image Disk::cut(Survival survival, Dice& dice, std::string* story) const {
    Image image;
    for (const auto& [path, file] : surviving_names(survival, dice, story)) {
        if (story != nullptr) *story += "  " + last_part(path) + ":\n";
        image[path] = survivor(files_[file], survival, dice, story);
    }
    return image;
}

std::map<std::string, FileId> Disk::surviving_names(Survival survival, Dice& dice,
                                                    std::string* story) const {
    const std::vector<bool> kept = draw(survival, entries_.size(), dice);
    std::map<std::string, FileId> names = durable_names_;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const Entry& entry = entries_[i];
        const bool survives = entry.synced || kept[i];
        const bool create = entry.kind == Entry::Kind::Create;
        if (story != nullptr && !entry.synced) {
            *story += std::string(survives ? "  kept: " : "  lost: ") +
                      (create ? "create " : "unlink ") + last_part(entry.path) + "\n";
        }
        if (!survives) continue;
        if (create) {
            names[entry.path] = entry.file;
        } else {
            names.erase(entry.path);
        }
    }
    return names;
}

base::Bytes Disk::survivor(const File& file, Survival survival, Dice& dice,
                           std::string* story) const {
    static constexpr const char* kFates[] = {"kept", "lost", "torn, head new", "torn, tail new",
                                             "garbled"};
    const std::size_t n = file.changes.size();
    const std::vector<bool> kept = draw(survival, n, dice);
    const bool tears = survival == Survival::Mixed && n > 0 &&
                       settings_.tearing == Tearing::OneSectorPerFile && dice.below(3) == 0;
    const std::size_t torn = tears ? dice.below(n) : n;

    base::Bytes bytes = file.durable;
    for (std::size_t i = 0; i < n; ++i) {
        const Change& change = file.changes[i];
        Fate fate = kept[i] ? Fate::Kept : Fate::Dropped;
        if (i == torn) fate = static_cast<Fate>(2 + dice.below(3));
        if (change.standing == Standing::Synced) fate = Fate::Kept;
        if (story != nullptr && change.standing != Standing::Synced) {
            *story += std::string("    ") + kFates[static_cast<int>(fate)] + ": " +
                      (change.kind == Change::Kind::Size ? "size " : "write at ") +
                      std::to_string(change.at) + " (" + std::to_string(change.bytes.size()) +
                      " bytes)\n";
        }
        if (fate == Fate::Dropped) continue;
        if (fate != Fate::Kept) {
            put_torn(bytes, change, fate, dice);
        } else if (change.kind == Change::Kind::Data) {
            put(bytes, change.at, change.bytes);
        } else {
            bytes.resize(change.at);
        }
    }
    return bytes;
}

void Disk::put_torn(base::Bytes& bytes, const Change& change, Fate fate, Dice& dice) const {
    const auto garble = [&](std::uint64_t from, std::uint64_t to) {
        for (std::uint64_t i = from; i < to; ++i) bytes[i] = static_cast<std::uint8_t>(dice.next());
    };
    if (change.kind == Change::Kind::Size) {
        // Grown, but what the new sectors hold is whatever was on the disk.
        const std::uint64_t before = bytes.size();
        bytes.resize(change.at);
        garble(std::min(before, change.at), change.at);
        return;
    }
    const base::ByteView data = change.bytes;
    const std::size_t part = 1 + dice.below(data.size());
    if (fate == Fate::TornHead) {
        put(bytes, change.at, data.first(part));
    } else if (fate == Fate::TornTail) {
        put(bytes, change.at + data.size() - part, data.last(part));
    } else {
        put(bytes, change.at, data);
        std::uint64_t from = change.at;
        std::uint64_t to = change.at + data.size();
        if (settings_.overwrite == Overwrite::Unsafe) {
            from -= from % settings_.sector_bytes;
            to = std::min<std::uint64_t>(from + settings_.sector_bytes, bytes.size());
        }
        garble(from, to);
    }
}

}  // namespace sightline::tests

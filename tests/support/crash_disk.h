// A disk that loses power. Each file has what is durable and an ordered list of what was asked for
// since and not synced: writes, cut at sector borders, and changes of size. Names are entries of a
// directory, which has such a list of its own: syncing a file does not make its name durable
// (fsync(2): "does not necessarily ensure that the entry in the directory [...] has also reached
// disk"). A power cut keeps any subset of what was not synced, in the order it was asked for, and
// may tear one sector of each file.
//
// What the model leaves out: a disk that lies about a sync; damage to what is durable already,
// other than to the sector being written; and order that real file systems give beyond what POSIX
// promises, so that some of its states cannot happen on ext4. It errs towards losing more.
//
// One thread. Misuse, such as writing to a file that does not exist, is a CHECK.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "appliance/base/bytes.h"

namespace sightline::tests {

// SplitMix64 (Steele, Lea, Flood 2014): cheap to seed, and one state per seed and number.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
    bool coin() { return (next() & 1) != 0; }

  private:
    std::uint64_t state_;
};

enum class Overwrite {
    Unsafe,    // a torn sector is damaged as a whole, also where nothing was written
    PowerSafe  // only what was written is: SQLITE_IOCAP_POWERSAFE_OVERWRITE, the unix VFS's default
};
enum class Tearing { Never, OneSectorPerFile };

struct DiskSettings {
    std::size_t sector_bytes = 4096;
    Overwrite overwrite = Overwrite::Unsafe;
    Tearing tearing = Tearing::OneSectorPerFile;
};

// The files that a power cut left, by path.
using Image = std::map<std::string, base::Bytes>;

using FileId = std::size_t;

// One call that changes the disk or makes a change durable; a list of them is a trace.
struct Event {
    enum class Kind { Create, Unlink, Write, Resize, SyncFile, SyncDirectory };
    Kind kind;
    std::string path = {};     // Create, Unlink; the directory of SyncDirectory
    FileId file = 0;           // Write, Resize, SyncFile
    std::uint64_t offset = 0;  // of Write; the new size of Resize
    base::Bytes bytes = {};    // of Write
    bool fails = false;        // SyncFile: reports an error, see Disk::apply
    std::string text() const;  // for a person who replays a state
};

enum class Survival {
    None,  // nothing that was not synced
    All,   // everything
    Mixed  // drawn per file: none, all, only the last, all but one, or any subset
};

class Disk {
  public:
    // Everything in `image` is durable.
    explicit Disk(DiskSettings settings, const Image& image = {});

    // A failed sync makes nothing durable, and what it should have written stays in doubt for ever:
    // Linux marks such pages clean, so that no later sync writes them.
    void apply(const Event& event);

    // Rot: the bit is turned in what is durable and in what is seen. `bit` counts from the file's
    // beginning, lowest bit of a byte first.
    void flip_bit(FileId file, std::uint64_t bit);

    // What a program sees, synced or not.
    std::optional<FileId> find(const std::string& path) const;
    const base::Bytes& contents(FileId file) const { return files_.at(file).seen; }
    Image running() const;

    // What is left of it. If `story` is given, it tells what became of each unsynced operation.
    Image cut(Survival survival, Dice& dice, std::string* story = nullptr) const;

    const DiskSettings& settings() const { return settings_; }

  private:
    enum class Standing { Unsynced, Doubtful, Synced };
    struct Change {
        enum class Kind { Data, Size } kind;
        std::uint64_t at;  // offset of Data, the new size of Size
        base::Bytes bytes;
        Standing standing = Standing::Unsynced;
    };
    struct File {
        base::Bytes seen;
        base::Bytes durable;
        std::vector<Change> changes;
    };
    struct Entry {
        enum class Kind { Create, Unlink } kind;
        std::string path;
        FileId file;
        bool synced = false;
    };
    enum class Fate { Kept, Dropped, TornHead, TornTail, Garbled };

    void write(File& file, std::uint64_t offset, base::ByteView bytes) const;
    void make_durable(File& file);
    void sync_directory(const std::string& directory);
    base::Bytes survivor(const File& file, Survival survival, Dice& dice, std::string* story) const;
    std::map<std::string, FileId> surviving_names(Survival survival, Dice& dice,
                                                  std::string* story) const;
    void put_torn(base::Bytes& bytes, const Change& change, Fate fate, Dice& dice) const;

    DiskSettings settings_;
    std::vector<File> files_;  // by FileId; unlinked ones stay
    std::map<std::string, FileId> names_;
    std::map<std::string, FileId> durable_names_;
    std::vector<Entry> entries_;  // not all synced
};

}  // namespace sightline::tests

// Bits that rot: turns one bit of the sealed store's file, or of the journal that a power cut left
// beside it, opens the store as its program does, and asks it for everything it can say. Each flip
// must be noticed (a StorageError, a refused unlock, an Error) or do no harm: whatever the store
// does say is what was written, also after one more write and a restart.
//
// One thread; `vfs` must be the default VFS and outlive this.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/crash/store_workload.h"
#include "tests/support/crash_vfs.h"

namespace sightline::tests {

enum class FlipVerdict {
    Refused,       // it did not open, or not with the right PIN
    Noticed,       // some of it was said to be damaged, and the rest was right
    NoticedLater,  // only after a further write or a restart
    Harmless,
    Wrong  // it said what nobody wrote, or failed in a way it must not
};
inline constexpr const char* kFlipVerdicts[] = {"refused", "noticed", "noticed_later", "harmless",
                                                "wrong"};

struct Flip {
    FlipVerdict verdict = FlipVerdict::Wrong;
    std::string what;  // where the bit is, and what was said
};

// All that the store says, a line each, and whether it said that something is damaged.
struct Said {
    std::multiset<std::string> lines;
    std::string noticed;  // empty: nothing
};

class FlipExplorer {
  public:
    // Lock files lie in `directory`.
    FlipExplorer(CrashVfs& vfs, std::filesystem::path directory, std::uint64_t seed);
    ~FlipExplorer();

    Flip one(std::uint64_t number);

    // How many of the states begun with have a hot journal.
    std::size_t hot() const { return subjects_.size() - 1; }
    std::size_t database_bytes() const;

  private:
    // What the store said from this state, before and after the further write.
    struct Story {
        Said before;
        Said after;
    };
    struct Subject {
        std::string name;
        Image image;
        std::any device;
        std::vector<Story> allowed;
    };

    void add_quiet();
    void add_hot(std::size_t operation, std::size_t writes);
    std::any start(const Image& image, const std::any& device);
    Story tell(const Image& image, const std::any& device);
    Said ask();
    void write_more();
    std::string first_wrong(const Subject& subject, const Said& said, Said Story::*when) const;
    bool is_said(const Subject& subject, const Said& said, Said Story::*when) const;
    FlipVerdict judge(const Subject& subject, std::string& what);

    CrashVfs& vfs_;
    StoreWorkload workload_;
    std::uint64_t seed_;
    std::string database_, journal_;
    std::vector<Subject> subjects_;  // the first has no journal
    std::set<std::string> numbers_;  // of cases, to be looked for
};

}  // namespace sightline::tests

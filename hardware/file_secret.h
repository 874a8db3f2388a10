// Device secrets in files, for development and for the demo only. There is no device: who copies
// the directory has the secrets, `auth` is not checked (a stored hash of it would let a thief try
// PINs against the directory alone), and the counter comes back with an old copy of its file.
// Destroying overwrites and unlinks, but journals, snapshots and flash translation layers may keep
// what was there: nothing is promised, and `assurance` says so.
//
//   DIR/epoch-N.secret   32 bytes
//   DIR/counter          8 bytes, big-endian
//   *.new                one of these being written: ignored
//
// DIR is 0700 and the files are 0600, or they are refused. Each write goes to a new file that is
// synced, renamed and made durable by syncing DIR, so that a crash leaves the old or the new one.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "appliance/base/bytes.h"
#include "appliance/base/descriptor.h"
#include "hardware/device_secret.h"

namespace sightline::hardware {

class FileSecret final : public DeviceSecret {
  public:
    /// Makes the directory if it is missing; its parent must be there. Unavailable, or Forbidden
    /// when it is a symbolic link, another user's, or open to others.
    static base::Result<std::unique_ptr<FileSecret>> open(std::filesystem::path directory);

    base::Result<base::Secret> create(std::uint64_t epoch, const base::Secret& auth) override;
    base::Result<base::Secret> read(std::uint64_t epoch, const base::Secret& auth) override;
    base::Result<void> destroy(std::uint64_t epoch) override;
    base::Result<std::vector<std::uint64_t>> epochs() override;
    base::Result<std::uint64_t> counter() override;
    base::Result<std::uint64_t> increment() override;
    Assurance assurance() const override { return Assurance::File; }
    std::string where() const override;

  private:
    FileSecret(std::filesystem::path path, base::Descriptor directory);

    base::Error trouble(const char* doing, const std::string& name, int why) const;
    bool exists(const std::string& name) const;
    base::Result<void> load(const std::string& name, base::MutableBytes into) const;
    base::Result<void> store(const std::string& name, base::ByteView bytes);
    base::Result<void> overwrite_and_unlink(const std::string& name);

    std::filesystem::path path_;
    base::Descriptor directory_;  // names are resolved in it, whatever becomes of the path
};

}  // namespace sightline::hardware

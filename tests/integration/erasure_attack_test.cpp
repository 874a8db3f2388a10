// Somebody who has everything after an erasure: the disk from before it, a backup, the disk from
// after it, the TPM with all its memory, the PIN and the key that is kept across a crash; and who
// knows every format. What they try: every 32 bytes that stand anywhere, as each of the keys. The
// control is the same attack with the TPM's memory from before, which succeeds.
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "hardware/tpm_secret.h"
#include "storage/case_repository.h"
#include "storage/dossier_seal.h"
#include "storage/erasure.h"
#include "storage/seal/aead.h"
#include "storage/sealed_tables.h"
#include "tests/support/ext4_image.h"
#include "tests/support/open_store.h"
#include "tests/support/software_tpm.h"

namespace sightline::storage {
namespace {

namespace fs = std::filesystem;
using base::Bytes;
using base::ByteView;
using base::Secret;

constexpr const char* kCanary = "the canary of the erased dossier";
const CaseRepository::Said kSaid{"staff 1", model::RecordTime(std::chrono::hours(1))};

Bytes bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// All files under a directory, one after the other.
Bytes everything_in(const fs::path& directory) {
    Bytes all;
    for (const auto& entry : fs::recursive_directory_iterator(directory)) {
        if (!entry.is_regular_file()) continue;
        const Bytes bytes = bytes_of(entry.path());
        all.insert(all.end(), bytes.begin(), bytes.end());
    }
    return all;
}

// The attack on one old database, of which the sealed values of the erased dossier are known by
// their place. The formulas are those of keyring.h and dossier_seal.h, written down once more.
class Attack {
  public:
    Attack(const fs::path& database, base::DossierId erased)
        : database_(database.string(), SQLite::OPEN_READONLY), erased_(erased) {
        SealedTables tables(database_);
        epoch_ = tables.store().value().epoch;
        dossier_ = tables.dossier(erased).value();
        for (auto& record : tables.records(erased)) {
            if (record.kind == RecordKind::Case) record_ = std::move(record);
        }
        pin_ = Secret(seal::stretch_pin(tests::test_pin(), epoch_.pin_salt, {epoch_.pin_log2_n})
                          .seal.reveal());
    }

    struct Hits {
        std::size_t tried = 0;
        std::size_t epoch_key = 0, device_secret = 0, record_key = 0;
        std::string canary;  // what was read
        std::size_t any() const { return epoch_key + device_secret + record_key; }
    };
    // Every 32 bytes of `hay` that stand together, each once, as each of the keys.
    void search(ByteView hay, Hits& hits) {
        for (std::size_t at = 0; at + seal::kKeyBytes <= hay.size(); ++at) {
            const ByteView window = hay.subspan(at, seal::kKeyBytes);
            if (!seen_.insert(std::string(base::as_text(window))).second) continue;
            try_all(window, hits);
        }
    }

  private:
    // `u64`s after a domain, as the associated data of keyring.cpp and dossier_seal.cpp.
    Bytes epoch_aad(std::string_view domain, std::uint64_t other) const {
        Bytes aad(24 + 16 + 8 + 8);
        base::ByteWriter writer(aad);
        writer.bytes(base::as_bytes(domain));
        writer.fill(24 - domain.size(), 0);
        writer.bytes(epoch_.store);
        writer.u64(epoch_.epoch);
        writer.u64(other);
        return aad;
    }
    Bytes record_aad() const {
        Bytes aad(2 + 3 * 8 + 1);
        base::ByteWriter writer(aad);
        writer.u8('r');
        writer.u8(1);
        writer.u64(erased_.value());
        writer.u64(record_.id.value());
        writer.u64(record_.version);
        writer.u8(static_cast<std::uint8_t>(record_.kind));
        return aad;
    }

    void try_all(ByteView window, Hits& hits) {
        ++hits.tried;
        const Secret candidate(window);
        read_record(candidate, hits, hits.record_key);
        unwrap(candidate, hits, hits.epoch_key);
        Bytes joined(window.begin(), window.end());
        joined.insert(joined.end(), pin_.reveal().begin(), pin_.reveal().end());
        const auto sealing =
            seal::hkdf(Secret(ByteView(joined)), epoch_.store, "sightline epoch key");
        const auto epoch_key =
            seal::open(sealing, epoch_aad("sightline epoch v1", 0), epoch_.sealed_key);
        if (epoch_key) unwrap(Secret(ByteView(*epoch_key)), hits, hits.device_secret);
    }
    void unwrap(const Secret& epoch_key, Hits& hits, std::size_t& counted) {
        const auto keys = seal::open(epoch_key, epoch_aad("sightline keys v1", erased_.value()),
                                     dossier_.wrapped);
        if (keys) read_record(Secret(ByteView(*keys).first(seal::kKeyBytes)), hits, counted);
    }
    void read_record(const Secret& key, Hits& hits, std::size_t& counted) {
        const auto body = seal::open(key, record_aad(), record_.body);
        if (!body) return;
        ++counted;
        hits.canary = base::as_text(*body);
    }

    SQLite::Database database_;
    base::DossierId erased_;
    SealedEpoch epoch_;
    DossierRow dossier_;
    RecordRow record_;
    Secret pin_{std::string_view("")};
    std::unordered_set<std::string> seen_;
};

bool has_swtpm() { return std::system("command -v swtpm >/dev/null") == 0; }

class ErasureAttackTest : public testing::Test {
  protected:
    void SetUp() override {
        if (!has_swtpm()) {
            std::cout << "*** NOT PROVEN HERE: no erasure was attacked: swtpm is missing ***\n";
            GTEST_SKIP();
        }
        for (const char* name : {"tpm", "disk", "backup", "tpm_before"}) {
            fs::create_directory(at(name));
        }
        if (const auto obstacle = tests::Ext4Image::obstacle(); obstacle.empty()) {
            image_.emplace(8);
        } else {
            std::cout << "*** the files are searched, not a raw disk: " << obstacle << " ***\n";
        }
        tpm_.emplace(at("tpm"));
        device_.emplace(tpm_->tcti());
        store_.emplace(disk() / "store.db", *device_);
        store_->initialise(tests::test_pin(), tests::kCheapPin).value();
        CaseRepository cases(*store_);
        stays_ = cases.create({base::RecordId::random(), "stays", "stays"}, kSaid).value();
        for (std::uint64_t i = 0; i < 20; ++i) {
            const model::Note note{
                base::RecordId::random(), {}, {},   kSaid.at, "interviewer 1", "?",
                std::string(900, 'n'),    "", false};
            cases.put(stays_, note, kSaid).value();
        }
        erased_ = cases.create({base::RecordId::random(), "goes", kCanary}, kSaid).value();
        old_kept_ = store_->keep();
        tpm_->stop();
        fs::copy(disk() / "store.db", backup());
        before_ = raw_disk();
        fs::copy(at("tpm"), at("tpm_before"),
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing);
        tpm_->start();
        device_.emplace(tpm_->tcti());
    }
    void erase() {
        // A store opened anew, over the TPM that has been started anew.
        store_.reset();
        store_.emplace(disk() / "store.db", *device_);
        store_->unlock(tests::test_pin()).value();
        Erasure(*store_).erase({{erased_}, "retention", "kiosk", kSaid.at}).value();
        kept_ = store_->keep();
        store_.reset();
    }

    fs::path at(const std::string& name) const { return directory_.path() / name; }
    fs::path disk() const { return image_ ? image_->root() : at("disk"); }
    fs::path backup() const { return at("backup") / "store.db"; }
    // With the file system's journal and freed blocks.
    Bytes raw_disk() const {
        if (!image_) return everything_in(disk());
        const std::string bytes = image_->bytes();
        return {bytes.begin(), bytes.end()};
    }
    std::string refusal(const fs::path& database, hardware::DeviceSecret& device) {
        Store old(database, device);
        const auto unlocked = old.unlock(tests::test_pin());
        return unlocked ? "none" : unlocked.error().text;
    }

    tests::TemporaryDirectory directory_;
    std::optional<tests::SoftwareTpm> tpm_;
    std::optional<hardware::TpmSecret> device_;
    std::optional<Store> store_;
    std::optional<tests::Ext4Image> image_;
    Bytes before_;
    base::DossierId stays_, erased_;
    Secret old_kept_{std::string_view("")}, kept_{std::string_view("")};
};

TEST_F(ErasureAttackTest, NothingThatIsLeftOpensAnErasedDossier) {
    erase();
    EXPECT_NE(refusal(backup(), *device_).find("no secret for epoch 1"), std::string::npos);
    {
        Store old(backup(), *device_);
        EXPECT_FALSE(old.unlock_kept(kept_.reveal())) << "it is of the next epoch";
    }
    tpm_->stop();
    Attack attack(backup(), erased_);
    Attack::Hits hits;
    attack.search(before_, hits);
    attack.search(raw_disk(), hits);
    attack.search(bytes_of(backup()), hits);
    attack.search(everything_in(at("tpm")), hits);
    attack.search(kept_.reveal(), hits);
    std::cout << "candidates tried as three keys each: " << hits.tried << "\n";
    EXPECT_GT(hits.tried, 10'000u);
    EXPECT_EQ(hits.any(), 0u) << hits.canary;
}

TEST_F(ErasureAttackTest, TheSameAttackWithTheTpmFromBeforeReadsIt) {
    erase();
    tpm_->stop();
    Attack attack(backup(), erased_);
    Attack::Hits hits;
    attack.search(everything_in(at("tpm_before")), hits);
    EXPECT_EQ(hits.device_secret, 1u);
    EXPECT_NE(hits.canary.find(kCanary), std::string::npos);
    Attack::Hits by_kept;
    attack.search(old_kept_.reveal(), by_kept);
    EXPECT_EQ(by_kept.epoch_key, 1u) << "and so does the key that was kept";
}

}  // namespace
}  // namespace sightline::storage

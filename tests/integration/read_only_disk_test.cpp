// A disk that turns read-only beneath an open store, as ext4 does after an error of the medium.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>

#include "hardware/file_secret.h"
#include "storage/store.h"
#include "storage/transaction.h"
#include "tests/support/ext4_image.h"
#include "tests/support/open_store.h"

namespace sightline::storage {
namespace {

TEST(ReadOnlyDisk, IsSaidInOneSentenceAndLosesNothing) {
    if (const auto obstacle = tests::Ext4Image::obstacle(); !obstacle.empty()) {
        std::cout << "*** NOT PROVEN HERE: no disk became read-only: " << obstacle << " ***\n";
        GTEST_SKIP() << obstacle;
    }
    tests::Ext4Image image(16);
    const auto open_device = [&] {
        return std::move(hardware::FileSecret::open(image.root() / "device")).value();
    };
    base::DossierId dossier;
    {
        const auto device = open_device();
        Store store(image.root() / "store.db", *device);
        store.initialise(tests::test_pin(), tests::kCheapPin).value();
        const auto put = [&](std::uint64_t id) {
            store.write([&](Transaction& transaction) {
                if (!dossier) dossier = transaction.create({});
                transaction.put(dossier, base::RecordId::from_value(id), RecordKind::Note,
                                base::as_bytes("said"));
            });
        };
        put(1);
        image.fail();
        for (int again = 0; again < 2; ++again) {
            std::string sentence = "none";
            try {
                put(2);
            } catch (const StorageError& e) {
                sentence = e.what();
            }
            EXPECT_THAT(sentence, testing::HasSubstr("read-only"));
        }
    }
    image.unmount();
    image.mount();
    const auto device = open_device();
    Store store(image.root() / "store.db", *device);
    ASSERT_TRUE(store.unlock(tests::test_pin()));
    EXPECT_EQ(store.read(dossier).value().records.size(), 1u);
}

}  // namespace
}  // namespace sightline::storage

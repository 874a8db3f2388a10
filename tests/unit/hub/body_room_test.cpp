// Large bodies wait for room, in the order in which they came, and give it back however they end.
#include "appliance/hub/body_room.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <vector>

namespace sightline::hub {
namespace {

namespace asio = boost::asio;

class BodyRoomTest : public testing::Test {
  protected:
    // Enters, and stays until `leave`.
    void enter(int who, std::size_t bytes) {
        asio::co_spawn(io_, staying(who, bytes),
                       asio::bind_cancellation_slot(cancelling_[who].slot(), asio::detached));
        io_.poll();
        io_.restart();
    }
    void leave(int who) {
        places_.erase(who);
        io_.poll();
        io_.restart();
    }
    void cancel(int who) {
        cancelling_[who].emit(asio::cancellation_type::all);
        io_.poll();
        io_.restart();
    }
    asio::awaitable<void> staying(int who, std::size_t bytes) {
        auto place = co_await room_.enter(bytes);
        places_.emplace(who, std::move(place));
        came_.push_back(who);
    }

    asio::io_context io_;
    BodyRoom room_{100};
    std::map<int, asio::cancellation_signal> cancelling_;
    std::map<int, BodyRoom::Place> places_;
    std::vector<int> came_;
};

TEST_F(BodyRoomTest, LetsInWhatFitsAndTheOthersInTheirOrder) {
    enter(1, 60);
    enter(2, 60);
    enter(3, 10);  // would fit, but has come later
    EXPECT_EQ(came_, std::vector<int>{1});
    EXPECT_EQ(room_.waiting(), 2U);
    leave(1);
    EXPECT_EQ(came_, (std::vector<int>{1, 2, 3}));
    EXPECT_EQ(room_.free_bytes(), 30U);
    leave(2);
    leave(3);
    EXPECT_EQ(room_.free_bytes(), 100U);
}

TEST_F(BodyRoomTest, DoesNotWaitForWhoHasGone) {
    enter(1, 60);
    enter(2, 100);
    enter(3, 40);
    cancel(2);
    EXPECT_EQ(came_, (std::vector<int>{1, 3}));
    leave(1);
    leave(3);
    EXPECT_EQ(room_.free_bytes(), 100U);
    EXPECT_EQ(room_.waiting(), 0U);
}

TEST_F(BodyRoomTest, APlaceThatIsHandedOnIsLeftOnce) {
    enter(1, 60);
    BodyRoom::Place other = std::move(places_.at(1));
    leave(1);
    EXPECT_EQ(room_.free_bytes(), 40U);
    other = BodyRoom::Place();
    EXPECT_EQ(room_.free_bytes(), 100U);
}

}  // namespace
}  // namespace sightline::hub

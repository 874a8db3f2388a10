// For calls into a device's driver or a sound daemon that may never return and cannot be cancelled:
// each gets a thread of its own, which is left behind when nobody wants to wait any longer. What
// the work uses must belong to it. The price is one thread for each hang, for as long as it lasts.
#pragma once

#include <future>
#include <memory>
#include <thread>
#include <type_traits>
#include <utility>

namespace sightline::engine {

// The future may be dropped; a result that comes after that is destroyed on the work's thread.
template <class Work>
auto on_own_thread(Work work) {
    using Result = std::invoke_result_t<Work&>;
    auto task = std::make_unique<std::packaged_task<Result()>>(std::move(work));
    auto result = task->get_future();
    std::thread([task = std::move(task)] { (*task)(); }).detach();
    return result;
}

}  // namespace sightline::engine

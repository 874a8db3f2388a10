// Counts calls of operator new in the program that includes this, once, in one source file.
#pragma once

#include <atomic>
#include <cstdlib>
#include <new>

namespace sightline::sfu::test {
inline std::atomic<std::size_t> allocations{0};
}

void* operator new(std::size_t size) {
    ++sightline::sfu::test::allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

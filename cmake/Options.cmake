# Compiler settings that every target shares.
option(SIGHTLINE_TESTS "Build the tests" ON)
option(SIGHTLINE_GSTREAMER "Build what links GStreamer (the engine)" ON)
option(SIGHTLINE_HARDENING "Hardening flags for what runs at a centre" OFF)
option(SIGHTLINE_FUZZ "Build the libFuzzer targets (clang only)" OFF)
option(SIGHTLINE_PCH "Precompile the large borrowed headers: builds in half the time" ON)
option(SIGHTLINE_UNITY "Compile the files of each library a few at a time together" ON)
option(SIGHTLINE_COVERAGE "Instrument for line coverage" OFF)
set(SIGHTLINE_SANITIZE "" CACHE STRING "Value for -fsanitize=, or empty")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Line tables are enough for a stack trace and halve the size of a debug build.
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 reports these inside the standard library and Boost at -O1 and above, in code that is
    # correct (GCC bugs 105329, 105651, 107138); the sanitizer presets look for the real ones.
    add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds
                        -Wno-stringop-overflow -Wno-stringop-overread
                        # Asio's coroutine frames have an operator new that GCC does not pair up.
                        -Wno-mismatched-new-delete)
endif()

# Links the two hundred programs of a build with tests in a quarter of the time.
find_program(LLD ld.lld)
if(LLD AND NOT SIGHTLINE_HARDENING)
    add_link_options(-fuse-ld=lld)
endif()
if(SIGHTLINE_HARDENING)
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
                        -fstack-clash-protection -fcf-protection)
    add_compile_definitions(_GLIBCXX_ASSERTIONS)
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
if(SIGHTLINE_SANITIZE)
    add_compile_options(-fsanitize=${SIGHTLINE_SANITIZE} -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${SIGHTLINE_SANITIZE})
    # -Werror and sanitizer instrumentation disagree about inlined standard containers.
    add_compile_options(-Wno-error)
    if(SIGHTLINE_SANITIZE MATCHES "undefined")
        add_compile_options(-fno-sanitize-recover=undefined)
        # Optimising all those checks takes the compiler twice as long as leaving them.
        set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
    endif()
endif()
if(SIGHTLINE_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SIGHTLINE_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()

# Compiled once on a computer, whatever the folder: a fresh checkout beside this one finds what this one has compiled. What
# is relaxed is what precompiled headers need; none of our code asks for its time or place.
find_program(CCACHE ccache)
if(CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

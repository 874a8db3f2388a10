# Every library we borrow, found once. deploy/packages.txt names the Debian packages.
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(PkgConfig REQUIRED)

# Two Boosts can be installed side by side in Debian 12; only 1.81 has what we need.
find_path(BOOST_INCLUDE boost/asio/experimental/awaitable_operators.hpp REQUIRED)
find_library(BOOST_JSON boost_json REQUIRED)
add_library(sightline_boost INTERFACE)
target_include_directories(sightline_boost SYSTEM INTERFACE ${BOOST_INCLUDE})
# result.hpp is header-only. Asio and Beast are compiled once, in sightline_asio, which those link who call them; the
# macros are everybody's, so that all tests can share their precompiled headers.
target_compile_definitions(sightline_boost INTERFACE
    BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_HAS_CO_AWAIT BOOST_ASIO_HAS_STD_COROUTINE
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
# Warnings of borrowed code are its own affair.
add_library(sightline_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/borrowed/asio.cpp)
target_compile_options(sightline_asio PRIVATE -w)
target_link_libraries(sightline_asio PUBLIC sightline_boost OpenSSL::SSL OpenSSL::Crypto
                                            ${BOOST_JSON} Threads::Threads)

pkg_check_modules(SRTP REQUIRED IMPORTED_TARGET libsrtp2)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(FIDO2 REQUIRED IMPORTED_TARGET libfido2)
pkg_check_modules(CBOR REQUIRED IMPORTED_TARGET libcbor)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(TSS2 REQUIRED IMPORTED_TARGET tss2-esys tss2-tctildr tss2-rc)
pkg_check_modules(JOSE REQUIRED IMPORTED_TARGET jose jansson)
pkg_check_modules(SPDLOG REQUIRED IMPORTED_TARGET spdlog)
find_library(SQLITECPP SQLiteCpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(tomlplusplus REQUIRED)

if(SIGHTLINE_GSTREAMER)
    pkg_check_modules(GST REQUIRED IMPORTED_TARGET
        gstreamer-1.0 gstreamer-app-1.0 gstreamer-video-1.0 gstreamer-audio-1.0)
    pkg_check_modules(XCB REQUIRED IMPORTED_TARGET xcb)
endif()
if(SIGHTLINE_TESTS)
    find_package(GTest REQUIRED)
    find_package(benchmark REQUIRED)
endif()

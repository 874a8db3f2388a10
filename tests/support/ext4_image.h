// A file system of its own on a file of some MiB, to be looked at raw: what is on it is what a
// thief of the disk has. Mounted in a mount namespace of this process; needs root. One thread.
#pragma once

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "tests/support/temporary_directory.h"

namespace sightline::tests {

class Ext4Image {
  public:
    // Why there cannot be one here, or an empty string.
    static std::string obstacle() {
        if (::geteuid() != 0) return "mounting needs root";
        if (!std::filesystem::exists("/dev/loop-control")) return "there are no loop devices";
        return std::system("command -v mkfs.ext4 >/dev/null") == 0 ? "" : "mkfs.ext4 is missing";
    }

    explicit Ext4Image(std::size_t mib) {
        // Once in a process: the mounts of this namespace die with it.
        static const bool apart = ::unshare(CLONE_NEWNS) == 0 &&
                                  ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
        if (!apart) throw std::runtime_error("unshare the mounts: not allowed");
        std::ofstream(file()).close();
        std::filesystem::resize_file(file(), mib << 20);
        std::filesystem::create_directory(root());
        run("mkfs.ext4 -q -F " + file().string());
        mount();
    }
    ~Ext4Image() {
        if (mounted_) ::umount2(root().c_str(), MNT_DETACH);
    }
    Ext4Image(const Ext4Image&) = delete;
    Ext4Image& operator=(const Ext4Image&) = delete;

    void mount() {
        run("mount -o loop,errors=remount-ro " + file().string() + " " + root().string());
        mounted_ = true;
    }
    void unmount() {
        run("umount " + root().string());
        mounted_ = false;
    }
    // An error of the medium, after which ext4 lets nothing be written until it is mounted anew.
    void fail() {
        struct ::stat at {};
        if (::stat(root().c_str(), &at) != 0) throw std::runtime_error("stat the mount: failed");
        const auto name =
            std::filesystem::read_symlink("/sys/dev/block/" + std::to_string(major(at.st_dev)) +
                                          ":" + std::to_string(minor(at.st_dev)))
                .filename();
        std::ofstream out("/sys/fs/ext4" / name / "trigger_fs_error");
        if (!(out << "a test" << std::flush)) throw std::runtime_error("fail the disk: not done");
    }
    // Of the whole image; what is mounted is synced first.
    std::string bytes() const {
        if (mounted_) ::sync();
        std::ifstream in(file(), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    std::filesystem::path root() const { return directory_.path() / "root"; }
    std::filesystem::path file() const { return directory_.path() / "image"; }

  private:
    static void run(const std::string& command) {
        if (std::system(command.c_str()) != 0) throw std::runtime_error(command + ": failed");
    }

    TemporaryDirectory directory_;
    bool mounted_ = false;
};

}  // namespace sightline::tests

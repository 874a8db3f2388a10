// No file of this process can be written while this lives: what a full disk does to it.
#pragma once

#include <signal.h>
#include <sys/resource.h>

namespace sightline::tests {

class UnwritableFiles {
  public:
    UnwritableFiles() : handler_(::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    ~UnwritableFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        ::signal(SIGXFSZ, handler_);
    }
    UnwritableFiles(const UnwritableFiles&) = delete;
    UnwritableFiles& operator=(const UnwritableFiles&) = delete;

  private:
    rlimit before_{};
    void (*handler_)(int);
};

}  // namespace sightline::tests

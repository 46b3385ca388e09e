// cli/stop_signal.cc - waiting for SIGINT and SIGTERM.
#include "cli/stop_signal.h"

#include <ctime>

namespace lotledger::cli {

StopSignal::StopSignal() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignal::~StopSignal() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool StopSignal::came(int wait_ms) {
  const timespec wait{wait_ms / 1000, static_cast<long>(wait_ms % 1000) * 1'000'000};
  return sigtimedwait(&signals_, nullptr, &wait) > 0;
}

}  // namespace lotledger::cli

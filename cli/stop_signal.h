// cli/stop_signal.h - commands that run until they are asked to end.
#pragma once

#include <csignal>

namespace lotledger::cli {

/// While it lives, SIGINT and SIGTERM do not end the process but are waited for. Make it before any thread starts, so
/// that all threads leave the signals alone.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Waits for a signal no longer than `wait_ms`; whether one came.
  [[nodiscard]] bool came(int wait_ms);

 private:
  sigset_t signals_{};
  sigset_t before_{};
};

}  // namespace lotledger::cli

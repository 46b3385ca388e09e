// tests/support/log_contract.h - what every Log and LogReader must do, whatever it stands on. A backend registers by
// giving a factory; see log_contract_test.cc.
#pragma once

#include "engine/log/log.h"

#include <functional>
#include <memory>

namespace lotledger::tests {

/// A ledger of test_ledger() in some backend, empty at first, and its writer.
class LogUnderTest {
 public:
  LogUnderTest() = default;
  LogUnderTest(const LogUnderTest&) = delete;
  LogUnderTest& operator=(const LogUnderTest&) = delete;
  virtual ~LogUnderTest() = default;

  /// The writer; valid until reopen().
  [[nodiscard]] virtual engine::Log& log() = 0;
  /// Closes the writer and opens it anew on what it left.
  virtual void reopen() = 0;
  /// A reader of its own, opened now.
  [[nodiscard]] virtual std::unique_ptr<engine::LogReader> reader() = 0;
};

/// Runs the whole suite, each part on a fresh ledger. Call from a TEST_CASE of the backend.
void check_log_contract(const std::function<std::unique_ptr<LogUnderTest>()>& make);

}  // namespace lotledger::tests

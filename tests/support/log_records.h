// tests/support/log_records.h - records, chains and opened logs for tests of the log.
#pragma once

#include "engine/base/ids.h"
#include "engine/log/local_log.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// 7f3c0a52-1b6e-4d07-9c84-0e5a2b9d6f11
[[nodiscard]] LedgerId test_ledger();
/// Content that depends on seq only: `size` bytes.
[[nodiscard]] ByteVector test_body(Seq seq, std::size_t size);
/// Body length of record `seq` in tests that do not care: differs from record to record, now and then empty or a page
/// long.
[[nodiscard]] std::size_t usual_body_bytes(Seq seq);
/// The `count` records that follow `before`; deterministic, so that two chains of one length are equal.
[[nodiscard]] std::vector<engine::StoredRecord> make_chain(const Head& before, std::size_t count);
/// One record with a body of this size.
[[nodiscard]] engine::StoredRecord make_next(const Head& before, std::size_t body_bytes);

/// Ends the test with the error's message when there is no value.
template <typename T>
T value_of(Result<T> result);
void require_ok(const Result<void>& result);

/// All records that `log` shows, read from the first.
[[nodiscard]] std::vector<engine::StoredRecord> all_records(engine::LogReader& log);
/// Whether both are byte for byte the same record.
[[nodiscard]] bool same(const engine::StoredRecord& a, const engine::StoredRecord& b);
/// Whether `found` are the first records of `expected`.
[[nodiscard]] bool is_prefix(const std::vector<engine::StoredRecord>& found,
                             const std::vector<engine::StoredRecord>& expected);

/// A fresh folder below the system's temporary folder, removed with all its content at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return root_ + "/" + name; }

 private:
  std::string root_;
};

[[noreturn]] void fail_test(const std::string& why);

template <typename T>
T value_of(Result<T> result) {
  if (!result) fail_test(result.error().message);
  return std::move(*result);
}

}  // namespace lotledger::tests

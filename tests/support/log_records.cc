// tests/support/log_records.cc - builders for tests of the log.
#include "tests/support/log_records.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace lotledger::tests {

using engine::RecordHeader;
using engine::StoredRecord;

LedgerId test_ledger() {
  return *LedgerId::parse("7f3c0a52-1b6e-4d07-9c84-0e5a2b9d6f11");
}

ByteVector test_body(Seq seq, std::size_t size) {
  ByteVector body(size);
  for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<std::uint8_t>(seq * 31 + i * 7 + i / 251);
  return body;
}

std::size_t usual_body_bytes(Seq seq) {
  if (seq % 7 == 3) return 0;
  if (seq % 11 == 5) return 4096 + seq % 100;
  return 20 + seq * 37 % 300;
}

StoredRecord make_next(const Head& before, std::size_t body_bytes) {
  const Seq seq = before.seq + 1;
  RecordHeader header;
  header.ledger = test_ledger();
  header.seq = seq;
  header.previous_leaf = before.leaf;
  header.writer = 0x1122334455667788;
  header.recorded_at = Instant{1'790'000'000'000'000 + static_cast<std::int64_t>(seq) * 1'000};
  return engine::make_record(header, test_body(seq, body_bytes));
}

std::vector<StoredRecord> make_chain(const Head& before, std::size_t count) {
  std::vector<StoredRecord> chain;
  Head last = before;
  for (std::size_t i = 0; i < count; ++i) {
    chain.push_back(make_next(last, usual_body_bytes(last.seq + 1)));
    last = {chain.back().seq(), chain.back().leaf()};
  }
  return chain;
}

void fail_test(const std::string& why) {
  FAIL(why);
  throw std::runtime_error(why);  // FAIL throws already; the compiler cannot know.
}

void require_ok(const Result<void>& result) {
  if (!result) fail_test(result.error().message);
}

std::vector<StoredRecord> all_records(engine::LogReader& log) {
  std::vector<StoredRecord> records;
  require_ok(log.read(0, k_no_seq, [&records](const StoredRecord& record) {
    records.push_back(record);
    return true;
  }));
  return records;
}

bool same(const StoredRecord& a, const StoredRecord& b) {
  return std::ranges::equal(a.header_bytes(), b.header_bytes()) && std::ranges::equal(a.body(), b.body()) &&
         a.leaf() == b.leaf();
}

bool is_prefix(const std::vector<StoredRecord>& found, const std::vector<StoredRecord>& expected) {
  return found.size() <= expected.size() && std::equal(found.begin(), found.end(), expected.begin(), same);
}

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "lotledger-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) fail_test("no temporary folder: " + pattern);
  root_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

}  // namespace lotledger::tests

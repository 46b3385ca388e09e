// tests/log_contract_test.cc - the local log keeps the contract of every log: on files, and on the simulated disk.
#include "tests/support/log_contract.h"
#include "engine/log/local_log.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

namespace lotledger::tests {

namespace {
class LocalUnderTest final : public LogUnderTest {
 public:
  LocalUnderTest(std::unique_ptr<engine::Disk> disk, std::uint64_t records_per_segment)
      : disk_(std::move(disk)), folder_(files_.path("log")) {
    require_ok(engine::LocalLog::create(*disk_, folder_, test_ledger(), {records_per_segment}));
    log_ = value_of(engine::LocalLog::open(*disk_, folder_));
  }
  engine::Log& log() override { return *log_; }
  void reopen() override {
    log_.reset();
    log_ = value_of(engine::LocalLog::open(*disk_, folder_));
  }
  std::unique_ptr<engine::LogReader> reader() override { return value_of(engine::open_local_reader(*disk_, folder_)); }

 private:
  TemporaryFolder files_;
  std::unique_ptr<engine::Disk> disk_;
  std::string folder_;
  std::unique_ptr<engine::LocalLog> log_;
};
}  // namespace

TEST_CASE("log: the local log keeps the contract on files") {
  check_log_contract([] { return std::make_unique<LocalUnderTest>(engine::posix_disk(), 65'536); });
}
TEST_CASE("log: the local log keeps the contract on files with segments of 10 records") {
  check_log_contract([] { return std::make_unique<LocalUnderTest>(engine::posix_disk(), 10); });
}
TEST_CASE("log: the local log keeps the contract on the simulated disk with segments of one record") {
  check_log_contract([] { return std::make_unique<LocalUnderTest>(std::make_unique<SimDisk>(), 1); });
}

}  // namespace lotledger::tests

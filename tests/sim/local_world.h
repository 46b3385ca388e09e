// tests/sim/local_world.h - one ledger on a simulated disk: writer, log, sequencer, read models and readers, stepped by
// chance, with everything that is checked after each step.
#pragma once

#include "engine/log/local_log.h"
#include "engine/writer.h"
#include "tests/sim/decisions.h"
#include "tests/sim/dice.h"
#include "tests/sim/models.h"
#include "tests/sim/plan.h"
#include "tests/sim/raw_log.h"
#include "tests/sim/workload.h"
#include "tests/support/sim_disk.h"

#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// Stands still but for the steps of the run.
class SimClock final : public Clock {
 public:
  Instant now() override { return at; }
  Instant at;
};

class LocalWorld {
 public:
  LocalWorld(const Plan& plan, RunResult& result);
  ~LocalWorld();
  LocalWorld(const LocalWorld&) = delete;
  LocalWorld& operator=(const LocalWorld&) = delete;

  /// Makes the ledger and starts its writer.
  void begin();
  void step();
  /// A last clean start, and a look at everything.
  void finish();
  [[nodiscard]] const Verdict& verdict() const { return verdict_; }

 private:
  using Submissions = std::vector<engine::Submission>;
  using Receipts = std::vector<Result<engine::Receipt>>;
  /// A submission that made a record, or should have, in the order of deciding.
  struct Awaited {
    engine::Submission submission;
    Expected expected;
    Instant recorded_at;
  };
  struct HeldReader {
    std::unique_ptr<engine::LogReader> reader;
    Head head;
  };
  /// How a process ends.
  enum class End : std::uint8_t { clean, kill, power };

  // Starting and ending: local_life.cc
  void start();
  void end(End how);
  void lose_power();
  void restart(End how);
  void reconcile();
  [[nodiscard]] bool first_start();

  // Submitting: local_submit.cc
  void submit();
  void submit_racing();
  [[nodiscard]] std::vector<Expected> expect(const Submissions& batch);
  void hear(const Submissions& batch, const std::vector<Expected>& expected, const Receipts& receipts);
  [[nodiscard]] bool all_failed(const Receipts& receipts);
  void submit_to_failing_disk();
  [[nodiscard]] Submissions some_submissions();

  // Faults: local_faults.cc
  void fault();
  void disk_fault(Fault kind);
  void stop_in_mid_write(End how);
  void fill_disk();
  void jump(Fault kind);
  void spoil_stores(Fault kind);
  void publish();

  // Checks: local_checks.cc
  void check_log();
  void take_records(engine::LogReader& reader);
  void take_record(const engine::StoredRecord& record);
  void check_held_readers();
  void check_lone_reader();
  void check_state(bool everything);
  void check_bytes();
  void check_replay();
  void check_known_at();

  // Damage of files at rest: local_damage.cc
  /// Where a file was damaged, and what of the log that may concern.
  struct Hit {
    std::string path;
    std::size_t offset = 0;
    std::optional<Seq> record;  ///< In whose slot it is.
    bool last_segment = false;
    bool may_be_torn = false;  ///< It looks like what a crash leaves, and may be cut.
    bool gone = false;         ///< The end of the file, not a bit of it.
  };
  void damage(Fault kind);
  [[nodiscard]] Hit hit_at(const RawLog& raw, const std::string& path, std::size_t offset, Fault kind) const;
  void check_found(SimDisk& disk, const Hit& hit);
  void check_reading(SimDisk& disk, const Hit& hit);
  void check_opening(SimDisk& disk, const Hit& hit);
  void misdirect();
  void splice();
  [[nodiscard]] std::unique_ptr<SimDisk> branch(std::string_view content) const;
  [[nodiscard]] Seq head_known() const;

  void note(std::string line);
  [[nodiscard]] Head last() const;

  const Plan plan_;
  RunResult& result_;
  Verdict verdict_;
  Dice dice_;
  Dice fault_dice_;
  SimClock clock_;
  Decisions decisions_;
  Workload workload_;
  std::vector<Told> told_;  ///< Records that are known to be there for ever.
  std::vector<Awaited> awaited_;
  std::size_t taken_ = 0;  ///< Of these, found in the log.
  std::vector<std::string> touched_;
  Seq seen_ = k_no_seq;       ///< The last record that any reader has shown.
  Seq published_ = k_no_seq;  ///< Up to here `head` knows the log, sealing left out.
  bool sync_failed_ = false;  ///< Pages look clean that are not on the disk, until a start writes them again.
  bool in_doubt_ = false;     ///< decisions_ does not know of awaited_.
  Seq acked_ = k_no_seq;      ///< The last record that an answer rests on.
  std::uint64_t left_ = 0;    ///< Submissions that may still come.

  std::unique_ptr<SimDisk> disk_;
  std::unique_ptr<Models> models_;
  std::unique_ptr<engine::LocalLog> log_;
  std::unique_ptr<projections::StoreFacts> facts_;
  std::unique_ptr<engine::Writer> writer_;
  std::vector<HeldReader> held_;
  Sha256 digest_;
};

}  // namespace lotledger::tests

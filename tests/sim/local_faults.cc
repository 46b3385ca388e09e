// tests/sim/local_faults.cc - what goes wrong in a step.
#include "tests/sim/local_world.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

constexpr std::int64_t k_second_us = 1'000'000;
constexpr std::int64_t k_hour_us = 3600 * k_second_us;
/// Faults that are chosen by a step; the others come along with these, or with what is submitted.
constexpr Fault k_chosen[] = {Fault::power_loss,   Fault::kill,          Fault::write_error, Fault::sync_error,
                              Fault::folder_error, Fault::disk_full,     Fault::bit_flip,    Fault::misdirected_write,
                              Fault::cut_file,     Fault::spliced_group, Fault::clock_back,  Fault::clock_ahead,
                              Fault::racing,       Fault::store_lost,    Fault::store_stale};

}  // namespace

void LocalWorld::note(std::string line) {
  digest_.update(bytes_of(line));
  result_.trace.push_back(std::move(line));
}

void LocalWorld::step() {
  clock_.at.utc_us += static_cast<std::int64_t>(dice_.below(60)) * k_second_us;
  if (fault_dice_.chance(plan_.fault_percent)) {
    fault();
  } else if (dice_.chance(8)) {
    note("starts anew");
    restart(End::clean);
    if (verdict_.ok()) check_bytes();
  } else if (dice_.chance(8)) {
    note("is idle");
    publish();
  } else {
    submit();
  }
  if (verdict_.ok()) check_log();
  if (verdict_.ok()) check_state(false);
  note("record " + std::to_string(last().seq) + ", " + std::to_string(disk_->calls()) + " calls of the disk");
}

/// As the program does after a second without work.
void LocalWorld::publish() {
  verdict_.require(Checker::failure, log_->publish_head());
  published_ = last().seq;
}

void LocalWorld::finish() {
  note("ends");
  restart(End::clean);
  if (verdict_.ok()) check_log();
  if (verdict_.ok()) check_state(true);
  if (verdict_.ok()) check_known_at();
  if (verdict_.ok()) end(End::clean);
  if (verdict_.ok()) check_bytes();
  result_.digest = digest_.finish().hex();
}

void LocalWorld::fault() {
  std::vector<Fault> allowed;
  for (const Fault kind : k_chosen) {
    if (plan_.faults.has(kind)) allowed.push_back(kind);
  }
  if (allowed.empty()) return submit();
  const Fault kind = fault_dice_.pick(allowed);
  note("fault " + std::string(name_of(kind)));
  switch (kind) {
    case Fault::power_loss: return stop_in_mid_write(End::power);
    case Fault::kill: return stop_in_mid_write(End::kill);
    case Fault::write_error:
    case Fault::sync_error:
    case Fault::folder_error: return disk_fault(kind);
    case Fault::disk_full: return fill_disk();
    case Fault::bit_flip:
    case Fault::cut_file: return damage(kind);
    case Fault::misdirected_write: return misdirect();
    case Fault::spliced_group: return splice();
    case Fault::clock_back:
    case Fault::clock_ahead: return jump(kind);
    case Fault::racing: return submit_racing();
    case Fault::store_lost:
    case Fault::store_stale: return spoil_stores(kind);
    case Fault::lost_page:
    case Fault::torn_page:
    case Fault::lost_name:
    case Fault::duplicate:
    case Fault::contradiction:
    case Fault::reordered:
    case Fault::kafka_doubled:
    case Fault::kafka_late:
    case Fault::kafka_lost:
    case Fault::kafka_unknown:
    case Fault::kafka_no_offset:
    case Fault::kafka_noise:
    case Fault::kafka_zombie:
    case Fault::kafka_race:
    case Fault::kafka_crash:
    case Fault::kafka_silent:
    case Fault::kafka_truncated: return;
  }
}

/// At any call that changes the disk everything ends.
void LocalWorld::stop_in_mid_write(End how) {
  disk_->fail_call(1 + fault_dice_.below(9));
  disk_->fail_all_after(true);
  submit_to_failing_disk();
  if (!verdict_.ok()) return;
  if (!disk_->failed()) check_log();
  count(result_.faults, how == End::power ? Fault::power_loss : Fault::kill);
  if (verdict_.ok()) restart(how);
}

/// One call fails, the disk goes on. The writer must not.
void LocalWorld::disk_fault(Fault kind) {
  if (kind == Fault::folder_error) {
    static const std::vector<DiskCall> k_calls{DiskCall::create, DiskCall::rename, DiskCall::sync_folder};
    disk_->fail_call(fault_dice_.pick(k_calls), 1);
  } else {
    disk_->fail_call(kind == Fault::write_error ? DiskCall::write : DiskCall::sync, 1 + fault_dice_.below(4));
  }
  submit_to_failing_disk();
  if (!disk_->failed()) {
    disk_->mend();
    return;
  }
  count(result_.faults, kind);
  disk_->mend();
  if (verdict_.ok()) restart(fault_dice_.chance(50) ? End::power : End::kill);
}

/// Without room nothing is taken, and nothing is lost; with room it goes on.
void LocalWorld::fill_disk() {
  disk_->set_full(true);
  const std::uint64_t before = disk_->failures_for_space();
  const Decisions decided = decisions_;
  const Submissions batch = some_submissions();
  const auto expected = expect(batch);
  const Receipts receipts = batch.empty() ? Receipts{} : writer_->submit(batch);
  const bool failed = disk_->failures_for_space() > before;
  if (!failed) hear(batch, expected, receipts);
  if (failed) {
    count(result_.faults, Fault::disk_full);
    decisions_ = decided;
    in_doubt_ = true;
    if (!all_failed(receipts)) {
      hear(batch, expected, receipts);
      if (!awaited_.empty()) acked_ = last().seq + awaited_.size();
    }
    end(End::kill);
    const auto opened = engine::LocalLog::open(*disk_, "log");
    if (!opened.has_value())
      verdict_.require(Checker::failure, opened.error().code == ErrorCode::io,
                       "a start without room says: " + opened.error().message);
  }
  disk_->set_full(false);
  if (failed && verdict_.ok()) start();
}

void LocalWorld::jump(Fault kind) {
  const auto hours = static_cast<std::int64_t>(1 + fault_dice_.below(72));
  clock_.at.utc_us += (kind == Fault::clock_back ? -hours : hours) * k_hour_us;
  count(result_.faults, kind);
  submit();
}

/// Stores hold nothing that the log does not hold.
void LocalWorld::spoil_stores(Fault kind) {
  if (kind == Fault::store_lost) {
    end(End::clean);
    if (models_->lose()) count(result_.faults, kind);
    return start();
  }
  end(End::clean);  // Files of an open store come and go.
  models_->keep_image();
  start();
  if (verdict_.ok()) submit();
  if (verdict_.ok()) check_log();
  if (!verdict_.ok()) return;
  end(End::clean);
  if (models_->restore_image()) count(result_.faults, kind);
  start();
}

}  // namespace lotledger::tests

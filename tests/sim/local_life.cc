// tests/sim/local_life.cc - a writer starts, ends, and starts again on what it finds.
#include "engine/codec/codec.h"
#include "tests/sim/local_world.h"

#include <algorithm>
#include <utility>

namespace lotledger::tests {
namespace {

using namespace engine;

constexpr const char* k_log = "log";
constexpr std::int64_t k_day_us = std::int64_t{86'400} * 1'000'000;
/// Small, so that the facts are sealed often; what is sealed may be ahead of what is durable.
constexpr std::size_t k_facts_delta_bytes = 16'384;

LedgerId ledger_id() {
  return *LedgerId::parse("7f3c0a52-1b6e-4d07-9c84-0e5a2b9d6f11");
}

Submission creation(std::uint64_t records_per_segment) {
  Submission submission;
  submission.body.actor.id = ActorId{"admin"};
  submission.body.source.system = "lotledger";
  LedgerCreated created;
  created.name = "SIM";
  created.records_per_segment = records_per_segment;
  submission.body.events.emplace_back().body = SystemEvent{created};
  return submission;
}

}  // namespace

LocalWorld::LocalWorld(const Plan& plan, RunResult& result)
    : plan_(plan),
      result_(result),
      dice_(plan.seed),
      fault_dice_(dice_.fork()),
      workload_(dice_.fork(), plan.faults, decisions_, result.faults),
      left_(plan.submissions),
      disk_(std::make_unique<SimDisk>()),
      models_(plan.stores == StoreKind::memory ? memory_models() : rocksdb_models()) {
  clock_.at = Instant{k_plant_begins_us + k_day_us};
}

LocalWorld::~LocalWorld() {
  held_.clear();
  writer_.reset();
  facts_.reset();
  models_.reset();
  log_.reset();
}

void LocalWorld::begin() {
  if (!verdict_.require(Checker::failure, LocalLog::create(*disk_, k_log, ledger_id(), {plan_.records_per_segment})))
    return;
  if (!first_start()) return;
  start();
}

/// Writes record 0, as the command that makes a ledger does.
bool LocalWorld::first_start() {
  auto log = LocalLog::open(*disk_, k_log);
  if (!log.has_value()) return verdict_.require(Checker::failure, false, log.error().message);
  const Submission first = creation(plan_.records_per_segment);
  BodyEncoder encoder;
  const auto body = encoder.encode(first.body);
  if (!body.has_value()) return verdict_.require(Checker::failure, false, body.error().message);
  RecordHeader header;
  header.ledger = ledger_id();
  header.writer = 7;
  header.recorded_at = clock_.at;
  const StoredRecord record = make_record(header, *body);
  const std::span<const StoredRecord> batch(&record, 1);
  told_.push_back({first, first.body.events, 0, clock_.at, raw_leaf(record.header_bytes())});
  return verdict_.require(Checker::failure, (*log)->append(batch)) &&
         verdict_.require(Checker::failure, (*log)->sync());
}

Head LocalWorld::last() const {
  return {told_.back().seq, told_.back().leaf};
}

/// Opens what is there. A disk that fails meanwhile makes the start fail, and the next one succeed.
void LocalWorld::start() {
  const bool hard = plan_.faults.has(Fault::folder_error) || plan_.faults.has(Fault::write_error);
  if (hard && fault_dice_.chance(25)) {
    disk_->fail_call(1 + fault_dice_.below(14));
    disk_->fail_all_after(true);
  }
  auto opened = LocalLog::open(*disk_, k_log);
  if (!opened.has_value() && disk_->failed()) {
    note("the start fails: " + opened.error().message);
    verdict_.require(Checker::failure, opened.error().code == ErrorCode::io,
                     "a start on a failing disk says: " + opened.error().message);
    sync_failed_ = sync_failed_ || disk_->failures(DiskCall::sync) > 0;
    disk_->mend();
    if (plan_.faults.has(Fault::power_loss) && fault_dice_.chance(50)) lose_power();
    opened = LocalLog::open(*disk_, k_log);
  }
  if (disk_->failed() && opened.has_value()) opened->reset();  // Its last calls would fail.
  disk_->mend();
  if (opened.has_value() && *opened == nullptr) opened = LocalLog::open(*disk_, k_log);
  if (!opened.has_value())
    return verdict_.fail(Checker::failure, "the log does not open after a crash: " + opened.error().message);
  log_ = std::move(*opened);
  sync_failed_ = false;
  published_ = log_->durable().seq;
  reconcile();
  if (!verdict_.ok()) return;
  auto store = models_->open(*log_);
  if (!store.has_value()) return verdict_.fail(Checker::replay, store.error().message);
  facts_ = std::make_unique<projections::StoreFacts>(**store, k_facts_delta_bytes);
  writer_ = std::make_unique<Writer>(WriterIdentity{ledger_id(), 1, 7, "lotledger 0.1.0"}, *log_, *facts_, clock_,
                                     told_.back().recorded_at, [this](const auto& records) { models_->feed(records); });
}

/// What is found is what was known before, and of what was in doubt a beginning.
void LocalWorld::reconcile() {
  const Head found = log_->durable();
  note("starts at record " + std::to_string(found.seq) + ", knew " + std::to_string(last().seq) + ", in doubt " +
       std::to_string(awaited_.size()));
  if (found.seq < last().seq || found.seq == k_no_seq) {
    return verdict_.fail(Checker::acknowledged, "the log ends at record " + std::to_string(found.seq) +
                                                    ", but record " + std::to_string(last().seq) +
                                                    " was acknowledged or shown");
  }
  for (const Seq seq : {Seq{0}, last().seq / 2, last().seq}) {
    const auto record = log_->at(seq);
    verdict_.require(Checker::acknowledged, record.has_value() && raw_leaf(record->header_bytes()) == told_[seq].leaf,
                     "record " + std::to_string(seq) + " is another one after the start");
  }
  take_records(*log_);
  if (!verdict_.ok()) return;
  in_doubt_ = false;
  if (acked_ != k_no_seq && acked_ > last().seq) {
    return verdict_.fail(Checker::acknowledged, "the log ends at record " + std::to_string(last().seq) +
                                                    ", but record " + std::to_string(acked_) + " was acknowledged");
  }
  if (seen_ != k_no_seq && seen_ > last().seq) {
    verdict_.fail(Checker::reader, "the log ends at record " + std::to_string(last().seq) +
                                       ", but a reader showed record " + std::to_string(seen_));
  }
}

void LocalWorld::end(End how) {
  if (how != End::clean) {
    disk_->fail_call(1);
    disk_->fail_all_after(true);
  }
  writer_.reset();
  facts_.reset();
  models_->close(how != End::clean);
  log_.reset();
  sync_failed_ = sync_failed_ || disk_->failures(DiskCall::sync) > 0;
  disk_->mend();
  if (how != End::power) return;
  lose_power();
}

void LocalWorld::lose_power() {
  held_.clear();
  CrashFaults faults{plan_.faults.has(Fault::lost_page), plan_.faults.has(Fault::torn_page),
                     plan_.faults.has(Fault::lost_name)};
  disk_ = disk_->crash(fault_dice_.next(), faults);
  count(result_.faults, Fault::lost_page, faults.lost_pages);
  count(result_.faults, Fault::torn_page, faults.torn_pages);
  count(result_.faults, Fault::lost_name, faults.lost_names);
  // What a reader showed from pages that a failed sync had dropped (docs/areas/log.md, "What it does not promise").
  if (std::exchange(sync_failed_, false)) seen_ = k_no_seq;
}

void LocalWorld::restart(End how) {
  end(how);
  if (fault_dice_.chance(50)) check_lone_reader();
  if (verdict_.ok()) start();
}

}  // namespace lotledger::tests

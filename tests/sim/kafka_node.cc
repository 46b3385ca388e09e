// tests/sim/kafka_node.cc - a node: follow, take the role, crash, repair.
#include "tests/sim/kafka_node.h"

#include "engine/codec/codec.h"
#include "projections/runner.h"

namespace lotledger::tests {

using namespace engine;
using namespace engine::kafka;

Result<void> KafkaSimNode::make(const LedgerId& ledger, std::uint64_t records_per_segment) {
  disk_ = std::make_unique<SimDisk>();
  LL_TRY(disk_->make_folders("kafka"));
  LL_TRY(LocalLog::create(*disk_, "log", ledger, {records_per_segment}));
  return start();
}

Result<void> KafkaSimNode::start() {
  LL_ASSIGN(log_, LocalLog::open(*disk_, "log"));
  return {};
}

void KafkaSimNode::stop_session() {
  writer_.reset();
  facts_.reset();
  facts_store_.reset();
  session_.reset();
  epoch_ = {};
}

void KafkaSimNode::stop() {
  stop_session();
  follower_.reset();
  log_.reset();
}

void KafkaSimNode::crash(std::uint64_t seed, CrashFaults& faults) {
  disk_->fail_call(1);
  disk_->fail_all_after(true);
  stop_session();
  follower_.reset();
  log_.reset();
  disk_ = disk_->crash(seed, faults);
}

Result<void> KafkaSimNode::follow() {
  if (!follower_) {
    LL_ASSIGN(follower_, Follower::open(parts()));
  }
  return follower_->catch_up();
}

Result<void> KafkaSimNode::begin() {
  stop_session();
  follower_.reset();
  LL_ASSIGN(follower_, Follower::open(parts()));
  NodeParts own = parts();
  const EpochBody body = [this](const Epoch& previous) {
    Body opened;
    opened.actor.id = ActorId{"system"};
    opened.source.system = "lotledger";
    opened.events.emplace_back().body = SystemEvent{EpochOpened{name_, previous.number, previous.writer}};
    BodyEncoder encoder;
    const auto bytes = encoder.encode(opened);
    return bytes.has_value() ? ByteVector(bytes->begin(), bytes->end()) : ByteVector{};
  };
  LL_ASSIGN(epoch_, open_epoch(own, *follower_, body, clock_, random_));
  return open_writer();
}

Result<void> KafkaSimNode::open_writer() {
  session_ = std::make_unique<KafkaLog>(*log_, *follower_, *epoch_.producer);
  const auto projection = projections::projection_named("facts");
  facts_store_ = projections::memory_store(projection->fold_version());
  LL_TRY(projections::catch_up(*projection, *facts_store_, *log_, k_no_seq));
  facts_ = std::make_unique<projections::StoreFacts>(*facts_store_);
  LL_ASSIGN(const StoredRecord last, log_->at(log_->tail().seq));
  writer_ = std::make_unique<Writer>(
      WriterIdentity{log_->ledger(), epoch_.epoch.number, epoch_.epoch.writer, "lotledger 0.1.0"}, *session_, *facts_,
      clock_, last.header().recorded_at, DurableSink{});
  return {};
}

Result<void> KafkaSimNode::land() {
  const Head accepted = session_->durable();
  return accepted.seq == k_no_seq ? Result<void>{} : session_->wait_landed(accepted.seq);
}

Result<void> KafkaSimNode::repair() {
  stop_session();
  follower_.reset();
  LL_ASSIGN(const std::uint64_t sent, publish_missing(parts()));
  static_cast<void>(sent);
  return {};
}

Result<void> KafkaSimNode::forget_place() {
  stop_session();
  follower_.reset();
  return write_place(*disk_, "kafka", {});
}

}  // namespace lotledger::tests

// tests/sim/local_checks.cc - what is looked at after each step.
#include "engine/codec/codec.h"
#include "tests/sim/local_world.h"

#include <algorithm>

namespace lotledger::tests {

using namespace engine;

namespace {

constexpr std::size_t k_units_a_step = 2;
constexpr std::size_t k_readers_held = 3;

}  // namespace

/// A reader beside the writer shows exactly what is durable; its new records are what was awaited.
void LocalWorld::check_log() {
  ++result_.checks;
  const Seq expected = last().seq + awaited_.size();
  auto reader = open_local_reader(*disk_, "log");
  if (!reader.has_value())
    return verdict_.fail(Checker::reader, "a reader beside the writer does not open: " + reader.error().message);
  const Head head = (*reader)->durable();
  if (head.seq != expected) {
    return verdict_.fail(Checker::reader, "a reader beside the writer stands at record " + std::to_string(head.seq) +
                                              ", expected " + std::to_string(expected));
  }
  take_records(**reader);
  if (!verdict_.ok()) return;
  verdict_.require(Checker::reader, writer_->durable() == last(), "the writer's durable position is not the log's");
  const Seq old = dice_.below(told_.size());
  const auto record = (*reader)->at(old);
  verdict_.require(Checker::reader, record.has_value() && raw_leaf(record->header_bytes()) == told_[old].leaf,
                   "record " + std::to_string(old) + " is not shown as it was told");
  check_held_readers();
  if (held_.size() < k_readers_held && dice_.chance(10)) held_.push_back({std::move(*reader), head});
}

/// Readers that were opened before show what they showed then, whatever came since.
void LocalWorld::check_held_readers() {
  for (const HeldReader& held : held_) {
    Seq next = 0;
    const auto read = held.reader->read(0, k_no_seq, [&](const StoredRecord& record) {
      const bool same = next <= held.head.seq && raw_leaf(record.header_bytes()) == told_[next].leaf &&
                        sha256(record.body()) == record.header().body_hash;
      ++next;
      return verdict_.require(Checker::reader, same,
                              "a reader opened at record " + std::to_string(held.head.seq) + " shows another record " +
                                  std::to_string(next - 1));
    });
    verdict_.require(Checker::reader, read);
    verdict_.require(
        Checker::reader, next == held.head.seq + 1 && held.reader->durable() == held.head,
        "a reader opened at record " + std::to_string(held.head.seq) + " shows " + std::to_string(next) + " records");
  }
}

/// Without a writer, a reader shows at least what was acknowledged, and nothing that is gone later.
void LocalWorld::check_lone_reader() {
  auto reader = open_local_reader(*disk_, "log");
  if (!reader.has_value())
    return verdict_.fail(Checker::reader, "a reader without a writer does not open: " + reader.error().message);
  const Head head = (*reader)->durable();
  const Seq least = acked_ == k_no_seq ? last().seq : std::max(acked_, last().seq);
  if (head.seq == k_no_seq || head.seq < least) {
    return verdict_.fail(Checker::reader, "a reader without a writer stands at record " + std::to_string(head.seq) +
                                              ", though " + std::to_string(least) + " was acknowledged");
  }
  Seq next = 0;
  const auto read = (*reader)->read(0, k_no_seq, [&](const StoredRecord& record) {
    const bool known = next < told_.size();
    ++next;
    return verdict_.require(Checker::reader, !known || raw_leaf(record.header_bytes()) == told_[next - 1].leaf,
                            "a reader without a writer shows another record " + std::to_string(next - 1));
  });
  verdict_.require(Checker::reader, read);
  seen_ = head.seq;
  note("a reader without a writer stands at record " + std::to_string(head.seq));
}

void LocalWorld::take_records(LogReader& reader) {
  const auto read = reader.read(told_.size(), k_no_seq, [this](const StoredRecord& record) {
    take_record(record);
    return verdict_.ok();
  });
  verdict_.require(Checker::acknowledged, read);
  if (!verdict_.ok()) return;
  verdict_.require(Checker::acknowledged, in_doubt_ || taken_ == awaited_.size(),
                   "the log ends at record " + std::to_string(last().seq) + ", and " +
                       std::to_string(awaited_.size() - taken_) + " acknowledged ones are missing");
  awaited_.clear();
  taken_ = 0;
}

/// The next record must be the first that is awaited: hashes by our own reckoning, content as it was told.
void LocalWorld::take_record(const StoredRecord& record) {
  const Seq seq = told_.size();
  const std::string name = "record " + std::to_string(seq);
  const std::size_t index = taken_;
  if (index >= awaited_.size()) return verdict_.fail(Checker::acknowledged, "nobody told " + name);
  const Awaited& awaited = awaited_[index];
  const std::uint8_t* head = record.header_bytes().data();
  Digest previous;
  std::copy_n(head + 32, previous.bytes.size(), previous.bytes.begin());
  Digest body_hash;
  std::copy_n(head + 96, body_hash.bytes.size(), body_hash.bytes.begin());
  const Digest leaf = raw_leaf(record.header_bytes());
  verdict_.require(Checker::chain, load_le<std::uint64_t>(head + 24) == seq, name + ": its header states another seq");
  verdict_.require(Checker::chain, previous == told_.back().leaf, name + ": previous leaf hash differs");
  verdict_.require(Checker::chain, leaf == record.leaf(), name + ": its leaf hash is not that of its header");
  verdict_.require(Checker::chain, body_hash == sha256(record.body()), name + ": body hash differs");
  const Instant recorded{load_le<std::int64_t>(head + 80)};
  verdict_.require(Checker::chain, recorded == awaited.recorded_at,
                   name + ": recorded at " + std::to_string(recorded.utc_us) + ", expected " +
                       std::to_string(awaited.recorded_at.utc_us));
  const auto body = verify_body(record.body());
  if (!body.has_value()) return verdict_.fail(Checker::acknowledged, name + ": " + body.error().message);
  Body stored = decode_body(**body);
  const std::string differs = difference(awaited.submission, awaited.expected, stored);
  verdict_.require(Checker::acknowledged, differs.empty(), name + ": " + differs);
  if (!verdict_.ok()) return;
  if (in_doubt_) decisions_.take(awaited.submission, awaited.expected, stored.events);
  result_.events += stored.events.size();
  ++result_.records;
  digest_.update(leaf.view());
  told_.push_back({awaited.submission, std::move(stored.events), seq, recorded, leaf});
  ++taken_;
}

/// The read models against the naive plant: units that the last step touched, or all of them.
void LocalWorld::check_state(bool everything) {
  ++result_.checks;
  auto view = models_->view(*log_);
  if (!view.has_value()) return verdict_.fail(Checker::replay, view.error().message);
  for (const auto& [name, store] : models_->shown()) {
    verdict_.require(Checker::replay, store->position().head == last(),
                     "projection " + name + " stands at record " + std::to_string(store->position().head.seq) +
                         ", the log at " + std::to_string(last().seq));
  }
  if (!verdict_.ok()) return;
  const Plant plant(told_);
  if (everything) {
    for (const std::string& unit : plant.units()) check_unit(*view, plant, unit, verdict_);
    check_audit(*view, plant, verdict_);
    check_facts(*facts_, decisions_, plant, verdict_);
    return check_replay();
  }
  for (std::size_t i = 0; i < k_units_a_step && !touched_.empty(); ++i)
    check_unit(*view, plant, dice_.pick(touched_), verdict_);
  touched_.clear();
}

/// Answers as of an earlier position are those that were given then.
void LocalWorld::check_known_at() {
  auto view = models_->view(*log_);
  if (!view.has_value()) return verdict_.fail(Checker::replay, view.error().message);
  const std::vector<Told> then(told_.begin(),
                               told_.begin() + 1 + static_cast<std::ptrdiff_t>(dice_.below(told_.size())));
  view->known_at = then.back().seq;
  const Plant plant(then);
  for (const std::string& unit : plant.units()) check_unit(*view, plant, unit, verdict_);
  check_audit(*view, plant, verdict_);
}

/// Every store holds what a fold of the log from its start holds.
void LocalWorld::check_replay() {
  for (const auto& [name, live] : models_->shown()) {
    const auto projection = projections::projection_named(name);
    const auto fresh = projections::memory_store(projection->fold_version());
    if (!verdict_.require(Checker::replay, projections::catch_up(*projection, *fresh, *log_, k_no_seq))) return;
    check_same_content(*live, *fresh, name, verdict_);
  }
}

/// The files, read by nothing of ours, hold the records that were told.
void LocalWorld::check_bytes() {
  ++result_.checks;
  const RawLog raw = read_raw_log(*disk_, "log");
  verdict_.require(Checker::bytes, raw.fault.empty(), raw.fault);
  verdict_.require(
      Checker::bytes, raw.records.size() == told_.size(),
      "the files hold " + std::to_string(raw.records.size()) + " records, expected " + std::to_string(told_.size()));
  for (std::size_t i = 0; i < std::min(raw.records.size(), told_.size()); ++i)
    verdict_.require(Checker::bytes, raw.records[i].leaf == told_[i].leaf,
                     "the files hold another record " + std::to_string(i));
  const auto verified = verify_local_log(*disk_, "log");
  if (!verified.has_value()) return verdict_.fail(Checker::damage, verified.error().message);
  if (verified->first_bad)
    return verdict_.fail(Checker::damage, "verification finds damage where there is none: " + verified->first_bad->why);
  verdict_.require(Checker::damage, verified->records == told_.size() && verified->last == last(),
                   "verification counts " + std::to_string(verified->records) + " records, expected " +
                       std::to_string(told_.size()));
}

}  // namespace lotledger::tests

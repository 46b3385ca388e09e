// tests/sim/kafka_world.cc - nodes, messages and what goes wrong between them.
#include "tests/sim/kafka_world.h"

#include "engine/codec/codec.h"

#include <algorithm>

namespace lotledger::tests {

using namespace engine;

namespace {

constexpr std::int64_t k_second_us = 1'000'000;
constexpr std::size_t k_header = 128;

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

template <std::size_t Size>
std::array<std::uint8_t, Size> bytes_at(const ByteVector& from, std::size_t offset) {
  std::array<std::uint8_t, Size> bytes{};
  std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(offset), Size, bytes.begin());
  return bytes;
}

bool is_record(const ByteVector& message) {
  if (message.size() < k_header || message[0] != 'L' || message[1] != 'L' || message[2] != 'R') return false;
  if (load_le<std::uint32_t>(message.data() + 88) != message.size() - k_header) return false;
  return sha256(Bytes(message).subspan(k_header)).bytes == bytes_at<32>(message, 96);
}

}  // namespace

std::vector<TopicRecord> accepted_in(const std::vector<ByteVector>& messages, const LedgerId& ledger) {
  std::vector<TopicRecord> accepted;
  std::uint64_t epoch = 0;
  std::uint64_t writer = 0;
  for (const ByteVector& message : messages) {
    if (!is_record(message) || bytes_at<16>(message, 8) != ledger.bytes) continue;
    const auto seq = load_le<std::uint64_t>(message.data() + 24);
    const Digest last = accepted.empty() ? Digest{} : accepted.back().leaf;
    if (seq != accepted.size() || bytes_at<32>(message, 32) != last.bytes) continue;
    const auto its_epoch = load_le<std::uint64_t>(message.data() + 64);
    const auto its_writer = load_le<std::uint64_t>(message.data() + 72);
    const bool opens = (load_le<std::uint32_t>(message.data() + 92) & 1U) != 0;
    const bool current = accepted.empty() || (its_epoch == epoch && its_writer == writer);
    if (!current && !(opens && its_epoch > epoch)) continue;
    epoch = its_epoch;
    writer = its_writer;
    accepted.push_back({seq, raw_leaf(Bytes(message).first(k_header)), opens, message});
  }
  return accepted;
}

KafkaWorld::KafkaWorld(const Plan& plan, RunResult& result)
    : plan_(plan),
      result_(result),
      dice_(plan.seed),
      fault_dice_(dice_.fork()),
      random_(dice_.fork()),
      workload_(dice_.fork(), plan.faults, decisions_, result.faults),
      left_(plan.submissions) {
  clock_.at = Instant{k_plant_begins_us + 86'400 * k_second_us};
}

void KafkaWorld::note(std::string line) {
  digest_.update(bytes_of(line));
  result_.trace.push_back(std::move(line));
}

void KafkaWorld::begin() {
  const Submission first = creation(plan_.records_per_segment);
  BodyEncoder encoder;
  const auto body = encoder.encode(first.body);
  if (!body.has_value()) return verdict_.fail(Checker::failure, body.error().message);
  RecordHeader header;
  header.ledger = ledger_id();
  header.writer = 7;
  header.recorded_at = clock_.at;
  const StoredRecord record = make_record(header, *body);
  ByteVector message(record.header_bytes().begin(), record.header_bytes().end());
  message.insert(message.end(), record.body().begin(), record.body().end());
  kafka_.messages.push_back(std::move(message));
  told_.push_back({first, first.body.events, 0, clock_.at, raw_leaf(record.header_bytes())});
  for (const char* name : {"north", "south", "west"}) {
    nodes_.push_back(std::make_unique<KafkaSimNode>(name, kafka_, clock_, random_));
    verdict_.require(Checker::failure, nodes_.back()->make(ledger_id(), plan_.records_per_segment));
  }
}

void KafkaWorld::step() {
  clock_.at.utc_us += static_cast<std::int64_t>(dice_.below(60)) * k_second_us;
  if (fault_dice_.chance(30)) kafka_.deliver_late();
  if (role_ == nullptr) {
    take_role(*nodes_[dice_.below(nodes_.size())]);
  } else if (fault_dice_.chance(plan_.fault_percent)) {
    fault();
  } else {
    submit();
  }
  if (verdict_.ok()) take_accepted();
  if (verdict_.ok()) check_nodes(dice_.chance(25));
  note("record " + std::to_string(told_.size() - 1) + ", " + std::to_string(kafka_.messages.size()) + " messages");
}

void KafkaWorld::finish() {
  note("ends");
  kafka_.deliver_late();
  over();
  take_accepted();
  if (verdict_.ok()) check_nodes(true);
  if (verdict_.ok()) check_state();
  result_.digest = digest_.finish().hex();
}

/// Nobody writes any more until somebody takes the role.
void KafkaWorld::over() {
  for (const auto& node : nodes_) {
    if (node.get() == role_) node->stop_session();
  }
  role_ = nullptr;
}

void KafkaWorld::fault() {
  static constexpr Fault k_chosen[] = {Fault::kafka_zombie, Fault::kafka_race,      Fault::kafka_crash,
                                       Fault::kafka_silent, Fault::kafka_truncated, Fault::kafka_noise};
  std::vector<Fault> allowed;
  for (const Fault kind : k_chosen) {
    if (plan_.faults.has(kind)) allowed.push_back(kind);
  }
  if (allowed.empty()) return submit();
  const Fault kind = fault_dice_.pick(allowed);
  note("fault " + std::string(name_of(kind)));
  if (kind == Fault::kafka_zombie || kind == Fault::kafka_race) return zombie();
  if (kind == Fault::kafka_crash) return crash();
  if (kind == Fault::kafka_silent) return silence();
  if (kind == Fault::kafka_truncated) return truncate();
  return noise();
}

void KafkaWorld::take_role(KafkaSimNode& node) {
  const auto begun = node.begin();
  note(node.name() + (begun.has_value() ? " takes the role" : " does not get the role: " + begun.error().message));
  if (!verdict_.require(Checker::failure, begun)) return;
  role_ = &node;
}

/// What becomes of the next messages; those behind a doubt come from a session that is over.
void KafkaWorld::draw_fates(std::size_t messages) {
  static constexpr std::pair<Fault, Delivery> k_fates[] = {{Fault::kafka_doubled, Delivery::doubled},
                                                           {Fault::kafka_late, Delivery::late},
                                                           {Fault::kafka_lost, Delivery::lost},
                                                           {Fault::kafka_unknown, Delivery::unknown},
                                                           {Fault::kafka_no_offset, Delivery::no_offset}};
  kafka_.fates.assign(messages, Delivery::stored);
  if (messages == 0 || !fault_dice_.chance(plan_.fault_percent)) return;
  const auto& [fault, fate] = k_fates[fault_dice_.below(std::size(k_fates))];
  if (!plan_.faults.has(fault)) return;
  const std::size_t at = fault_dice_.below(messages);
  kafka_.fates[at] = fate;
  // An idempotent producer keeps its order: what follows a message that is not there is not there either.
  const bool absent = fate == Delivery::lost || fate == Delivery::late;
  if (absent) std::fill(kafka_.fates.begin() + static_cast<std::ptrdiff_t>(at), kafka_.fates.end(), fate);
  count(result_.faults, fault);
}

void KafkaWorld::submit() {
  const std::size_t size = std::min<std::size_t>(1 + dice_.below(plan_.batch_max), left_);
  left_ -= size;
  result_.submissions += size;
  const Submissions batch = workload_.batch(size);
  if (batch.empty()) return;
  Decisions deciding = decisions_;
  std::vector<Expected> expected;
  doubt_.clear();
  for (const Submission& submission : batch) {
    expected.push_back(deciding.expect(submission));
    if (!expected.back().records) continue;
    deciding.take(submission, expected.back(), expected.back().events);
    doubt_.push_back({submission, expected.back()});
  }
  draw_fates(doubt_.size());
  const auto receipts = role_->writer().submit(batch);
  kafka_.fates.clear();
  verdict_.require(Checker::failure, role_->land());
  take_accepted();
  bool failed = false;
  for (std::size_t i = 0; i < receipts.size() && verdict_.ok(); ++i) {
    if (!receipts[i].has_value()) {
      failed = true;
      verdict_.require(Checker::failure, receipts[i].error().code == ErrorCode::unavailable,
                       "a session that is over says: " + receipts[i].error().message);
      continue;
    }
    const bool same = receipts[i]->outcome == expected[i].outcome && receipts[i]->position.seq == expected[i].position;
    verdict_.require(Checker::outcome, same,
                     "expected " + std::string(name_of(expected[i].outcome)) + " at " +
                         std::to_string(expected[i].position) + "; got " + std::string(name_of(receipts[i]->outcome)) +
                         " at " + std::to_string(receipts[i]->position.seq));
    verdict_.require(Checker::acknowledged, expected[i].position < told_.size(),
                     "record " + std::to_string(expected[i].position) + " was acknowledged and is not in the topic");
  }
  note("submits " + std::to_string(batch.size()) + (failed ? ", and the session is over" : ""));
  if (failed) over();
}

/// Another node takes the role; the one before goes on for a while.
void KafkaWorld::zombie() {
  KafkaSimNode* before = role_;
  KafkaSimNode* next = nodes_[fault_dice_.below(nodes_.size())].get();
  if (next == before) return submit();
  count(result_.faults, Fault::kafka_race);
  take_role(*next);
  if (verdict_.ok()) take_accepted();
  if (!verdict_.ok()) return;
  const auto receipts = before->writer().submit({workload_.unheard()});
  verdict_.require(Checker::acknowledged, !receipts.front().has_value(),
                   "a node that was superseded acknowledges a submission");
  verdict_.require(Checker::failure, before->land());
  count(result_.faults, Fault::kafka_zombie);
  before->stop_session();
  // What it sent stands behind what the new one read, so the new one's next record leaves a gap.
  const auto again = next->begin();
  verdict_.require(Checker::failure, again);
}

void KafkaWorld::crash() {
  KafkaSimNode& node = *nodes_[fault_dice_.below(nodes_.size())];
  if (&node == role_) role_ = nullptr;
  CrashFaults faults{plan_.faults.has(Fault::lost_page), plan_.faults.has(Fault::torn_page),
                     plan_.faults.has(Fault::lost_name)};
  node.crash(fault_dice_.next(), faults);
  count(result_.faults, Fault::kafka_crash);
  verdict_.require(Checker::failure, node.start());
}

/// Without an answer of the cluster nobody takes the role and nobody calls itself current.
void KafkaWorld::silence() {
  kafka_.reachable = false;
  KafkaSimNode& node = *nodes_[fault_dice_.below(nodes_.size())];
  if (&node == role_) over();
  const auto begun = node.begin();
  verdict_.require(Checker::failure, !begun.has_value() && begun.error().code == ErrorCode::unavailable,
                   "a node takes the role though the cluster does not answer");
  node.stop_session();
  kafka_.reachable = true;
  count(result_.faults, Fault::kafka_silent);
}

/// Something that is no record of this ledger slips in before the next message.
void KafkaWorld::noise() {
  ByteVector other = kafka_.messages.front();
  if (fault_dice_.chance(50)) other[8 + fault_dice_.below(16)] ^= 1U;  // A record of another ledger.
  if (fault_dice_.chance(50)) other.resize(fault_dice_.below(other.size()));
  kafka_.on_next_send.push_back(std::move(other));
  count(result_.faults, Fault::kafka_noise);
  submit();
}

/// The topic loses its end. Who has read it notices, and the longest copy puts it back.
void KafkaWorld::truncate() {
  kafka_.deliver_late();
  over();
  take_accepted();
  check_nodes(true);
  if (!verdict_.ok() || kafka_.messages.size() < 2) return;
  for (const auto& node : nodes_) verdict_.require(Checker::failure, node->save());
  const std::size_t lost = 1 + fault_dice_.below(std::min<std::size_t>(kafka_.messages.size() - 1, 6));
  kafka_.truncate(kafka_.messages.size() - lost);
  count(result_.faults, Fault::kafka_truncated);
  note("the topic loses " + std::to_string(lost) + " messages");
  const auto noticed = nodes_.front()->follow();
  verdict_.require(Checker::damage, !noticed.has_value() && noticed.error().code == ErrorCode::io,
                   "the topic was truncated, and a node that had read it goes on");
  KafkaSimNode& longest = *nodes_[fault_dice_.below(nodes_.size())];
  verdict_.require(Checker::failure, longest.repair());
  for (const auto& node : nodes_) verdict_.require(Checker::failure, node->forget_place());
  const auto accepted = accepted_in(kafka_.messages, ledger_id());
  bool same = accepted.size() == told_.size();
  for (std::size_t i = 0; same && i < told_.size(); ++i) same = accepted[i].leaf == told_[i].leaf;
  verdict_.require(Checker::acknowledged, same, "after the repair the topic holds something else than what was told");
}

void KafkaWorld::take_accepted() {
  const auto accepted = accepted_in(kafka_.messages, ledger_id());
  if (accepted.size() < told_.size()) {
    return verdict_.fail(Checker::acknowledged, "the topic holds " + std::to_string(accepted.size()) +
                                                    " records that count, and held " + std::to_string(told_.size()));
  }
  for (std::size_t i = told_.size(); i < accepted.size() && verdict_.ok(); ++i) take_record(accepted[i]);
}

void KafkaWorld::take_record(const TopicRecord& record) {
  ++result_.records;
  const std::string name = "record " + std::to_string(record.seq);
  const auto stored = read_record(record.bytes);
  const auto body = stored.has_value() ? verify_body(stored->body()) : fail(ErrorCode::corrupt, "no record");
  if (!body.has_value()) return verdict_.fail(Checker::acknowledged, name + ": " + body.error().message);
  Body told = decode_body(**body);
  result_.events += told.events.size();
  const Instant recorded = stored->header().recorded_at;
  verdict_.require(Checker::chain, recorded >= told_.back().recorded_at, name + " was recorded before its predecessor");
  digest_.update(record.leaf.view());
  if (record.opens_epoch) {
    Submission epoch;
    epoch.body = told;
    decisions_.take_foreign();
    told_.push_back({std::move(epoch), std::move(told.events), record.seq, recorded, record.leaf});
    doubt_.clear();
    return;
  }
  if (doubt_.empty()) return verdict_.fail(Checker::acknowledged, "nobody told " + name);
  const Awaited awaited = doubt_.front();
  doubt_.erase(doubt_.begin());
  const std::string differs = difference(awaited.submission, awaited.expected, told);
  if (!verdict_.require(Checker::acknowledged, differs.empty(), name + ": " + differs)) return;
  decisions_.take(awaited.submission, awaited.expected, told.events);
  told_.push_back({awaited.submission, std::move(told.events), record.seq, recorded, record.leaf});
}

/// Every node holds a beginning of what counts; who reads on to the end holds all of it.
void KafkaWorld::check_nodes(bool to_the_end) {
  ++result_.checks;
  for (const auto& node : nodes_) {
    if (to_the_end && !node->writes()) {
      if (!verdict_.require(Checker::reader, node->follow())) return;
      verdict_.require(Checker::reader, node->log().durable().seq + 1 == told_.size(),
                       "node " + node->name() + " has read to the end and holds " +
                           std::to_string(node->log().durable().seq + 1) + " records of " +
                           std::to_string(told_.size()));
      verdict_.require(Checker::reader, !node->follower()->diverged(),
                       "node " + node->name() + " calls itself diverged");
    }
    check_node(*node);
  }
}

void KafkaWorld::check_node(KafkaSimNode& node) {
  const Head head = node.log().durable();
  if (head.seq == k_no_seq) return;
  const bool known = head.seq < told_.size() && head.leaf == told_[head.seq].leaf;
  if (!verdict_.require(Checker::reader, known,
                        "node " + node.name() + " holds a record " + std::to_string(head.seq) + " that does not count"))
    return;
  const Seq some = dice_.below(static_cast<std::size_t>(head.seq) + 1);
  const auto record = node.log().at(some);
  verdict_.require(Checker::reader, record.has_value() && raw_leaf(record->header_bytes()) == told_[some].leaf,
                   "node " + node.name() + " holds another record " + std::to_string(some));
}

void KafkaWorld::check_state() {
  const auto models = memory_models();
  engine::LogReader& log = nodes_[dice_.below(nodes_.size())]->log();
  const auto opened = models->open(log);
  if (!opened.has_value()) return verdict_.fail(Checker::replay, opened.error().message);
  const auto view = models->view(log);
  if (!view.has_value()) return verdict_.fail(Checker::replay, view.error().message);
  const Plant plant(told_);
  for (const std::string& unit : plant.units()) check_unit(*view, plant, unit, verdict_);
  check_audit(*view, plant, verdict_);
  check_facts(projections::StoreFacts(**opened), decisions_, plant, verdict_);
}

}  // namespace lotledger::tests

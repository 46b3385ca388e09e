// cli/kafka_node.cc - opening a node, and its epochs.
#include "cli/kafka_node.h"

#include "cli/kafka_state.h"
#include "cli/version.h"
#include "engine/base/random.h"
#include "engine/codec/codec.h"

namespace lotledger::cli {

using engine::kafka::Follower;

namespace {

engine::Body epoch_body(const KafkaConnection& connection, const engine::kafka::Epoch& previous,
                        const engine::Actor& actor, const std::string& reason) {
  engine::Body body;
  body.actor = actor;
  body.source.system = "lotledger";
  // Each opening is a message of its own: nothing is to be taken for its repetition.
  std::array<std::uint8_t, 16> id{};
  SystemRandom().fill(id);
  body.source.message_id = "epoch " + to_hex(id);
  body.software = std::string(k_software);
  body.reason.text = reason;
  engine::Event event;
  event.body = engine::SystemEvent{engine::EpochOpened{connection.node, previous.number, previous.writer}};
  body.events.push_back(std::move(event));
  return body;
}

/// First record of the epoch of the last record: epochs never decrease, so halving finds it.
Result<engine::StoredRecord> first_of_epoch(engine::LogReader& log) {
  Seq low = 0;
  Seq high = log.durable().seq;
  LL_ASSIGN(const engine::StoredRecord last, log.at(high));
  while (low < high) {
    const Seq middle = low + (high - low) / 2;
    LL_ASSIGN(const engine::StoredRecord record, log.at(middle));
    if (record.header().epoch < last.header().epoch) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return log.at(low);
}

}  // namespace

Result<KafkaRole> role_in(engine::LogReader& log) {
  if (log.durable().seq == k_no_seq) return KafkaRole{};
  LL_ASSIGN(const engine::StoredRecord first, first_of_epoch(log));
  KafkaRole role{{}, first.seq(), engine::kafka::epoch_of(first.header())};
  if ((first.header().flags & engine::k_flag_opens_epoch) == 0) return role;
  LL_ASSIGN(const schema::Body* body, engine::verify_body(first.body()));
  const auto* area = body->events()->size() > 0 ? body->events()->Get(0)->area_as_system() : nullptr;
  if (area != nullptr && area->event_as_epoch_opened() != nullptr)
    role.node = area->event_as_epoch_opened()->node()->str();
  return role;
}

Result<std::unique_ptr<KafkaNode>> KafkaNode::open(const LedgerInfo& info, std::unique_ptr<engine::Disk> disk,
                                                   std::unique_ptr<engine::LocalLog> log) {
  std::unique_ptr<KafkaNode> node(new KafkaNode(std::move(disk), std::move(log)));
  node->folder_ = kafka_folder(info);
  node->topic_ = engine::kafka::topic_of(info.id);
  LL_TRY(remove_state(*node->disk_, node->folder_));
  LL_ASSIGN(node->connection_, read_connection(*node->disk_, info));
  LL_ASSIGN(node->cluster_, connect(node->connection_));
  LL_TRY(engine::kafka::check_topic(*node->cluster_, node->topic_, node->connection_.demands));
  LL_TRY(node->reopen());
  return node;
}

engine::kafka::NodeParts KafkaNode::parts() {
  return {*cluster_, *disk_, *log_, folder_, topic_, [this](const std::vector<engine::StoredRecord>& records) {
            if (sink_) sink_(records);
          }};
}

Result<void> KafkaNode::reopen() {
  if (follower_) LL_TRY(follower_->save());
  LL_ASSIGN(follower_, Follower::open(parts()));
  return {};
}

Result<engine::kafka::OpenedEpoch> KafkaNode::open_epoch(Clock& clock, const engine::Actor& actor,
                                                         const std::string& reason) {
  engine::BodyEncoder encoder;
  const auto body = [&](const engine::kafka::Epoch& previous) {
    const auto encoded = encoder.encode(epoch_body(connection_, previous, actor, reason));
    return encoded.has_value() ? ByteVector(encoded->begin(), encoded->end()) : ByteVector();
  };
  SystemRandom random;
  engine::kafka::NodeParts own = parts();
  return engine::kafka::open_epoch(own, *follower_, body, clock, random);
}

Result<void> KafkaNode::save() {
  LL_TRY(log_->publish_head());
  return follower_->save();
}

}  // namespace lotledger::cli

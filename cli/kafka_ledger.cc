// cli/kafka_ledger.cc - making, moving, mirroring, repairing, handing over.
#include "cli/kafka_ledger.h"

#include "cli/errors.h"
#include "cli/kafka_state.h"
#include "cli/output.h"
#include "cli/writing.h"
#include "engine/kafka/publish.h"

#include <filesystem>
#include <limits>

namespace lotledger::cli {

namespace {

using engine::kafka::Cluster;
using engine::kafka::NodeParts;
using engine::kafka::topic_of;

/// Messages at the start of a topic among which record 0 must be.
constexpr int k_first_messages_max = 1000;
constexpr int k_message_wait_ms = 10'000;

/// What push and repair have in hand: the segments under lock, and the cluster.
struct Copy {
  std::unique_ptr<engine::Disk> disk;
  std::unique_ptr<engine::LocalLog> log;
  std::unique_ptr<Cluster> cluster;
};

Result<Copy> open_copy(const LedgerInfo& info, const KafkaConnection& connection) {
  Copy copy;
  LL_ASSIGN(copy.cluster, connect(connection));
  copy.disk = engine::posix_disk();
  LL_ASSIGN(copy.log, engine::LocalLog::open(*copy.disk, info.log_folder()));
  LL_TRY(remove_state(*copy.disk, kafka_folder(info)));
  return copy;
}

/// Makes the topic when it is missing, checks it, and sends what it does not hold.
Result<Published> publish(const Output& output, const LedgerInfo& info, const KafkaConnection& connection, Copy& copy) {
  const std::string topic = topic_of(info.id);
  LL_TRY(copy.disk->make_folders(kafka_folder(info)));
  const auto described = copy.cluster->describe(topic);
  if (!described.has_value() && described.error().code != ErrorCode::not_found)
    return std::unexpected(described.error());
  if (!described.has_value()) {
    // A broker may not have heard yet of a topic that there is.
    const auto made = engine::kafka::create_topic(*copy.cluster, topic, connection.demands);
    if (!made.has_value() && made.error().code != ErrorCode::conflict) return std::unexpected(made.error());
  }
  LL_TRY(engine::kafka::check_topic(*copy.cluster, topic, connection.demands));
  ProgressLine progress(output, "push " + info.name(), copy.log->tail().seq + 1);
  LL_ASSIGN(const std::uint64_t records,
            engine::kafka::publish_missing({*copy.cluster, *copy.disk, *copy.log, kafka_folder(info), topic, {}},
                                           [&](Seq seq) { progress.at(seq); }));
  return Published{records, copy.log->tail().seq};
}

/// Record 0 of the topic's ledger; nullopt when the topic does not begin with one.
Result<std::optional<engine::StoredRecord>> first_record(Cluster& cluster, const std::string& topic) {
  LL_ASSIGN(const auto marks, cluster.watermarks(topic));
  LL_ASSIGN(const auto consumer, cluster.read_from(topic, marks.low, engine::kafka::ReadMode::live));
  for (int count = 0; count < k_first_messages_max && marks.low + count < marks.high; ++count) {
    LL_ASSIGN(const auto message, consumer->next(k_message_wait_ms));
    if (!message) break;
    auto record = engine::read_record(message->value);
    if (record.has_value() && record->seq() == 0 && topic_of(record->header().ledger) == topic)
      return std::optional(std::move(*record));
  }
  return std::optional<engine::StoredRecord>();
}

}  // namespace

std::vector<OptionSpec> kafka_options() {
  return {{"config",
           "FILE",
           {"file of librdkafka settings (TLS, SASL); secrets as NAME.file=PATH",
            "librdkafka 设置文件（TLS、SASL）；密钥写作 NAME.file=路径"}},
          {"node", "NAME", {"name of this node (default: of this machine)", "本节点名称（默认：本机名）"}},
          {"replication",
           "N",
           {"replicas of the topic (default: 3 where there are three brokers, else 1)",
            "主题副本数（默认：三个代理时为 3，否则 1）"}},
          {"min-insync",
           "N",
           {"replicas that must hold a record (default: 2 of three, else 1)",
            "必须保存记录的副本数（默认：三副本为 2，否则 1）"}}};
}

Result<KafkaConnection> connection_of(const Call& call, const std::string& bootstrap) {
  constexpr std::uint64_t k_replicas_max = 100;
  KafkaConnection connection;
  connection.bootstrap = bootstrap;
  if (call.has("config")) connection.config = std::filesystem::absolute(call.text("config"));
  LL_ASSIGN(connection.node, node_name(call.text("node")));
  LL_ASSIGN(const std::uint64_t replication, call.number("replication", 0, {1, k_replicas_max}));
  LL_ASSIGN(const std::uint64_t min_insync, call.number("min-insync", 0, {1, k_replicas_max}));
  connection.demands = {static_cast<std::int32_t>(replication), static_cast<std::int32_t>(min_insync)};
  return connection;
}

Result<std::unique_ptr<KafkaNode>> open_node(const LedgerInfo& info) {
  auto disk = engine::posix_disk();
  LL_ASSIGN(auto log, engine::LocalLog::open(*disk, info.log_folder()));
  return KafkaNode::open(info, std::move(disk), std::move(log));
}

Result<Published> push_ledger(const Output& output, const LedgerInfo& info, const KafkaConnection& connection,
                              const engine::Actor& actor) {
  LL_ASSIGN(Copy copy, open_copy(info, connection));
  LL_ASSIGN(Published pushed, publish(output, info, connection, copy));
  LL_TRY(write_connection(*copy.disk, info, connection));
  LL_ASSIGN(const auto node, KafkaNode::open(info, std::move(copy.disk), std::move(copy.log)));
  LL_ASSIGN(const KafkaRole role, role_in(node->log()));
  if (role.node != connection.node) {
    SystemClock clock;
    LL_TRY(node->open_epoch(clock, actor, "the ledger moved to Kafka"));
  }
  LL_TRY(node->save());
  pushed.position = node->log().tail().seq;
  return pushed;
}

Result<Published> repair_topic(const Output& output, const LedgerInfo& info) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const KafkaConnection connection, read_connection(*disk, info));
  LL_ASSIGN(Copy copy, open_copy(info, connection));
  return publish(output, info, connection, copy);
}

Result<LedgerInfo> mirror_ledger(DataFolder& folder, const KafkaConnection& connection, const std::string& name) {
  LL_ASSIGN(const auto cluster, connect(connection));
  LL_ASSIGN(const auto topics, cluster->topics());
  std::optional<engine::StoredRecord> found;
  std::string names;
  for (const std::string& topic : topics) {
    if (!topic.starts_with(engine::kafka::k_topic_prefix)) continue;
    LL_ASSIGN(auto first, first_record(*cluster, topic));
    if (!first) continue;
    LL_ASSIGN(const engine::LedgerCreated created, creation_in(*first));
    names += (names.empty() ? "" : ", ") + created.name + " (" + topic + ")";
    if (!name.empty() && created.name != name && first->header().ledger.text() != name) continue;
    if (found) return fail(ErrorCode::invalid_input, "several ledgers fit: " + names + "; name one by its uuid");
    found = std::move(*first);
  }
  if (!found)
    return fail(ErrorCode::not_found, "the cluster at " + connection.bootstrap + " holds no ledger" +
                                          (name.empty() ? "" : " " + name) +
                                          (names.empty() ? "" : "; it holds " + names));
  LL_ASSIGN(const LedgerInfo info, folder.adopt_ledger(*found));
  const auto disk = engine::posix_disk();
  LL_TRY(write_connection(*disk, info, connection));
  return info;
}

Result<Published> land_all(const Output& output, const LedgerInfo& info) {
  LL_ASSIGN(const auto node, open_node(info));
  LL_ASSIGN(const auto marks, node->cluster().watermarks(topic_of(info.id)));
  ProgressLine progress(output, "mirror " + info.name(), static_cast<std::uint64_t>(marks.high));
  std::uint64_t records = 1;
  node->on_landed([&](const std::vector<engine::StoredRecord>& landed) {
    records += landed.size();
    progress.at(landed.back().seq());
  });
  LL_TRY(node->follower().catch_up());
  if (node->follower().diverged())
    return fail(ErrorCode::conflict, "the topic goes on with records that do not follow what was accepted");
  LL_TRY(node->save());
  LL_ASSIGN(const auto models, LiveModels::open(info, node->log()));
  LL_TRY(models->finish());
  return Published{records, node->log().tail().seq};
}

Result<Published> take_over(const LedgerInfo& info, const engine::Actor& actor, const std::string& reason) {
  LL_ASSIGN(const auto node, open_node(info));
  SystemClock clock;
  LL_TRY(node->open_epoch(clock, actor, reason));
  LL_TRY(node->save());
  return Published{1, node->log().tail().seq};
}

}  // namespace lotledger::cli

// engine/kafka/librdkafka_client.cc - opens a client of librdkafka with settings of the user and of ours, keeps what it
// complains of, asks it for brokers and topics.
#include "engine/base/assert.h"
#include "engine/kafka/librdkafka.h"

#include <librdkafka/rdkafka.h>
#include <syslog.h>

#include <algorithm>
#include <array>

namespace lotledger::engine::kafka {

void Destroy::operator()(rd_kafka_message_s* message) const {
  rd_kafka_message_destroy(message);
}
void Destroy::operator()(rd_kafka_op_s* event) const {
  rd_kafka_event_destroy(event);
}
void Destroy::operator()(rd_kafka_queue_s* queue) const {
  rd_kafka_queue_destroy(queue);
}
void Destroy::operator()(rd_kafka_s* client) const {
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}
void Destroy::operator()(rd_kafka_topic_s* topic) const {
  rd_kafka_topic_destroy(topic);
}

std::string without_values(std::string text, const ClientSettings& settings) {
  constexpr std::size_t k_readable_bytes = 3;
  for (const auto& [name, value] : settings) {
    if (value.size() <= k_readable_bytes) continue;
    const std::string shown = "<" + name + ">";
    for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + shown.size())) {
      text.replace(at, value.size(), shown);
    }
  }
  return text;
}

void Complaints::keep(std::string_view text) {
  std::string cleaned = clean(text);
  const std::scoped_lock lock(mutex_);
  text_ = std::move(cleaned);
}

std::string Complaints::last() const {
  const std::scoped_lock lock(mutex_);
  return text_.empty() ? std::string() : " (" + text_ + ")";
}

namespace {
/// Called by threads of the library. Lines that are no errors are dropped: this program's output is its own.
void keep_log_line(const rd_kafka_t* client, int level, const char* /*facility*/, const char* line) {
  if (level <= LOG_ERR) static_cast<Complaints*>(rd_kafka_opaque(client))->keep(line);
}

struct DestroyConfiguration {
  void operator()(rd_kafka_conf_t* configuration) const { rd_kafka_conf_destroy(configuration); }
};
using Configuration = std::unique_ptr<rd_kafka_conf_t, DestroyConfiguration>;

Result<void> set(rd_kafka_conf_t* configuration, const std::string& name, const std::string& value) {
  std::array<char, 256> ignored{};  // Would quote the value.
  switch (rd_kafka_conf_set(configuration, name.c_str(), value.c_str(), ignored.data(), ignored.size())) {
    case RD_KAFKA_CONF_OK: return {};
    case RD_KAFKA_CONF_UNKNOWN:
      return fail(ErrorCode::invalid_input, "Kafka setting " + name + " is not known to librdkafka");
    case RD_KAFKA_CONF_INVALID: break;
  }
  return fail(ErrorCode::invalid_input, "Kafka setting " + name + " has a value that librdkafka does not take");
}

/// What every client is opened with. What users may give is none of it.
ClientSettings common_settings(const Access& access) {
  return {
      {"allow.auto.create.topics", "false"},  // A mistyped name must not become a topic with defaults.
      {"bootstrap.servers", access.bootstrap}, {"client.id", "lotledger"}, {"log.thread.name", "false"},
      {"reconnect.backoff.max.ms", "1000"},  // Ten seconds by default: too long after a broker's restart.
      {"socket.nagle.disable", "true"},
  };
}

struct DestroyMetadata {
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, DestroyMetadata>;

enum class Scope : std::uint8_t { all_topics, one_topic, brokers_only };

Result<Metadata> ask_metadata(const Client& client, Scope scope, rd_kafka_topic_t* topic, const std::string& what) {
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error =
      rd_kafka_metadata(client.handle(), scope == Scope::all_topics ? 1 : 0, topic, &answer, client.timeout_ms());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return client.unavailable(
        what, "no broker answers within " + std::to_string(client.timeout_ms()) + " ms: " + rd_kafka_err2str(error));
  }
  return Metadata(answer);
}

TopicShape shape(const rd_kafka_metadata_topic_t& topic) {
  TopicShape found{topic.partition_cnt, 0, topic.partition_cnt > 0};
  for (int i = 0; i < topic.partition_cnt; ++i) {
    const auto& partition = topic.partitions[i];
    found.replication = i == 0 ? partition.replica_cnt : std::min(found.replication, partition.replica_cnt);
    if (partition.leader < 0) found.led = false;
  }
  return found;
}
}  // namespace

Client::Client(const Access& access, ClientKind kind)
    : kind_(kind), timeout_ms_(access.timeout_ms), complaints_(access.settings) {}

Result<std::unique_ptr<Client>> Client::open(const Access& access, ClientKind kind,
                                             std::initializer_list<std::pair<const char*, std::string>> own) {
  ClientSettings settings = common_settings(access);
  for (const auto& [name, value] : access.settings) {
    LL_TRY(check_setting(name));
    settings[name] = value;
  }
  // Of these a user can give linger.ms only, which is then kept.
  for (const auto& [name, value] : own) settings.emplace(name, value);
  std::unique_ptr<Client> client(new Client(access, kind));
  LL_TRY(client->start(settings));
  return client;
}

Result<void> Client::start(const ClientSettings& settings) {
  const Configuration prepared(rd_kafka_conf_new());
  for (const auto& [name, value] : settings) LL_TRY(set(prepared.get(), name, value));
  rd_kafka_conf_t* configuration = rd_kafka_conf_dup(prepared.get());
  rd_kafka_conf_set_opaque(configuration, &complaints_);
  rd_kafka_conf_set_log_cb(configuration, keep_log_line);
  rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  std::array<char, 512> why{};
  const auto type = kind_ == ClientKind::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER;
  handle_.reset(rd_kafka_new(type, configuration, why.data(), why.size()));
  if (handle_) return {};
  rd_kafka_conf_destroy(configuration);
  const bool refused = rd_kafka_last_error() == RD_KAFKA_RESP_ERR__INVALID_ARG;
  return fail(refused ? ErrorCode::invalid_input : ErrorCode::unavailable,
              "Kafka client: " + complaints_.clean(why.data()) + complaints_.last());
}

std::unexpected<Error> Client::unavailable(const std::string& what, std::string_view why) const {
  return fail(ErrorCode::unavailable, what + ": " + complaints_.clean(why) + complaints_.last());
}

Result<std::vector<std::string>> Client::topics() const {
  LL_ASSIGN(const auto metadata, ask_metadata(*this, Scope::all_topics, nullptr, "topics of the cluster"));
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(metadata->topic_cnt));
  for (int i = 0; i < metadata->topic_cnt; ++i) names.emplace_back(metadata->topics[i].topic);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::int32_t> Client::brokers() const {
  LL_ASSIGN(const auto metadata, ask_metadata(*this, Scope::brokers_only, nullptr, "brokers of the cluster"));
  return metadata->broker_cnt;
}

Result<Owned<rd_kafka_topic_s>> Client::topic(const std::string& name) const {
  Owned<rd_kafka_topic_s> made(rd_kafka_topic_new(handle(), name.c_str(), nullptr));
  if (made) return made;
  return fail(ErrorCode::invalid_input, "topic " + name + ": " + rd_kafka_err2str(rd_kafka_last_error()));
}

Result<TopicShape> Client::shape_of(rd_kafka_topic_s* topic) const {
  const std::string what = std::string("topic ") + rd_kafka_topic_name(topic);
  LL_ASSIGN(const auto metadata, ask_metadata(*this, Scope::one_topic, topic, what));
  LL_ASSERT(metadata->topic_cnt == 1, "asked about one topic");
  const auto& answer = metadata->topics[0];
  switch (static_cast<int>(answer.err)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE: return shape(answer);
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return fail(ErrorCode::not_found, what + " does not exist");
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
      return fail(ErrorCode::invalid_input, what + " is no name that a topic can have");
    default: return unavailable(what, rd_kafka_err2str(answer.err));
  }
}

}  // namespace lotledger::engine::kafka

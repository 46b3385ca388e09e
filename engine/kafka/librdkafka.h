// engine/kafka/librdkafka.h - what the librdkafka_*.cc share: a client of the library, what it last complained of, and
// how a topic looks to it. Private to them. Types of the library are only named here; its header is for .cc files.
#pragma once

#include "engine/kafka/client.h"
#include "engine/log/record.h"

#include <initializer_list>
#include <mutex>
#include <string_view>

// NOLINTBEGIN(readability-identifier-naming): names of the library.
struct rd_kafka_message_s;
struct rd_kafka_op_s;  // An event of the library.
struct rd_kafka_queue_s;
struct rd_kafka_s;
struct rd_kafka_topic_s;
// NOLINTEND(readability-identifier-naming)

namespace lotledger::engine::kafka {

/// Largest value that is sent: a whole record.
inline constexpr std::size_t k_value_bytes_max = k_header_bytes + k_body_bytes_max;
/// A value that was sent is given up after this many time-outs: an election of a new leader takes longer than an
/// answer.
inline constexpr int k_delivery_timeouts = 3;

/// Which cluster, how to log in, and how long to wait for an answer.
struct Access {
  std::string bootstrap;
  ClientSettings settings;
  int timeout_ms = 0;
};

/// Gives back what the library made.
struct Destroy {
  void operator()(rd_kafka_message_s* message) const;
  void operator()(rd_kafka_op_s* event) const;
  void operator()(rd_kafka_queue_s* queue) const;
  /// Waits until the threads of the client have ended; answers that are still under way are not waited for.
  void operator()(rd_kafka_s* client) const;
  void operator()(rd_kafka_topic_s* topic) const;
};
template <typename T>
using Owned = std::unique_ptr<T, Destroy>;

/// `text` without the values of settings, which may be secrets: each is replaced by <its name>. Values of fewer than
/// four bytes stay, because the text would not be readable without them.
[[nodiscard]] std::string without_values(std::string text, const ClientSettings& settings);

/// The last error line of a client, so that messages can say why. Safe from several threads: those of the library
/// write.
class Complaints {
 public:
  explicit Complaints(ClientSettings settings) : settings_(std::move(settings)) {}

  void keep(std::string_view text);
  /// " (last complaint)", or nothing when there was none.
  [[nodiscard]] std::string last() const;
  /// `text` without the values of this client's settings.
  [[nodiscard]] std::string clean(std::string_view text) const { return without_values(std::string(text), settings_); }

 private:
  const ClientSettings settings_;
  mutable std::mutex mutex_;
  std::string text_;
};

enum class ClientKind : std::uint8_t { producer, consumer };

/// What a broker tells of a topic.
struct TopicShape {
  std::int32_t partitions = 0;
  std::int32_t replication = 0;  ///< Least number of replicas of a partition.
  bool led = false;              ///< Every partition has a leader.
};

/// One client of the library: its threads and connections.
class Client {
 public:
  /// Connects in the background. `own` are the settings of the kind of client. invalid_input names a setting that the
  /// library refuses, never its value.
  [[nodiscard]] static Result<std::unique_ptr<Client>> open(
      const Access& access, ClientKind kind, std::initializer_list<std::pair<const char*, std::string>> own);

  [[nodiscard]] rd_kafka_s* handle() const { return handle_.get(); }
  [[nodiscard]] int timeout_ms() const { return timeout_ms_; }

  /// Names of all topics, sorted. unavailable.
  [[nodiscard]] Result<std::vector<std::string>> topics() const;
  /// Brokers that the cluster counts as alive. unavailable.
  [[nodiscard]] Result<std::int32_t> brokers() const;
  /// A topic by name, to be given back before the client. invalid_input for a name that no topic can have.
  [[nodiscard]] Result<Owned<rd_kafka_topic_s>> topic(const std::string& name) const;
  /// Asks a broker. not_found when there is no such topic; unavailable. Afterwards the client knows the topic's leader:
  /// else the first message to it waits for up to a second.
  [[nodiscard]] Result<TopicShape> shape_of(rd_kafka_topic_s* topic) const;

  /// Takes note of an error that the library reported.
  void complain(std::string_view text) { complaints_.keep(text); }
  /// unavailable: `what`, why, and the last complaint.
  [[nodiscard]] std::unexpected<Error> unavailable(const std::string& what, std::string_view why) const;

 private:
  Client(const Access& access, ClientKind kind);
  [[nodiscard]] Result<void> start(const ClientSettings& settings);

  const ClientKind kind_;
  const int timeout_ms_;
  Complaints complaints_;  // Before the handle: its threads write here until it is destroyed.
  Owned<rd_kafka_s> handle_;
};

/// invalid_input when `name` is none of the settings that a user may give.
[[nodiscard]] Result<void> check_setting(const std::string& name);

/// not_found when there is no such topic; unavailable.
[[nodiscard]] Result<std::unique_ptr<Producer>> open_producer(const Access& access, const std::string& topic);
/// not_found when there is no such topic; unavailable.
[[nodiscard]] Result<std::unique_ptr<Consumer>> open_consumer(const Access& access, const std::string& topic,
                                                              Offset from, ReadMode mode);
/// Creates a topic and waits until the cluster knows its leader. See Cluster::create.
[[nodiscard]] Result<void> make_topic(const Client& client, const std::string& topic, const TopicPlan& plan);
/// Configuration of a topic, defaults resolved. not_found; unavailable.
[[nodiscard]] Result<std::map<std::string, std::string>> settings_of_topic(const Client& client,
                                                                           const std::string& topic);

}  // namespace lotledger::engine::kafka

// engine/kafka/client.h - the Kafka seam: what the ledger asks of a cluster, and nothing more. librdkafka_*.cc do it
// with librdkafka (the only files that know it); tests/support/sim_kafka.h does it in memory, with faults.
#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lotledger::engine::kafka {

/// Offset in the one partition of a ledger's topic.
using Offset = std::int64_t;

/// First offset that is still there, and the offset that the next message will get.
struct Watermarks {
  Offset low = 0;
  Offset high = 0;
};

/// A message as read. `value` is valid until the next call on the consumer that gave it.
struct Message {
  Offset offset = 0;
  Bytes value;
};

/// What a topic is like, as its cluster tells.
struct TopicDescription {
  std::int32_t partitions = 0;
  std::int32_t replication = 0;                 ///< Least number of replicas of a partition.
  std::map<std::string, std::string> settings;  ///< Topic configuration, defaults resolved.
};

/// What to create a topic with. Always one partition.
struct TopicPlan {
  std::int32_t replication = 1;
  std::map<std::string, std::string> settings;
};

/// Sends records to the partition. One thread. Idempotent: the cluster keeps what was sent in order and once, as far as
/// this producer knows; what it does not know ends it.
class Producer {
 public:
  Producer() = default;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;
  virtual ~Producer() = default;

  /// Queues `value` (copied); waits where the queue is full. unavailable when the producer has failed before,
  /// invalid_input when the value is larger than a record can be; then nothing was queued.
  [[nodiscard]] virtual Result<void> send(Bytes value) = 0;
  /// Waits for the report of the oldest value that has none yet: the offset at which it was stored. unavailable when
  /// its fate is unknown (time-out, fatal error, report without offset) or it was refused: throw the producer away; it
  /// says the same ever after and sends nothing more. A value is given up three time-outs of the cluster after it was
  /// sent. Not to be called when nothing is under way (asserted).
  [[nodiscard]] virtual Result<Offset> next_report() = 0;
  /// Whether next_report() has something to tell without waiting. False when nothing is under way.
  [[nodiscard]] virtual bool report_ready() = 0;
};

/// Reads the partition by offset; member of no group, commits nothing. One thread.
class Consumer {
 public:
  Consumer() = default;
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;
  virtual ~Consumer() = default;

  /// The next message. nullopt: none came within `wait_ms_max`; that alone says nothing about the end of the partition,
  /// which watermarks() tells. corrupt when the offset to read is not there (out of range), which is never reset
  /// silently, or when a checksum differs. unavailable otherwise, also when no broker can be reached any more. An error
  /// ends the consumer: it says the same ever after.
  [[nodiscard]] virtual Result<std::optional<Message>> next(int wait_ms_max) = 0;
};

/// How a reader's queue is sized.
enum class ReadMode : std::uint8_t {
  live,  ///< Small fetches at once.
  bulk,  ///< As much as comes in a second; a smaller queue makes librdkafka 2.0.2 pause for a second when it is full.
};

/// A cluster. Safe from several threads. A call asks up to three questions; each waits for at most the time-out that
/// the cluster was opened with.
class Cluster {
 public:
  Cluster() = default;
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  virtual ~Cluster() = default;

  /// Names of all topics.
  [[nodiscard]] virtual Result<std::vector<std::string>> topics() = 0;
  /// not_found when there is no such topic.
  [[nodiscard]] virtual Result<TopicDescription> describe(const std::string& topic) = 0;
  /// conflict when there is one of that name; invalid_input when the cluster refuses the plan.
  [[nodiscard]] virtual Result<void> create(const std::string& topic, const TopicPlan& plan) = 0;
  /// How many brokers the cluster counts as alive.
  [[nodiscard]] virtual Result<std::int32_t> brokers() = 0;
  /// Of partition 0, asked of its leader. not_found when there is no such topic.
  [[nodiscard]] virtual Result<Watermarks> watermarks(const std::string& topic) = 0;
  /// not_found when there is no such topic.
  [[nodiscard]] virtual Result<std::unique_ptr<Producer>> produce_to(const std::string& topic) = 0;
  /// Reads from `from` on, inclusive; not negative (asserted). not_found when there is no such topic.
  [[nodiscard]] virtual Result<std::unique_ptr<Consumer>> read_from(const std::string& topic, Offset from,
                                                                    ReadMode mode) = 0;
};

/// Settings of the client library, `name=value`, as a properties file holds them. Values never reach a log or message.
using ClientSettings = std::map<std::string, std::string>;

/// Reads a properties file: `name=value` lines, `#` comments. `NAME.file=PATH` gives NAME the content of PATH without
/// its last line end, so that secrets need not stand in the file. invalid_input names file and line; only how to
/// reach the cluster and how to log in to it can be given (ssl.*, sasl.*, security.protocol, ...), and how long a
/// record waits for others (linger.ms), nothing that the ledger's safety rests on (acks, idempotence, isolation,
/// resets, groups, transactions). A file that holds a secret and may be read by everybody is refused.
[[nodiscard]] Result<ClientSettings> read_client_settings(const std::string& path);

/// Connects by librdkafka. invalid_input names a setting that it does not know or that cannot be given; unavailable
/// when no broker answers within `timeout_ms` (10 to 300,000; asserted). Every call of the cluster opens a connection
/// of its own.
[[nodiscard]] Result<std::unique_ptr<Cluster>> connect(const std::string& bootstrap, const ClientSettings& settings,
                                                       int timeout_ms = 10'000);

}  // namespace lotledger::engine::kafka

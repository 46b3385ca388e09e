// engine/kafka/librdkafka_cluster.cc - the cluster seam on librdkafka. Keeps no connection: every call opens a client
// of its own and closes it, so that threads share nothing and no client lives on with what it knew before an outage
// (librdkafka 2.0.2 may ask an unreachable broker for ever). Calls are rare: starts, checks, `kafka status`.
#include "engine/base/assert.h"
#include "engine/kafka/librdkafka.h"

#include <librdkafka/rdkafka.h>

namespace lotledger::engine::kafka {

namespace {
class RdCluster final : public Cluster {
 public:
  explicit RdCluster(Access access) : access_(std::move(access)) {}

  Result<std::vector<std::string>> topics() override {
    LL_ASSIGN(const auto client, ask());
    return client->topics();
  }

  Result<TopicDescription> describe(const std::string& topic) override {
    LL_ASSIGN(const auto client, ask());
    LL_ASSIGN(const auto handle, client->topic(topic));
    LL_ASSIGN(const auto shape, client->shape_of(handle.get()));
    LL_ASSIGN(auto settings, settings_of_topic(*client, topic));
    return TopicDescription{shape.partitions, shape.replication, std::move(settings)};
  }

  Result<void> create(const std::string& topic, const TopicPlan& plan) override {
    LL_ASSIGN(const auto client, ask());
    return make_topic(*client, topic, plan);
  }

  Result<std::int32_t> brokers() override {
    LL_ASSIGN(const auto client, ask());
    return client->brokers();
  }

  Result<Watermarks> watermarks(const std::string& topic) override;

  Result<std::unique_ptr<Producer>> produce_to(const std::string& topic) override {
    return open_producer(access_, topic);
  }

  Result<std::unique_ptr<Consumer>> read_from(const std::string& topic, Offset from, ReadMode mode) override {
    return open_consumer(access_, topic, from, mode);
  }

 private:
  /// A client that asks. A consumer, because a producer keeps threads and buffers for sending.
  [[nodiscard]] Result<std::unique_ptr<Client>> ask() const {
    return Client::open(access_, ClientKind::consumer, {{"socket.timeout.ms", std::to_string(access_.timeout_ms)}});
  }

  const Access access_;
};

Result<Watermarks> RdCluster::watermarks(const std::string& topic) {
  LL_ASSIGN(const auto client, ask());
  {
    // The library's own search for a leader takes the whole time-out where there is no such topic.
    LL_ASSIGN(const auto handle, client->topic(topic));
    LL_TRY(client->shape_of(handle.get()));
  }
  Watermarks found;
  const auto error =
      rd_kafka_query_watermark_offsets(client->handle(), topic.c_str(), 0, &found.low, &found.high, access_.timeout_ms);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return found;
  return client->unavailable("topic " + topic + ": its first and next offset are not told", rd_kafka_err2str(error));
}
}  // namespace

Result<std::unique_ptr<Cluster>> connect(const std::string& bootstrap, const ClientSettings& settings, int timeout_ms) {
  constexpr int k_timeout_ms_min = 10;
  constexpr int k_timeout_ms_max = 300'000;
  LL_ASSERT(timeout_ms >= k_timeout_ms_min, "librdkafka takes no shorter time-out");
  LL_ASSERT(timeout_ms <= k_timeout_ms_max, "librdkafka takes no longer time-out");
  auto cluster = std::make_unique<RdCluster>(Access{bootstrap, settings, timeout_ms});
  auto answer = cluster->brokers();
  if (answer) return cluster;
  answer.error().message = "Kafka at " + bootstrap + ": " + answer.error().message;
  return std::unexpected(std::move(answer).error());
}

}  // namespace lotledger::engine::kafka

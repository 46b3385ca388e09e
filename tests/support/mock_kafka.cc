// tests/support/mock_kafka.cc - librdkafka's mock cluster.
#include "tests/support/mock_kafka.h"

#include "engine/base/assert.h"

#include <librdkafka/rdkafka.h>
// Needs the one above.
#include <librdkafka/rdkafka_mock.h>

#include <array>

namespace lotledger::tests {

namespace {
constexpr std::int32_t k_all_brokers = -1;

void require(rd_kafka_resp_err_t error) {
  LL_ASSERT(error == RD_KAFKA_RESP_ERR_NO_ERROR, "the mock cluster refuses");
}
}  // namespace

class MockKafka::Impl {
 public:
  explicit Impl(int brokers) {
    rd_kafka_conf_t* configuration = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(configuration, nullptr);
    std::array<char, 256> why{};
    host = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, why.data(), why.size());
    LL_ASSERT(host != nullptr, "no client to host the mock cluster");
    cluster = rd_kafka_mock_cluster_new(host, brokers);
    LL_ASSERT(cluster != nullptr, "no mock cluster");
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(host);
  }

  rd_kafka_t* host = nullptr;
  rd_kafka_mock_cluster_t* cluster = nullptr;
};

MockKafka::MockKafka(int brokers) : impl_(std::make_unique<Impl>(brokers)) {}
MockKafka::~MockKafka() = default;

std::string MockKafka::bootstrap() const {
  return rd_kafka_mock_cluster_bootstraps(impl_->cluster);
}

void MockKafka::create_topic(const std::string& topic) {
  require(rd_kafka_mock_topic_create(impl_->cluster, topic.c_str(), 1, 1));
  lead(topic, 1);
}

void MockKafka::answer(Ask request, const std::vector<Answer>& answers) {
  std::vector<rd_kafka_resp_err_t> errors;
  errors.reserve(answers.size());
  for (const Answer one : answers) errors.push_back(static_cast<rd_kafka_resp_err_t>(one));
  rd_kafka_mock_push_request_errors_array(impl_->cluster, static_cast<std::int16_t>(request), errors.size(),
                                          errors.data());
}

void MockKafka::set_down() {
  require(rd_kafka_mock_broker_set_down(impl_->cluster, k_all_brokers));
}

void MockKafka::set_up() {
  require(rd_kafka_mock_broker_set_up(impl_->cluster, k_all_brokers));
}

void MockKafka::delay(Ask request, int requests, int by_ms) {
  for (int i = 0; i < requests; ++i) {
    require(rd_kafka_mock_broker_push_request_error_rtts(impl_->cluster, 1, static_cast<std::int16_t>(request), 1,
                                                         RD_KAFKA_RESP_ERR_NO_ERROR, by_ms));
  }
}

void MockKafka::lead(const std::string& topic, int broker) {
  require(rd_kafka_mock_partition_set_leader(impl_->cluster, topic.c_str(), 0, broker));
}

}  // namespace lotledger::tests

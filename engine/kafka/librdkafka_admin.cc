// engine/kafka/librdkafka_admin.cc - creates topics and reads their configuration by librdkafka's admin requests.
#include "engine/kafka/librdkafka.h"

#include <fmt/format.h>
#include <librdkafka/rdkafka.h>

#include <array>

namespace lotledger::engine::kafka {

namespace {
struct DestroyRequest {
  void operator()(rd_kafka_AdminOptions_t* options) const { rd_kafka_AdminOptions_destroy(options); }
  void operator()(rd_kafka_ConfigResource_t* resource) const { rd_kafka_ConfigResource_destroy(resource); }
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
};
template <typename T>
using Request = std::unique_ptr<T, DestroyRequest>;

Request<rd_kafka_AdminOptions_t> options_for(const Client& client) {
  Request<rd_kafka_AdminOptions_t> options(rd_kafka_AdminOptions_new(client.handle(), RD_KAFKA_ADMIN_OP_ANY));
  std::array<char, 256> why{};
  // Takes 0 to 3,600,000 ms; connect() takes less.
  rd_kafka_AdminOptions_set_request_timeout(options.get(), client.timeout_ms(), why.data(), why.size());
  return options;
}

/// The answer to the one request whose replies go to `replies`.
Result<Owned<rd_kafka_op_s>> answer_in(rd_kafka_queue_s* replies, const Client& client, const std::string& what) {
  // The library ends the request itself after the same time; a little more, so that its reason is told.
  constexpr int k_grace_ms = 1'000;
  Owned<rd_kafka_op_s> answer(rd_kafka_queue_poll(replies, client.timeout_ms() + k_grace_ms));
  if (!answer) return client.unavailable(what, "no answer");
  if (rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return client.unavailable(what, rd_kafka_event_error_string(answer.get()));
  }
  return answer;
}

std::string reason(rd_kafka_resp_err_t error, const char* text) {
  return text != nullptr ? text : rd_kafka_err2str(error);
}

Result<void> created(const Client& client, const std::string& what, const rd_kafka_topic_result_t& result) {
  const auto error = rd_kafka_topic_result_error(&result);
  const std::string why = reason(error, rd_kafka_topic_result_error_string(&result));
  switch (static_cast<int>(error)) {
    case RD_KAFKA_RESP_ERR_NO_ERROR: return {};
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: return fail(ErrorCode::conflict, what + " exists already");
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION: return fail(ErrorCode::invalid_input, what + " is not created: " + why);
    default: return client.unavailable(what + " may not have been created", why);
  }
}

/// The controller has made the topic; brokers hear of it a little later.
Result<void> await_leader(const Client& client, const std::string& topic) {
  constexpr int k_pause_ms = 20;
  LL_ASSIGN(const auto handle, client.topic(topic));
  for (int waited_ms = 0; waited_ms < client.timeout_ms(); waited_ms += k_pause_ms) {
    const auto shape = client.shape_of(handle.get());
    if (shape && shape->led) return {};
    if (!shape && shape.error().code != ErrorCode::not_found) return std::unexpected(shape.error());
    rd_kafka_poll(client.handle(), k_pause_ms);
  }
  return client.unavailable("topic " + topic, "was created, but has no leader yet");
}
}  // namespace

Result<void> make_topic(const Client& client, const std::string& topic, const TopicPlan& plan) {
  const std::string what = "topic " + topic;
  std::array<char, 512> why{};
  Request<rd_kafka_NewTopic_t> wanted(
      rd_kafka_NewTopic_new(topic.c_str(), 1, plan.replication, why.data(), why.size()));
  if (!wanted) return fail(ErrorCode::invalid_input, what + " is not created: " + why.data());
  for (const auto& [name, value] : plan.settings) {
    const auto error = rd_kafka_NewTopic_set_config(wanted.get(), name.c_str(), value.c_str());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return fail(ErrorCode::invalid_input, fmt::format("{}: setting {}: {}", what, name, rd_kafka_err2str(error)));
    }
  }
  const Owned<rd_kafka_queue_s> replies(rd_kafka_queue_new(client.handle()));
  rd_kafka_NewTopic_t* const list[] = {wanted.get()};
  rd_kafka_CreateTopics(client.handle(), const_cast<rd_kafka_NewTopic_t**>(list), 1, options_for(client).get(),
                        replies.get());
  LL_ASSIGN(const auto answer, answer_in(replies.get(), client, what + " may not have been created"));
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  if (count != 1) return client.unavailable(what + " may not have been created", "the answer names no topic");
  LL_TRY(created(client, what, *results[0]));
  return await_leader(client, topic);
}

Result<std::map<std::string, std::string>> settings_of_topic(const Client& client, const std::string& topic) {
  const std::string what = "topic " + topic + ": its configuration is not told";
  Request<rd_kafka_ConfigResource_t> resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  const Owned<rd_kafka_queue_s> replies(rd_kafka_queue_new(client.handle()));
  rd_kafka_ConfigResource_t* list[] = {resource.get()};
  rd_kafka_DescribeConfigs(client.handle(), list, 1, options_for(client).get(), replies.get());
  LL_ASSIGN(const auto answer, answer_in(replies.get(), client, what));
  std::size_t count = 0;
  const auto* const* resources =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer.get()), &count);
  if (count != 1) return client.unavailable(what, "the answer names no topic");
  const auto error = rd_kafka_ConfigResource_error(resources[0]);
  const std::string why = reason(error, rd_kafka_ConfigResource_error_string(resources[0]));
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return fail(ErrorCode::not_found, what + ": " + why);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return client.unavailable(what, why);
  std::size_t entries = 0;
  const auto* const* entry = rd_kafka_ConfigResource_configs(resources[0], &entries);
  std::map<std::string, std::string> settings;
  for (std::size_t i = 0; i < entries; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entry[i]);
    if (value != nullptr) settings.emplace(rd_kafka_ConfigEntry_name(entry[i]), value);
  }
  return settings;
}

}  // namespace lotledger::engine::kafka

// tests/support/kafka_admin.cc - makes, changes and deletes topics as somebody else on the cluster might; the program
// itself never makes a topic that could lose records.
//
//   lotledger_kafka_admin BOOTSTRAP create TOPIC PARTITIONS REPLICAS [NAME=VALUE...]
//   lotledger_kafka_admin BOOTSTRAP set TOPIC [NAME=VALUE...]   what is not named gets the default of the cluster
//   lotledger_kafka_admin BOOTSTRAP delete TOPIC
//
// Returns when the brokers show what was done. Exit 0: done, 1: not done, with the reason on stderr, 2: usage.
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::tests {
namespace {

constexpr int k_timeout_ms = 60'000;
constexpr int k_pause_ms = 20;
constexpr int k_usage = 2;

using Settings = std::map<std::string, std::string>;
/// Why it was not done; empty: it was.
using Fault = std::string;

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_DeleteTopic_t* topic) const { rd_kafka_DeleteTopic_destroy(topic); }
  void operator()(rd_kafka_ConfigResource_t* resource) const { rd_kafka_ConfigResource_destroy(resource); }
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
template <typename T>
using Owned = std::unique_ptr<T, Destroy>;

struct Admin {
  Owned<rd_kafka_t> client;
  Owned<rd_kafka_queue_t> replies;
};

std::optional<Admin> connect(const std::string& bootstrap) {
  std::array<char, 256> why{};
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  rd_kafka_conf_set_log_cb(configuration, nullptr);
  rd_kafka_conf_set(configuration, "bootstrap.servers", bootstrap.c_str(), why.data(), why.size());
  Owned<rd_kafka_t> client(rd_kafka_new(RD_KAFKA_PRODUCER, configuration, why.data(), why.size()));
  if (!client) {
    rd_kafka_conf_destroy(configuration);
    return std::nullopt;
  }
  Owned<rd_kafka_queue_t> replies(rd_kafka_queue_new(client.get()));
  return Admin{std::move(client), std::move(replies)};
}

/// The answer to the one request under way; null with `fault` set when there is none.
Owned<rd_kafka_event_t> answer(const Admin& admin, Fault& fault) {
  Owned<rd_kafka_event_t> event(rd_kafka_queue_poll(admin.replies.get(), k_timeout_ms));
  if (!event) {
    fault = "no answer";
  } else if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fault = rd_kafka_event_error_string(event.get());
    event.reset();
  }
  return event;
}

Fault fault_of(rd_kafka_resp_err_t error, const char* text) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return text != nullptr ? text : rd_kafka_err2str(error);
}

Fault first_fault(const rd_kafka_topic_result_t* const* results, std::size_t count) {
  if (count != 1) return "the answer names no topic";
  return fault_of(rd_kafka_topic_result_error(results[0]), rd_kafka_topic_result_error_string(results[0]));
}

/// Waits until a broker shows the topic led, or until none knows it any more.
Fault await_topic(const Admin& admin, const std::string& name, bool exists) {
  const Owned<rd_kafka_topic_t> topic(rd_kafka_topic_new(admin.client.get(), name.c_str(), nullptr));
  for (int waited_ms = 0; waited_ms < k_timeout_ms; waited_ms += k_pause_ms) {
    const rd_kafka_metadata_t* found = nullptr;
    if (rd_kafka_metadata(admin.client.get(), 0, topic.get(), &found, k_timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const Owned<const rd_kafka_metadata_t> metadata(found);
      const auto& shown = metadata->topics[0];
      const bool led = shown.partition_cnt > 0 && std::all_of(shown.partitions, shown.partitions + shown.partition_cnt,
                                                              [](const auto& one) { return one.leader >= 0; });
      if (exists ? led : shown.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return {};
    }
    rd_kafka_poll(admin.client.get(), k_pause_ms);
  }
  return exists ? "it has no leader" : "it is still there";
}

Fault create(const Admin& admin, const std::string& name, int partitions, int replicas, const Settings& settings) {
  std::array<char, 256> why{};
  const Owned<rd_kafka_NewTopic_t> topic(
      rd_kafka_NewTopic_new(name.c_str(), partitions, replicas, why.data(), why.size()));
  if (!topic) return why.data();
  for (const auto& [key, value] : settings) rd_kafka_NewTopic_set_config(topic.get(), key.c_str(), value.c_str());
  rd_kafka_NewTopic_t* list[] = {topic.get()};
  rd_kafka_CreateTopics(admin.client.get(), list, 1, nullptr, admin.replies.get());
  Fault fault;
  const auto event = answer(admin, fault);
  if (!event) return fault;
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  fault = first_fault(results, count);
  return fault.empty() ? await_topic(admin, name, true) : fault;
}

Fault remove(const Admin& admin, const std::string& name) {
  const Owned<rd_kafka_DeleteTopic_t> topic(rd_kafka_DeleteTopic_new(name.c_str()));
  rd_kafka_DeleteTopic_t* list[] = {topic.get()};
  rd_kafka_DeleteTopics(admin.client.get(), list, 1, nullptr, admin.replies.get());
  Fault fault;
  const auto event = answer(admin, fault);
  if (!event) return fault;
  std::size_t count = 0;
  const auto* const* results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  fault = first_fault(results, count);
  return fault.empty() ? await_topic(admin, name, false) : fault;
}

/// Whether a broker shows these settings.
bool shows(const Admin& admin, rd_kafka_ConfigResource_t* resource, const Settings& settings) {
  rd_kafka_DescribeConfigs(admin.client.get(), &resource, 1, nullptr, admin.replies.get());
  Fault fault;
  const auto event = answer(admin, fault);
  if (!event) return false;
  std::size_t count = 0;
  const auto* const* resources =
      rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  std::size_t entries = 0;
  const auto* const* entry = rd_kafka_ConfigResource_configs(resources[0], &entries);
  Settings shown;
  for (std::size_t i = 0; i < entries; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entry[i]);
    shown.emplace(rd_kafka_ConfigEntry_name(entry[i]), value != nullptr ? value : "");
  }
  return std::all_of(settings.begin(), settings.end(), [&](const auto& one) { return shown[one.first] == one.second; });
}

Fault set(const Admin& admin, const std::string& name, const Settings& settings) {
  const Owned<rd_kafka_ConfigResource_t> resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  for (const auto& [key, value] : settings)
    rd_kafka_ConfigResource_set_config(resource.get(), key.c_str(), value.c_str());
  rd_kafka_ConfigResource_t* list[] = {resource.get()};
  rd_kafka_AlterConfigs(admin.client.get(), list, 1, nullptr, admin.replies.get());
  Fault fault;
  const auto event = answer(admin, fault);
  if (!event) return fault;
  std::size_t count = 0;
  const auto* const* changed =
      rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event.get()), &count);
  if (count != 1) return "the answer names no topic";
  fault = fault_of(rd_kafka_ConfigResource_error(changed[0]), rd_kafka_ConfigResource_error_string(changed[0]));
  if (!fault.empty()) return fault;
  const Owned<rd_kafka_ConfigResource_t> asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
  for (int waited_ms = 0; waited_ms < k_timeout_ms; waited_ms += k_pause_ms) {
    if (shows(admin, asked.get(), settings)) return {};
    rd_kafka_poll(admin.client.get(), k_pause_ms);
  }
  return "no broker shows the settings";
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// NAME=VALUE words from the one at `first` on; nullopt when one is none.
std::optional<Settings> settings_in(const std::vector<std::string>& words, std::size_t first) {
  Settings settings;
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (equals == std::string::npos) return std::nullopt;
    settings[words[i].substr(0, equals)] = words[i].substr(equals + 1);
  }
  return settings;
}

/// nullopt: usage.
std::optional<Fault> run(const Admin& admin, const std::vector<std::string>& words) {
  constexpr std::size_t k_topic = 2;
  constexpr std::size_t k_counts = 3;
  const std::string& command = words[1];
  const std::string& topic = words[k_topic];
  if (command == "delete" && words.size() == k_topic + 1) return remove(admin, topic);
  const auto settings = settings_in(words, command == "create" ? k_counts + 2 : k_counts);
  if (!settings) return std::nullopt;
  if (command == "set") return set(admin, topic, *settings);
  if (command != "create" || words.size() < k_counts + 2) return std::nullopt;
  const auto partitions = number(words[k_counts]);
  const auto replicas = number(words[k_counts + 1]);
  if (!partitions || !replicas) return std::nullopt;
  return create(admin, topic, *partitions, *replicas, *settings);
}

}  // namespace
}  // namespace lotledger::tests

int main(int count, char** arguments) {
  using namespace lotledger::tests;
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const auto usage = [] {
    std::cerr << "usage: lotledger_kafka_admin BOOTSTRAP create TOPIC PARTITIONS REPLICAS [NAME=VALUE...]\n"
                 "       lotledger_kafka_admin BOOTSTRAP set TOPIC [NAME=VALUE...]\n"
                 "       lotledger_kafka_admin BOOTSTRAP delete TOPIC\n";
    return k_usage;
  };
  if (words.size() < 3) return usage();
  const auto admin = connect(words[0]);
  if (!admin) {
    std::cerr << "lotledger_kafka_admin: no client could be made\n";
    return 1;
  }
  const auto fault = run(*admin, words);
  if (!fault) return usage();
  if (!fault->empty()) std::cerr << "lotledger_kafka_admin: " << words[1] << " " << words[2] << ": " << *fault << '\n';
  return fault->empty() ? 0 : 1;
}

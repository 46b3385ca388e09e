// engine/kafka/topic.cc - what a ledger's topic must be like.
#include "engine/kafka/topic.h"

#include "engine/log/record.h"

#include <charconv>
#include <chrono>
#include <thread>

namespace lotledger::engine::kafka {

namespace {

/// A record and what Kafka puts around it in a batch.
constexpr std::int64_t k_message_bytes_min = static_cast<std::int64_t>(k_body_bytes_max + k_header_bytes) + 1024;

constexpr int k_known_in_a_row = 8;
constexpr int k_known_attempts_max = 400;
constexpr std::chrono::milliseconds k_known_pause{25};

std::int32_t insync_of(const TopicDemands& demands, std::int32_t replication) {
  if (demands.min_insync > 0) return demands.min_insync;
  return replication >= 3 ? 2 : 1;
}

/// Each broker hears of a new topic in its own time, and each question may go to another one.
Result<void> wait_until_known(Cluster& cluster, const std::string& topic) {
  int in_a_row = 0;
  for (int attempt = 0; attempt < k_known_attempts_max; ++attempt) {
    const bool known = cluster.describe(topic).has_value() && cluster.watermarks(topic).has_value();
    in_a_row = known ? in_a_row + 1 : 0;
    if (in_a_row == k_known_in_a_row) return {};
    std::this_thread::sleep_for(k_known_pause);
  }
  return fail(ErrorCode::unavailable,
              "topic " + topic + " was made, but not all brokers know it yet; repeat the command");
}

class Faults {
 public:
  explicit Faults(const TopicDescription& topic) : topic_(topic) {}
  std::vector<std::string> found;

  void exact(const std::string& name, std::string_view wanted, std::string_view why) {
    if (value(name) != wanted) add(name, wanted, why);
  }
  void at_least(const std::string& name, std::int64_t wanted, std::string_view why) {
    const std::string& text = value(name);
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (!whole || number < wanted) add(name, "at least " + std::to_string(wanted), why);
  }

 private:
  [[nodiscard]] const std::string& value(const std::string& name) const {
    static const std::string k_unknown = "(not told)";
    const auto setting = topic_.settings.find(name);
    return setting == topic_.settings.end() ? k_unknown : setting->second;
  }
  void add(const std::string& name, std::string_view wanted, std::string_view why) {
    found.push_back(name + " is " + value(name) + ", it must be " + std::string(wanted) + ": " + std::string(why));
  }

  const TopicDescription& topic_;
};

}  // namespace

std::string topic_of(const LedgerId& ledger) {
  return std::string(k_topic_prefix) + ledger.text();
}

Result<void> create_topic(Cluster& cluster, const std::string& topic, const TopicDemands& demands) {
  LL_ASSIGN(const std::int32_t brokers, cluster.brokers());
  TopicPlan plan;
  plan.replication = demands.replication > 0 ? demands.replication : (brokers >= 3 ? 3 : 1);
  plan.settings = {{"cleanup.policy", "delete"},
                   {"retention.ms", "-1"},
                   {"retention.bytes", "-1"},
                   {"unclean.leader.election.enable", "false"},
                   {"min.insync.replicas", std::to_string(insync_of(demands, plan.replication))},
                   {"max.message.bytes", std::to_string(k_message_bytes_min)}};
  if (plan.replication == 1) plan.settings.emplace("flush.messages", "1");
  LL_TRY(cluster.create(topic, plan));
  return wait_until_known(cluster, topic);
}

std::vector<std::string> faults_of(const TopicDescription& topic, const TopicDemands& demands) {
  Faults faults(topic);
  if (topic.partitions != 1) {
    faults.found.push_back("it has " + std::to_string(topic.partitions) +
                           " partitions, it must have 1: records of a ledger stand in one order");
  }
  if (topic.replication < demands.replication) {
    faults.found.push_back("it has " + std::to_string(topic.replication) + " replicas, at least " +
                           std::to_string(demands.replication) + " are asked for");
  }
  faults.exact("cleanup.policy", "delete", "compaction drops records");
  faults.exact("retention.ms", "-1", "retention drops records");
  faults.exact("retention.bytes", "-1", "retention drops records");
  faults.exact("unclean.leader.election.enable", "false", "an unclean leader truncates what was acknowledged");
  faults.at_least("min.insync.replicas", insync_of(demands, topic.replication),
                  "an acknowledged record must survive a broker");
  faults.at_least("max.message.bytes", k_message_bytes_min, "a record holds up to 8 MiB and its header");
  if (topic.replication <= 1)
    faults.exact("flush.messages", "1", "a single broker has no replica to survive a power failure on");
  return std::move(faults.found);
}

Result<void> check_topic(Cluster& cluster, const std::string& topic, const TopicDemands& demands) {
  LL_ASSIGN(const TopicDescription description, cluster.describe(topic));
  const auto faults = faults_of(description, demands);
  if (faults.empty()) return {};
  std::string text = "topic " + topic + " could lose records:";
  for (const std::string& fault : faults) text += "\n  " + fault;
  return fail(ErrorCode::corrupt, text);
}

}  // namespace lotledger::engine::kafka

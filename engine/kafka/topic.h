// engine/kafka/topic.h - the topic of a ledger: its name, how it is made, and what of its configuration could lose
// records. Explained in docs/areas/kafka.md.
#pragma once

#include "engine/base/ids.h"
#include "engine/kafka/client.h"

#include <string>
#include <vector>

namespace lotledger::engine::kafka {

inline constexpr std::string_view k_topic_prefix = "lotledger.";
[[nodiscard]] std::string topic_of(const LedgerId& ledger);

/// What the operator asks for.
struct TopicDemands {
  std::int32_t replication = 0;  ///< 0: three where there are three brokers, else one.
  std::int32_t min_insync = 0;   ///< 0: two where there are three replicas or more, else one.
};

/// Makes the topic as a ledger needs it. conflict when there is one; invalid_input when the cluster cannot give what is
/// asked.
[[nodiscard]] Result<void> create_topic(Cluster& cluster, const std::string& topic, const TopicDemands& demands);

/// What in the topic's configuration could lose records, one sentence each: which setting, its value, what it must be,
/// and why. Empty: none.
[[nodiscard]] std::vector<std::string> faults_of(const TopicDescription& topic, const TopicDemands& demands);

/// corrupt with all faults: what such a topic holds cannot be relied on; not_found when there is no topic.
[[nodiscard]] Result<void> check_topic(Cluster& cluster, const std::string& topic, const TopicDemands& demands);

}  // namespace lotledger::engine::kafka

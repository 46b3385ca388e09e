// tests/sim/kafka_world.h - one ledger on a simulated cluster: three nodes that follow, take the role from one another,
// crash and repair, and a naive reading of the topic that says what counts.
#pragma once

#include "tests/sim/kafka_node.h"
#include "tests/sim/local_world.h"

#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// What a message of the topic is, by docs/areas/kafka.md alone.
struct TopicRecord {
  Seq seq = 0;
  Digest leaf;
  bool opens_epoch = false;
  ByteVector bytes;  ///< Header and body.
};
/// The records that count, in their order.
[[nodiscard]] std::vector<TopicRecord> accepted_in(const std::vector<ByteVector>& messages, const LedgerId& ledger);

class KafkaWorld {
 public:
  KafkaWorld(const Plan& plan, RunResult& result);

  void begin();
  void step();
  void finish();
  [[nodiscard]] const Verdict& verdict() const { return verdict_; }

 private:
  using Submissions = std::vector<engine::Submission>;
  struct Awaited {
    engine::Submission submission;
    Expected expected;
  };

  void fault();
  void submit();
  void draw_fates(std::size_t messages);
  void take_role(KafkaSimNode& node);
  void zombie();
  void crash();
  void silence();
  void truncate();
  void noise();

  /// Takes the records that are new in the topic; those of a session that is over may be fewer than were decided.
  void take_accepted();
  void take_record(const TopicRecord& record);
  void check_nodes(bool to_the_end);
  void check_node(KafkaSimNode& node);
  void check_state();
  void over();
  void note(std::string line);

  const Plan plan_;
  RunResult& result_;
  Verdict verdict_;
  Dice dice_;
  Dice fault_dice_;
  SimClock clock_;
  SimRandom random_;
  Decisions decisions_;
  Workload workload_;
  SimKafka kafka_{k_sim_topic};
  std::vector<std::unique_ptr<KafkaSimNode>> nodes_;
  KafkaSimNode* role_ = nullptr;  ///< Of the current epoch; nullptr: nobody writes.
  std::vector<Told> told_;
  std::vector<Awaited> doubt_;  ///< Decided by the session that is over, and perhaps still to come.
  std::uint64_t left_ = 0;
  Sha256 digest_;
};

}  // namespace lotledger::tests

// tests/support/sim_kafka.cc - a cluster in memory.
#include "tests/support/sim_kafka.h"

#include "engine/base/assert.h"

#include <mutex>
#include <utility>

namespace lotledger::tests {

using engine::kafka::Message;
using engine::kafka::Offset;

class SimProducer final : public engine::kafka::Producer {
 public:
  explicit SimProducer(SimKafka& cluster) : cluster_(cluster) {}

  Result<void> send(Bytes value) override {
    const std::scoped_lock lock(mutex_);
    if (failed_) return fail(ErrorCode::unavailable, "the producer has failed");
    for (ByteVector& other : std::exchange(cluster_.on_next_send, {})) cluster_.messages.push_back(std::move(other));
    const Delivery fate = cluster_.fates.empty() ? Delivery::stored : cluster_.fates.front();
    if (!cluster_.fates.empty()) cluster_.fates.pop_front();
    reports_.push_back(store({value.begin(), value.end()}, fate));
    return {};
  }

  Result<Offset> next_report() override {
    const std::scoped_lock lock(mutex_);
    LL_ASSERT(!reports_.empty(), "a report is asked for that nothing was sent for");
    Result<Offset> report = failed_ ? fail(ErrorCode::unavailable, "the producer has failed") : reports_.front();
    reports_.pop_front();
    failed_ = failed_ || !report.has_value();
    told_ = told_ == cluster_.reports_at_once ? 1 : told_ + 1;
    return report;
  }

  bool report_ready() override {
    const std::scoped_lock lock(mutex_);
    return !reports_.empty() && told_ < cluster_.reports_at_once;
  }

 private:
  Result<Offset> store(ByteVector value, Delivery fate) {
    const Offset offset = cluster_.low + std::ssize(cluster_.messages);
    if (fate == Delivery::late) cluster_.late_.push_back(value);
    if (fate == Delivery::doubled) cluster_.messages.push_back(value);
    if (fate != Delivery::lost && fate != Delivery::late) cluster_.messages.push_back(std::move(value));
    if (fate == Delivery::stored || fate == Delivery::doubled) return offset;
    return fail(ErrorCode::unavailable, fate == Delivery::no_offset ? "report without offset" : "timed out");
  }

  SimKafka& cluster_;
  std::mutex mutex_;  ///< One thread sends, one takes reports.
  std::deque<Result<Offset>> reports_;
  std::size_t told_ = 0;  ///< Of the reports that came at once.
  bool failed_ = false;
};

class SimConsumer final : public engine::kafka::Consumer {
 public:
  SimConsumer(SimKafka& cluster, Offset next) : cluster_(cluster), next_(next) {}

  Result<std::optional<Message>> next(int /*wait_ms_max*/) override {
    if (!cluster_.reachable) return fail(ErrorCode::unavailable, "no broker answers");
    const Offset high = cluster_.low + std::ssize(cluster_.messages);
    if (next_ < cluster_.low || next_ > high) return fail(ErrorCode::corrupt, "offset out of range");
    if (next_ == high || cluster_.silent) return std::optional<Message>();
    const Offset offset = next_++;
    ++cluster_.reads;
    return std::optional(Message{offset, cluster_.messages[static_cast<std::size_t>(offset - cluster_.low)]});
  }

 private:
  SimKafka& cluster_;
  Offset next_;
};

void SimKafka::deliver_late() {
  for (ByteVector& value : std::exchange(late_, {})) messages.push_back(std::move(value));
}

Result<void> SimKafka::check(const std::string& topic) const {
  if (!reachable) return fail(ErrorCode::unavailable, "no broker answers");
  if (topic != topic_) return fail(ErrorCode::not_found, "there is no topic " + topic);
  return {};
}

Result<std::vector<std::string>> SimKafka::topics() {
  return std::vector{topic_};
}
Result<engine::kafka::TopicDescription> SimKafka::describe(const std::string& topic) {
  LL_TRY(check(topic));
  return engine::kafka::TopicDescription{1, 1, {}};
}
Result<void> SimKafka::create(const std::string& topic, const engine::kafka::TopicPlan& /*plan*/) {
  return fail(ErrorCode::conflict, "there is a topic " + topic);
}
Result<std::int32_t> SimKafka::brokers() {
  return 1;
}
Result<engine::kafka::Watermarks> SimKafka::watermarks(const std::string& topic) {
  LL_TRY(check(topic));
  return engine::kafka::Watermarks{low, low + std::ssize(messages)};
}
Result<std::unique_ptr<engine::kafka::Producer>> SimKafka::produce_to(const std::string& topic) {
  LL_TRY(check(topic));
  return std::make_unique<SimProducer>(*this);
}
Result<std::unique_ptr<engine::kafka::Consumer>> SimKafka::read_from(const std::string& topic, Offset from,
                                                                     engine::kafka::ReadMode /*mode*/) {
  LL_TRY(check(topic));
  return std::make_unique<SimConsumer>(*this, from);
}

}  // namespace lotledger::tests

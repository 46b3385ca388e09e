// cli/kafka_watch.cc - looking and writing.
#include "cli/kafka_watch.h"

#include <algorithm>
#include <chrono>

namespace lotledger::cli {

namespace {
constexpr std::chrono::seconds k_look_every{2};
}  // namespace

KafkaWatch::KafkaWatch(const engine::kafka::NodeParts& parts, Clock& clock, std::string process, std::string producer)
    : cluster_(parts.cluster), disk_(parts.disk), clock_(clock), folder_(parts.folder), topic_(parts.topic) {
  state_.process = std::move(process);
  state_.producer = std::move(producer);
  state_.seq = parts.landed.tail().seq;
  write();
}

KafkaWatch::~KafkaWatch() = default;

void KafkaWatch::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void KafkaWatch::run(const std::stop_token& stop) {
  do {
    look();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, k_look_every, [] { return false; });
  } while (!stop.stop_requested());
}

void KafkaWatch::landed(Seq seq, engine::kafka::Offset read, const engine::kafka::Epoch& epoch) {
  const std::lock_guard lock(mutex_);
  state_.seq = seq;
  state_.epoch = epoch;
  state_.read = read;
  compare();
}

void KafkaWatch::producer(std::string state) {
  const std::lock_guard lock(mutex_);
  state_.producer = std::move(state);
  write();
}

void KafkaWatch::lost(const Error& error) {
  const std::lock_guard lock(mutex_);
  state_.producer = "lost";
  note(error);
}

void KafkaWatch::failed(const Error& error) {
  const std::lock_guard lock(mutex_);
  note(error);
}

void KafkaWatch::look() {
  // Before asking: what comes after it may not be in the answer.
  const Instant now = clock_.now();
  const auto read = read_so_far();
  const auto marks = cluster_.watermarks(topic_);
  if (!marks.has_value()) return failed(marks.error());
  if (marks->high <= read) {
    return failed({ErrorCode::unavailable, "topic " + topic_ + " ends at offset " + std::to_string(marks->high) +
                                               ", before what this node has read: it was truncated or made anew"});
  }
  const std::lock_guard lock(mutex_);
  asked_at_ = now;
  end_ = marks->high;
  state_.lag = static_cast<std::uint64_t>(std::max<engine::kafka::Offset>(0, marks->high - (state_.read + 1)));
  compare();
  write();
}

engine::kafka::Offset KafkaWatch::read_so_far() {
  const std::lock_guard lock(mutex_);
  return state_.read;
}

void KafkaWatch::compare() {
  if (end_.has_value() && state_.read + 1 >= *end_)
    state_.current_at = std::max(state_.current_at, std::optional(asked_at_));
}

void KafkaWatch::note(const Error& error) {
  state_.last_error = error.message;
  state_.last_error_at = clock_.now();
  write();
}

void KafkaWatch::write() {
  state_.at = clock_.now();
  ignore(write_state(disk_, folder_, state_), "it only tells; the next one follows in two seconds");
}

}  // namespace lotledger::cli

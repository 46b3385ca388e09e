// engine/kafka/librdkafka_producer.cc - the producer seam on librdkafka: idempotent, in order, over at the first doubt.
#include "engine/base/assert.h"
#include "engine/kafka/librdkafka.h"

#include <librdkafka/rdkafka.h>

#include <deque>

namespace lotledger::engine::kafka {

namespace {
/// A wait for the library is cut into pieces of this length.
constexpr int k_wait_ms = 100;
/// Room for the frame of a batch around the largest value.
constexpr std::size_t k_frame_bytes_max = 64 * 1024;

/// What became of a value that was sent.
struct Fate {
  bool known = false;
  bool stored = false;  ///< At `offset`, if known.
  Offset offset = 0;
};

class RdProducer final : public Producer {
 public:
  RdProducer(std::unique_ptr<Client> client, Owned<rd_kafka_topic_s> topic)
      : client_(std::move(client)),
        topic_(std::move(topic)),
        events_(rd_kafka_queue_get_main(client_->handle())),
        what_(std::string("topic ") + rd_kafka_topic_name(topic_.get())),
        patience_ms_(2 * k_delivery_timeouts * client_->timeout_ms()) {}

  RdProducer(const RdProducer&) = delete;
  RdProducer& operator=(const RdProducer&) = delete;
  /// Nothing that is under way is waited for: its fate is unknown by contract.
  ~RdProducer() override { purge(); }

  Result<void> send(Bytes value) override;
  Result<Offset> next_report() override;
  bool report_ready() override;

 private:
  bool serve(int wait_ms);
  void serve_until_room();
  void take_report(const rd_kafka_message_t& message);
  void take_error(rd_kafka_event_t* event);
  void fail_for_ever(const std::string& why);
  void purge();

  std::unique_ptr<Client> client_;
  Owned<rd_kafka_topic_s> topic_;
  Owned<rd_kafka_queue_s> events_;
  const std::string what_;
  const int patience_ms_;   ///< The library reports the fate of every value long before; a bound against its bugs.
  std::deque<Fate> fates_;  ///< In the order of sending. The library holds addresses of elements, which a deque keeps.
  std::optional<Error> failure_;
};

Result<void> RdProducer::send(Bytes value) {
  if (failure_) return std::unexpected(*failure_);
  if (value.size() > k_value_bytes_max) {
    return fail(ErrorCode::invalid_input,
                what_ + ": a value of " + std::to_string(value.size()) +
                    " bytes is larger than a record can be: " + std::to_string(k_value_bytes_max));
  }
  Fate& fate = fates_.emplace_back();
  // The library takes a mutable pointer because it may be told to free it; told to copy, it only reads.
  void* const bytes = const_cast<std::uint8_t*>(value.data());
  while (!failure_) {
    if (rd_kafka_produce(topic_.get(), 0, RD_KAFKA_MSG_F_COPY, bytes, value.size(), nullptr, 0, &fate) == 0) return {};
    const auto error = rd_kafka_last_error();
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      serve_until_room();
    } else {
      fail_for_ever(rd_kafka_err2str(error));
    }
  }
  fates_.pop_back();
  return std::unexpected(*failure_);
}

Result<Offset> RdProducer::next_report() {
  LL_ASSERT(!fates_.empty(), "nothing is under way");
  for (int waited_ms = 0; !fates_.front().known && !failure_;) {
    if (waited_ms >= patience_ms_) fail_for_ever("no report");
    if (!serve(k_wait_ms)) waited_ms += k_wait_ms;
  }
  // Told even after a failure: what was stored before it is known to be stored.
  if (!fates_.front().stored) return std::unexpected(*failure_);
  const Offset offset = fates_.front().offset;
  fates_.pop_front();
  return offset;
}

bool RdProducer::report_ready() {
  if (fates_.empty()) return false;
  while (!fates_.front().known && !failure_) {
    if (!serve(0)) return false;
  }
  return true;
}

/// Room comes with reports, at the latest when the oldest value times out.
void RdProducer::serve_until_room() {
  for (int waited_ms = 0; !serve(k_wait_ms); waited_ms += k_wait_ms) {
    if (waited_ms >= patience_ms_) return fail_for_ever("the queue stays full");
  }
}

/// Takes what the library reports next; false when that was nothing within `wait_ms`.
bool RdProducer::serve(int wait_ms) {
  const Owned<rd_kafka_op_s> event(rd_kafka_queue_poll(events_.get(), wait_ms));
  if (!event) return false;
  if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) take_error(event.get());
  if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) return true;
  while (const auto* message = rd_kafka_event_message_next(event.get())) take_report(*message);
  return true;
}

void RdProducer::take_report(const rd_kafka_message_t& message) {
  Fate& fate = *static_cast<Fate*>(message._private);
  fate.known = true;
  // Not rd_kafka_message_errstr(): of a sent message that is the value itself.
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail_for_ever(rd_kafka_err2str(message.err));
  // The broker had it already and no longer knows where.
  if (message.offset < 0) return fail_for_ever("stored at an unknown offset");
  fate.offset = message.offset;
  fate.stored = true;
}

void RdProducer::take_error(rd_kafka_event_t* event) {
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR__FATAL) {
    client_->complain(rd_kafka_event_error_string(event));
    return;
  }
  char why[512] = "";
  const auto error = rd_kafka_fatal_error(client_->handle(), why, sizeof why);
  fail_for_ever(std::string(rd_kafka_err2str(error)) + ": " + why);
}

void RdProducer::fail_for_ever(const std::string& why) {
  if (failure_) return;
  failure_ = client_->unavailable(what_ + ": the fate of a record that was sent is unknown", why).error();
  // What follows builds on what may be missing.
  purge();
}

void RdProducer::purge() {
  rd_kafka_purge(client_->handle(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}
}  // namespace

Result<std::unique_ptr<Producer>> open_producer(const Access& access, const std::string& topic) {
  LL_ASSIGN(auto client,
            Client::open(access, ClientKind::producer,
                         {
                             {"acks", "all"},
                             {"batch.num.messages", "10000"},
                             {"batch.size", "1000000"},
                             {"compression.level", "1"},
                             {"compression.type", "zstd"},
                             {"enable.idempotence", "true"},
                             // A group is handed over record by record. Without linger it leaves in five requests and
                             // a rest, each of which a broker may flush; and the library polls without pause until
                             // the rest may follow.
                             {"linger.ms", "0.2"},
                             {"max.in.flight.requests.per.connection", "5"},
                             {"message.max.bytes", std::to_string(k_value_bytes_max + k_frame_bytes_max)},
                             {"message.timeout.ms", std::to_string(k_delivery_timeouts * access.timeout_ms)},
                             {"queue.buffering.max.kbytes", "262144"},
                             {"queue.buffering.max.messages", "500000"},
                         }));
  LL_ASSIGN(auto handle, client->topic(topic));
  LL_TRY(client->shape_of(handle.get()));
  return std::make_unique<RdProducer>(std::move(client), std::move(handle));
}

}  // namespace lotledger::engine::kafka

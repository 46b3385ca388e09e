// engine/kafka/librdkafka_consumer.cc - the consumer seam on librdkafka: one partition by explicit offset, by the
// library's own partition queue. No group id exists, so no coordinator is asked, nothing is committed, nothing is
// rebalanced.
#include "engine/base/assert.h"
#include "engine/kafka/librdkafka.h"

#include <librdkafka/rdkafka.h>

namespace lotledger::engine::kafka {

namespace {
constexpr std::int32_t k_partition = 0;

class RdConsumer final : public Consumer {
 public:
  RdConsumer(std::unique_ptr<Client> client, Owned<rd_kafka_topic_s> topic)
      : client_(std::move(client)),
        topic_(std::move(topic)),
        events_(rd_kafka_queue_get_main(client_->handle())),
        messages_(rd_kafka_queue_new(client_->handle())),
        what_(std::string("topic ") + rd_kafka_topic_name(topic_.get())) {}

  RdConsumer(const RdConsumer&) = delete;
  RdConsumer& operator=(const RdConsumer&) = delete;
  ~RdConsumer() override {
    if (started_) rd_kafka_consume_stop(topic_.get(), k_partition);
  }

  Result<void> start(Offset from) {
    if (rd_kafka_consume_start_queue(topic_.get(), k_partition, from, messages_.get()) != 0) {
      return client_->unavailable(what_, rd_kafka_err2str(rd_kafka_last_error()));
    }
    started_ = true;
    return {};
  }

  Result<std::optional<Message>> next(int wait_ms_max) override;

 private:
  Result<std::optional<Message>> nothing();
  std::unexpected<Error> end(const rd_kafka_message_t& message);

  std::unique_ptr<Client> client_;
  Owned<rd_kafka_topic_s> topic_;
  Owned<rd_kafka_queue_s> events_;
  Owned<rd_kafka_queue_s> messages_;
  const std::string what_;
  Owned<rd_kafka_message_s> held_;  ///< The message given last. Destroyed before the client.
  bool started_ = false;
  std::optional<Error> failure_;
};

Result<std::optional<Message>> RdConsumer::next(int wait_ms_max) {
  if (failure_) return std::unexpected(*failure_);
  held_.reset(rd_kafka_consume_queue(messages_.get(), wait_ms_max));
  if (!held_) return nothing();
  if (held_->err != RD_KAFKA_RESP_ERR_NO_ERROR) return end(*held_);
  return Message{held_->offset, {static_cast<const std::uint8_t*>(held_->payload), held_->len}};
}

/// No message: because there is none, or because no broker can be reached?
Result<std::optional<Message>> RdConsumer::nothing() {
  while (const Owned<rd_kafka_op_s> event{rd_kafka_queue_poll(events_.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) continue;
    const char* why = rd_kafka_event_error_string(event.get());
    if (rd_kafka_event_error(event.get()) == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
      failure_ = client_->unavailable(what_, why).error();
      return std::unexpected(*failure_);
    }
    client_->complain(why);
  }
  return std::nullopt;
}

/// The library may go on behind a hole, or fall silent; this consumer does neither.
std::unexpected<Error> RdConsumer::end(const rd_kafka_message_t& message) {
  const std::string why = rd_kafka_message_errstr(&message);
  const std::string where = what_ + ", offset " + std::to_string(message.offset);
  const bool gone = message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
  const bool damaged = message.err == RD_KAFKA_RESP_ERR__BAD_MSG || message.err == RD_KAFKA_RESP_ERR__BAD_COMPRESSION;
  failure_ = gone || damaged ? Error{ErrorCode::corrupt, where + ": " + why} : client_->unavailable(where, why).error();
  return std::unexpected(*failure_);
}

/// librdkafka 2.0.2 stops fetching for about a second when its queue is full, and the reader starves meanwhile: what is
/// read in a second must fit. Memory is used only as far as the reader is behind.
struct QueueSize {
  const char* messages;
  const char* kbytes;
};
QueueSize queue_size(ReadMode mode) {
  switch (mode) {
    case ReadMode::live: return {"300000", "131072"};
    case ReadMode::bulk: return {"1000000", "524288"};
  }
  LL_ASSERT(false, "every mode is handled");
}
}  // namespace

Result<std::unique_ptr<Consumer>> open_consumer(const Access& access, const std::string& topic, Offset from,
                                                ReadMode mode) {
  LL_ASSERT(from >= 0, "negative offsets mean other things to the library");
  const QueueSize queue = queue_size(mode);
  LL_ASSIGN(auto client, Client::open(access, ClientKind::consumer,
                                      {
                                          {"auto.offset.reset", "error"},
                                          {"check.crcs", "true"},
                                          {"enable.auto.commit", "false"},
                                          {"enable.auto.offset.store", "false"},
                                          // Its sign may have waited in the queue while more was written: who wants to
                                          // know where the end is asks for the watermarks.
                                          {"enable.partition.eof", "false"},
                                          {"fetch.wait.max.ms", "100"},
                                          {"fetch.max.bytes", "67108864"},
                                          {"fetch.message.max.bytes", std::to_string(k_value_bytes_max + 65536)},
                                          {"fetch.min.bytes", "1"},
                                          {"isolation.level", "read_uncommitted"},
                                          {"queued.max.messages.kbytes", queue.kbytes},
                                          {"queued.min.messages", queue.messages},
                                      }));
  LL_ASSIGN(auto handle, client->topic(topic));
  LL_TRY(client->shape_of(handle.get()));
  auto consumer = std::make_unique<RdConsumer>(std::move(client), std::move(handle));
  LL_TRY(consumer->start(from));
  return consumer;
}

}  // namespace lotledger::engine::kafka

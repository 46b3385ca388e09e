// engine/writer.cc - deciding in turns, and the wait for durability outside of them.
#include "engine/writer.h"

#include "engine/base/assert.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace lotledger::engine {

namespace {

/// When a request is answered.
enum class Until : std::uint8_t { decided, durable };

/// Batches that one thread decides before it passes the lead on.
constexpr int k_batches_per_turn = 16;

}  // namespace

/// Whoever comes while nobody decides takes the lead: it decides its own request and those that others queue meanwhile.
/// They sleep until they are answered, so that a submission costs its thread one sleep, and none for the lock.
class Writer::Impl {
 public:
  Impl(WriterIdentity identity, Log& log, FactsFold& facts, Clock& clock, Instant last_recorded_at,
       DurableSink on_durable)
      : clock_(clock),
        on_durable_(std::move(on_durable)),
        sequencer_(std::move(identity), facts, log.tail(), last_recorded_at),
        decided_to_(log.tail().seq),
        durable_(log.durable()),
        commit_(
            log, [this](const auto& records) { became_durable(records); },
            [this](const Error& error) { failed(error); }) {}

  std::vector<Result<Receipt>> run(std::vector<Submission> submissions, Until until);
  Result<void> settle();
  [[nodiscard]] Head durable() const {
    const std::scoped_lock lock(mutex_);
    return durable_;
  }

 private:
  struct Request {
    std::vector<Submission> submissions;
    Until until = Until::durable;
    std::vector<Result<Receipt>> receipts;
    Seq basis = k_no_seq;  ///< What must be durable before a receipt is shown.
    bool leads = false;
    bool answered = false;
    std::condition_variable woken;
  };
  /// Shared, because who answers wakes after it gave the mutex back.
  using Requests = std::deque<std::shared_ptr<Request>>;

  void lead(std::unique_lock<std::mutex>& lock, Request& own);
  void decide(const Requests& batch);
  void answer_or_keep(const std::shared_ptr<Request>& request);
  void became_durable(const std::vector<StoredRecord>& records);
  void failed(const Error& error);
  [[nodiscard]] bool is_durable(Seq seq) const {
    return seq == k_no_seq || (durable_.seq != k_no_seq && seq <= durable_.seq);
  }
  static void fail_all(Request& request, const Error& error) {
    for (auto& receipt : request.receipts) receipt = std::unexpected(error);
  }
  static void answer(Request& request) {
    request.answered = true;
    request.woken.notify_one();
  }

  Clock& clock_;
  const DurableSink on_durable_;
  Sequencer sequencer_;       ///< Used by who leads.
  mutable std::mutex mutex_;  ///< Guards what follows and all requests but those of the batch being decided.
  Requests queue_;            ///< To be decided.
  bool led_ = false;
  Requests waiting_;  ///< Decided, in the order of their basis.
  Seq decided_to_;
  Head durable_;
  std::optional<Error> failure_;
  GroupCommit commit_;  ///< Last, so that its thread ends before anything that it uses goes.
};

std::vector<Result<Receipt>> Writer::Impl::run(std::vector<Submission> submissions, Until until) {
  const auto request = std::make_shared<Request>();
  request->submissions = std::move(submissions);
  request->until = until;
  std::unique_lock lock(mutex_);
  queue_.push_back(request);
  if (!std::exchange(led_, true)) request->leads = true;
  while (true) {
    request->woken.wait(lock, [&] { return request->answered || request->leads; });
    if (request->answered) return std::move(request->receipts);
    lead(lock, *request);
  }
}

void Writer::Impl::lead(std::unique_lock<std::mutex>& lock, Request& own) {
  for (int batches = 0; batches < k_batches_per_turn && !queue_.empty(); ++batches) {
    const Requests batch = std::exchange(queue_, {});
    lock.unlock();
    decide(batch);
    lock.lock();
    decided_to_ = sequencer_.tail().seq;
    for (const auto& request : batch) answer_or_keep(request);
  }
  own.leads = false;
  led_ = !queue_.empty();
  if (!led_) return;
  queue_.front()->leads = true;
  queue_.front()->woken.notify_one();
}

void Writer::Impl::decide(const Requests& batch) {
  const Instant now = clock_.now();
  for (const auto& request : batch) {
    request->receipts.reserve(request->submissions.size());
    for (Submission& submission : request->submissions)
      request->receipts.push_back(sequencer_.submit(std::move(submission), now));
    request->basis = sequencer_.tail().seq;
  }
  const auto queued = commit_.enqueue(sequencer_.take_records());
  if (queued.has_value()) return;
  for (const auto& request : batch) fail_all(*request, queued.error());
}

void Writer::Impl::answer_or_keep(const std::shared_ptr<Request>& request) {
  if (request->until == Until::decided || is_durable(request->basis)) return answer(*request);
  if (!failure_) return waiting_.push_back(request);
  fail_all(*request, *failure_);
  answer(*request);
}

void Writer::Impl::became_durable(const std::vector<StoredRecord>& records) {
  if (on_durable_) on_durable_(records);
  Requests answered;
  {
    const std::scoped_lock lock(mutex_);
    durable_ = {records.back().seq(), records.back().leaf()};
    while (!waiting_.empty() && is_durable(waiting_.front()->basis)) {
      waiting_.front()->answered = true;
      answered.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
    }
  }
  for (const auto& request : answered) request->woken.notify_one();
}

void Writer::Impl::failed(const Error& error) {
  const std::scoped_lock lock(mutex_);
  failure_ = error;
  for (const auto& request : waiting_) {
    fail_all(*request, error);
    answer(*request);
  }
  waiting_.clear();
}

Result<void> Writer::Impl::settle() {
  Seq basis = k_no_seq;
  {
    const std::scoped_lock lock(mutex_);
    basis = decided_to_;
  }
  return basis == k_no_seq ? Result<void>{} : commit_.wait(basis);
}

Writer::Writer(WriterIdentity identity, Log& log, FactsFold& facts, Clock& clock, Instant last_recorded_at,
               DurableSink on_durable)
    : impl_(std::make_unique<Impl>(std::move(identity), log, facts, clock, last_recorded_at, std::move(on_durable))) {}
Writer::~Writer() = default;

std::vector<Result<Receipt>> Writer::submit(std::vector<Submission> submissions) {
  return impl_->run(std::move(submissions), Until::durable);
}
std::vector<Result<Receipt>> Writer::decide(std::vector<Submission> submissions) {
  return impl_->run(std::move(submissions), Until::decided);
}
Result<void> Writer::settle() {
  return impl_->settle();
}
Head Writer::durable() const {
  return impl_->durable();
}

}  // namespace lotledger::engine

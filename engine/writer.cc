// engine/writer.cc - the lock around the decision, and the wait for the disk outside it.
#include "engine/writer.h"

#include <mutex>

namespace lotledger::engine {

class Writer::Impl {
 public:
  Impl(WriterIdentity identity, Log& log, FactsFold& facts, Clock& clock, Instant last_recorded_at,
       DurableSink on_durable)
      : clock_(clock),
        sequencer_(std::move(identity), facts, log.tail(), last_recorded_at),
        commit_(log, std::move(on_durable)) {}

  /// Receipts, and the position that must be durable before any of them is shown.
  struct Decided {
    std::vector<Result<Receipt>> receipts;
    Seq basis = k_no_seq;
  };

  Decided decide(std::vector<Submission> submissions) {
    const std::scoped_lock lock(decision_);
    Decided decided;
    decided.receipts.reserve(submissions.size());
    const Instant now = clock_.now();
    for (Submission& submission : submissions)
      decided.receipts.push_back(sequencer_.submit(std::move(submission), now));
    if (auto records = sequencer_.take_records(); !records.empty()) {
      if (auto queued = commit_.enqueue(std::move(records)); !queued.has_value()) fail_all(decided, queued.error());
    }
    decided.basis = sequencer_.tail().seq;
    return decided;
  }

  Result<void> wait(Seq basis) {
    if (basis == k_no_seq) return {};
    return commit_.wait(basis);
  }

  Result<void> settle() {
    Seq basis = k_no_seq;
    {
      const std::scoped_lock lock(decision_);
      basis = sequencer_.tail().seq;
    }
    return wait(basis);
  }

  static void fail_all(Decided& decided, const Error& error) {
    for (auto& receipt : decided.receipts) receipt = std::unexpected(error);
  }

  [[nodiscard]] Head durable() const { return commit_.durable(); }

 private:
  std::mutex decision_;
  Clock& clock_;
  Sequencer sequencer_;
  GroupCommit commit_;
};

Writer::Writer(WriterIdentity identity, Log& log, FactsFold& facts, Clock& clock, Instant last_recorded_at,
               DurableSink on_durable)
    : impl_(std::make_unique<Impl>(std::move(identity), log, facts, clock, last_recorded_at, std::move(on_durable))) {}
Writer::~Writer() = default;

std::vector<Result<Receipt>> Writer::submit(std::vector<Submission> submissions) {
  auto decided = impl_->decide(std::move(submissions));
  if (auto durable = impl_->wait(decided.basis); !durable.has_value()) Impl::fail_all(decided, durable.error());
  return std::move(decided.receipts);
}

std::vector<Result<Receipt>> Writer::decide(std::vector<Submission> submissions) {
  return impl_->decide(std::move(submissions)).receipts;
}
Result<void> Writer::settle() {
  return impl_->settle();
}
Head Writer::durable() const {
  return impl_->durable();
}

}  // namespace lotledger::engine

// cli/kafka_writer.cc - one session after another; what was not answered is decided again.
#include "cli/kafka_writer.h"

#include "cli/kafka_watch.h"
#include "cli/version.h"
#include "cli/writing.h"
#include "engine/kafka/kafka_log.h"
#include "engine/writer_socket.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <mutex>
#include <set>
#include <shared_mutex>

namespace lotledger::cli {

namespace {

using engine::Receipt;
using engine::Submission;
using Receipts = std::vector<Result<Receipt>>;

/// How often the place is stored while records come; what came since is only read again.
constexpr std::chrono::seconds k_save_every{2};

engine::Actor writer_actor() {
  engine::Actor actor;
  actor.id = ActorId{"system"};
  return actor;
}

/// Why the session that gave these receipts is over; nullptr: it is not.
const Error* loss_in(const Receipts& receipts) {
  const auto found = std::ranges::find_if(receipts, [](const Result<Receipt>& receipt) {
    return !receipt.has_value() && receipt.error().code == ErrorCode::unavailable;
  });
  return found == receipts.end() ? nullptr : &found->error();
}

/// Members are destroyed in reverse order: the socket first, the node last.
class KafkaWriter final : public Submitter {
 public:
  explicit KafkaWriter(const LedgerInfo& info) : info_(info) {}

  Result<void> start(std::unique_ptr<engine::Disk> disk, std::unique_ptr<engine::LocalLog> log) {
    LL_ASSIGN(node_, KafkaNode::open(info_, std::move(disk), std::move(log)));
    watch_ = std::make_unique<KafkaWatch>(node_->parts(), clock_, "writing", "opening");
    watch_->start();
    LL_TRY(node_->follower().catch_up());
    tell_watch();
    LL_TRY(node_->save());
    LL_TRY(check_role());
    LL_ASSIGN(models_, LiveModels::open(info_, node_->log()));
    node_->on_landed([this](const std::vector<engine::StoredRecord>& records) { models_->feed(records); });
    LL_TRY(begin_session());
    LL_ASSIGN(server_, engine::WriterServer::start(info_.socket_path(), [this](std::vector<Submission> submissions) {
                return submit_and_land(std::move(submissions));
              }));
    return {};
  }

  Receipts submit(std::vector<Submission> submissions) override {
    bool again = false;
    while (true) {
      std::uint64_t generation = 0;
      Error error;
      {
        const std::shared_lock lock(sessions_);
        if (!state_.has_value()) return failed(submissions.size());
        generation = generation_;
        Receipts receipts = session_->writer().submit(submissions);
        const Error* loss = loss_in(receipts);
        if (loss == nullptr) return again ? as_first_told(std::move(receipts), submissions) : receipts;
        error = *loss;
      }
      again = true;
      renew(generation, error);
    }
  }

  Receipts decide(std::vector<Submission> submissions) override {
    while (true) {
      std::uint64_t generation = 0;
      Error error;
      {
        const std::shared_lock lock(sessions_);
        if (!state_.has_value()) return failed(submissions.size());
        generation = generation_;
        Receipts receipts = session_->writer().decide(submissions);
        const Error* loss = loss_in(receipts);
        if (loss == nullptr) {
          keep(std::move(submissions), receipts);
          return receipts;
        }
        error = *loss;
      }
      renew(generation, error);
    }
  }

  Result<void> settle() override {
    while (true) {
      std::uint64_t generation = 0;
      Result<void> settled;
      {
        const std::shared_lock lock(sessions_);
        LL_TRY(state_);
        generation = generation_;
        settled = session_->writer().settle();
        if (settled.has_value()) {
          const std::scoped_lock pending(pending_mutex_);
          pending_.clear();
          return {};
        }
      }
      renew(generation, settled.error());
    }
  }

  Result<void> close() override {
    LL_TRY(settle());
    server_.reset();
    const Seq last = log_->durable().seq;
    LL_TRY(log_->wait_landed(last));
    LL_TRY(session_->close());
    session_.reset();
    log_.reset();
    LL_TRY(models_->finish());
    models_.reset();
    return node_->save();
  }

 private:
  /// For other commands of this node: who asks next sees what was recorded.
  Receipts submit_and_land(std::vector<Submission> submissions) {
    Receipts receipts = submit(std::move(submissions));
    const std::shared_lock lock(sessions_);
    for (Result<Receipt>& receipt : receipts) {
      if (!receipt.has_value() || receipt->position.seq == k_no_seq || log_ == nullptr) continue;
      if (auto landed = log_->wait_landed(receipt->position.seq); !landed.has_value())
        receipt = std::unexpected(landed.error());
    }
    return receipts;
  }

  /// Decided and not known to be accepted.
  struct Pending {
    std::vector<Submission> submissions;
    Seq basis = 0;
  };

  Receipts failed(std::size_t count) const { return Receipts(count, std::unexpected(state_.error())); }

  Result<void> check_role() {
    LL_ASSIGN(const KafkaRole role, role_in(node_->log()));
    if (role.node == node_->connection().node) return {};
    const std::string since = info_.name() + ":" + std::to_string(role.since);
    return fail(ErrorCode::unavailable,
                "ledger " + info_.name() + " is written by node " + role.node + " (epoch " +
                    std::to_string(role.epoch.number) + ", since " + since + "), not by this node " +
                    node_->connection().node +
                    "; submit there, or move the role here: lotledger kafka take-over --reason TEXT");
  }

  Result<void> begin_session() {
    const bool first = generation_ == 0;
    LL_ASSIGN(epoch_, node_->open_epoch(clock_, writer_actor(), first ? "" : "the session before was lost"));
    epochs_.insert(epoch_.epoch.number);
    tell_watch();
    log_ = std::make_unique<engine::kafka::KafkaLog>(node_->log(), node_->follower(), *epoch_.producer,
                                                     [this](const auto& records) { landed(records); });
    LL_ASSIGN(session_, DecidingSession::open(info_, *log_, clock_, {}));
    ++generation_;
    watch_->producer("ready");
    return {};
  }

  /// Where the follower stands. Only on the thread that uses it just then.
  void tell_watch() {
    // Who has diverged is not current, however far it has read.
    if (node_->follower().diverged()) return;
    watch_->landed(node_->log().tail().seq, node_->follower().read(), node_->follower().epoch());
  }

  /// On the landing thread, which is the only one that touches the follower during a session.
  void landed(const std::vector<engine::StoredRecord>& records) {
    models_->feed(records);
    tell_watch();
    const auto now = std::chrono::steady_clock::now();
    if (now - saved_at_ < k_save_every) return;
    saved_at_ = now;
    ignore(node_->follower().save(), "an older place only means that more is read again");
  }

  /// Ends the session that was lost, unless another thread did already, and begins the next one.
  void renew(std::uint64_t generation, const Error& error) {
    const std::unique_lock lock(sessions_);
    if (generation_ != generation || !state_.has_value()) return;
    watch_->lost(error);
    state_ = next_session();
    if (!state_.has_value()) watch_->lost(state_.error());
  }

  Result<void> next_session() {
    while (true) {
      session_.reset();
      log_.reset();
      epoch_ = {};
      watch_->producer("opening");
      LL_TRY(node_->reopen());
      LL_TRY(node_->follower().catch_up());
      tell_watch();
      LL_TRY(check_role());
      LL_TRY(begin_session());
      if (decide_pending_again()) return {};
    }
  }

  /// False when this session was lost too.
  bool decide_pending_again() {
    const std::scoped_lock lock(pending_mutex_);
    return std::ranges::all_of(pending_, [&](const Pending& batch) {
      return loss_in(session_->writer().decide(batch.submissions)) == nullptr;
    });
  }

  void keep(std::vector<Submission> submissions, const Receipts& receipts) {
    Seq basis = 0;
    for (const auto& receipt : receipts) {
      if (receipt.has_value() && receipt->position.seq != k_no_seq) basis = std::max(basis, receipt->position.seq);
    }
    const std::scoped_lock lock(pending_mutex_);
    pending_.push_back({std::move(submissions), basis});
    const Head durable = session_->writer().durable();
    while (!pending_.empty() && durable.seq != k_no_seq && pending_.front().basis <= durable.seq) pending_.pop_front();
  }

  /// What a lost session of this writer stored is found again as a duplicate; to its submitter it is the first time.
  Receipts as_first_told(Receipts receipts, const std::vector<Submission>& submissions) {
    for (std::size_t at = 0; at < receipts.size(); ++at) {
      Result<Receipt>& receipt = receipts[at];
      if (!receipt.has_value() || receipt->outcome != engine::Outcome::duplicate) continue;
      const auto record = node_->log().at(receipt->position.seq);
      if (!record.has_value() || !epochs_.contains(record->header().epoch)) continue;
      receipt->outcome =
          submissions[at].dedup == engine::DedupKind::row ? engine::Outcome::rejected : engine::Outcome::accepted;
    }
    return receipts;
  }

  LedgerInfo info_;
  SystemClock clock_;
  std::unique_ptr<KafkaNode> node_;
  std::unique_ptr<KafkaWatch> watch_;
  std::unique_ptr<LiveModels> models_;
  std::shared_mutex sessions_;  ///< Held alone to change the session, shared to use it.
  std::uint64_t generation_ = 0;
  Result<void> state_;
  engine::kafka::OpenedEpoch epoch_;
  std::set<std::uint64_t> epochs_;  ///< Numbers of this writer's epochs.
  std::unique_ptr<engine::kafka::KafkaLog> log_;
  std::unique_ptr<DecidingSession> session_;
  std::chrono::steady_clock::time_point saved_at_ = std::chrono::steady_clock::now();
  std::mutex pending_mutex_;
  std::deque<Pending> pending_;
  std::unique_ptr<engine::WriterServer> server_;
};

}  // namespace

Result<std::unique_ptr<Submitter>> open_kafka_submitter(const LedgerInfo& info, std::unique_ptr<engine::Disk> disk,
                                                        std::unique_ptr<engine::LocalLog> log) {
  auto writer = std::make_unique<KafkaWriter>(info);
  LL_TRY(writer->start(std::move(disk), std::move(log)));
  return std::unique_ptr<Submitter>(std::move(writer));
}

}  // namespace lotledger::cli

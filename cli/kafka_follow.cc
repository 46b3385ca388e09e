// cli/kafka_follow.cc - one thread for each ledger, one for the signal.
#include "cli/kafka_follow.h"

#include "cli/errors.h"
#include "cli/kafka_ledger.h"
#include "cli/kafka_watch.h"
#include "cli/query.h"
#include "cli/writing.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace lotledger::cli {

namespace {

/// How often a follower looks whether it is to end, and how long it waits after the cluster went away.
constexpr int k_look_ms = 200;
constexpr std::chrono::milliseconds k_retry{1000};

/// What the followers share: stderr, the first failure, and how many are left.
class Followers {
 public:
  Followers(const Output& output, std::size_t count) : output_(output), left_(count) {}

  void note(const std::string& text) {
    const std::lock_guard lock(mutex_);
    output_.note(text);
  }

  void ended(const LedgerInfo& info, const Result<void>& how) {
    const std::lock_guard lock(mutex_);
    --left_;
    if (how.has_value()) return;
    const Exit exit =
        print_error(output_, {how.error().code, "ledger " + info.name() + " is not followed: " + how.error().message});
    output_.err.flush();
    if (exit_ == Exit::ok) exit_ = exit;
  }

  [[nodiscard]] bool none_left() {
    const std::lock_guard lock(mutex_);
    return left_ == 0;
  }
  [[nodiscard]] Exit exit() {
    const std::lock_guard lock(mutex_);
    return exit_;
  }

 private:
  const Output& output_;
  std::mutex mutex_;
  std::size_t left_;
  Exit exit_ = Exit::ok;
};

/// Follows one ledger on the calling thread.
class LedgerFollower {
 public:
  LedgerFollower(const LedgerInfo& info, Followers& all) : info_(info), all_(all) {}

  Result<void> run(const std::stop_token& stop) {
    LL_TRY(open());
    all_.note("following " + info_.name() + " from " + position_text(info_.name(), node_->log().tail().seq));
    LL_TRY(follow(stop));
    LL_TRY(models_->finish());
    return node_->save();
  }

 private:
  Result<void> open() {
    LL_ASSIGN(node_, open_node(info_));
    watch_ = std::make_unique<KafkaWatch>(node_->parts(), clock_, "following", "none");
    watch_->start();
    node_->on_landed([this](const std::vector<engine::StoredRecord>& records) {
      if (models_) models_->feed(records);
      tell_watch();
    });
    LL_TRY(node_->follower().catch_up());
    LL_ASSIGN(models_, LiveModels::open(info_, node_->log()));
    return {};
  }

  /// Lands and folds; when the cluster goes away it is tried again, and the place is compared anew.
  Result<void> follow(const std::stop_token& stop) {
    bool away = false;
    while (!stop.stop_requested()) {
      const auto landed = node_->follower().step(k_look_ms);
      if (landed.has_value()) {
        if (away) all_.note("the cluster of " + info_.name() + " answers again");
        away = false;
        LL_TRY(came(*landed));
        continue;
      }
      watch_->failed(landed.error());
      if (landed.error().code != ErrorCode::unavailable) return std::unexpected(landed.error());
      if (!away)
        all_.note("the cluster of " + info_.name() + " does not answer, trying again: " + landed.error().message);
      away = true;
      wait(stop);
      if (stop.stop_requested()) break;
      LL_TRY(come_back());
    }
    return {};
  }

  /// A cluster that goes away again meanwhile is asked again.
  Result<void> come_back() {
    if (!node_->cluster().watermarks(engine::kafka::topic_of(info_.id)).has_value()) return {};
    auto reopened = node_->reopen();
    if (!reopened.has_value() && reopened.error().code != ErrorCode::unavailable) return reopened;
    return {};
  }

  Result<void> came(std::uint64_t records) {
    // Once things have calmed down: what is not stored is only read again.
    if (records == 0 && unsaved_) LL_TRY(node_->save());
    unsaved_ = records > 0;
    if (node_->follower().diverged())
      return fail(ErrorCode::conflict, "it has diverged: the topic goes on with records that this node cannot accept");
    tell_watch();
    return {};
  }

  void tell_watch() {
    // Who has diverged is not current, however far it has read.
    if (node_->follower().diverged()) return;
    watch_->landed(node_->log().tail().seq, node_->follower().read(), node_->follower().epoch());
  }

  static void wait(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_for(lock, stop, k_retry, [] { return false; });
  }

  const LedgerInfo& info_;
  Followers& all_;
  SystemClock clock_;
  bool unsaved_ = true;  ///< Something was landed since the place was stored.
  std::unique_ptr<KafkaNode> node_;
  std::unique_ptr<KafkaWatch> watch_;
  std::unique_ptr<LiveModels> models_;
};

/// What a library throws on a thread of ours would end the program, and with it the other followers.
Result<void> run_follower(const LedgerInfo& info, Followers& all, const std::stop_token& stop) {
  try {
    return LedgerFollower(info, all).run(stop);
  } catch (const std::exception& error) {
    return fail(ErrorCode::io, std::string("stopped by ") + error.what());
  }
}

}  // namespace

Result<std::vector<LedgerInfo>> ledgers_to_follow(const Call& call) {
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(std::vector<LedgerInfo> ledgers, folder.ledgers());
  if (!call.settings.ledger.empty() || ledgers.size() <= 1) {
    LL_ASSIGN(LedgerInfo only, folder.ledger(call.settings.ledger));
    return std::vector{std::move(only)};
  }
  const auto disk = engine::posix_disk();
  std::vector<LedgerInfo> found;
  for (LedgerInfo& info : ledgers) {
    LL_ASSIGN(const bool stands, stands_on_kafka(*disk, info));
    if (!stands) call.out.note("ledger " + info.name() + " is passed over: it does not stand on a Kafka topic");
    if (stands) found.push_back(std::move(info));
  }
  if (found.empty()) return fail(ErrorCode::not_found, folder.path() + " holds no ledger that stands on a Kafka topic");
  return found;
}

Exit follow_all(const Output& output, const std::vector<LedgerInfo>& ledgers, StopSignal& stop) {
  Followers all(output, ledgers.size());
  std::vector<std::jthread> threads;
  threads.reserve(ledgers.size());
  for (const LedgerInfo& info : ledgers) {
    threads.emplace_back(
        [&info, &all](const std::stop_token& asked) { all.ended(info, run_follower(info, all, asked)); });
  }
  while (!all.none_left() && !stop.came(k_look_ms)) {
  }
  for (std::jthread& thread : threads) thread.request_stop();
  for (std::jthread& thread : threads) thread.join();
  return all.exit();
}

}  // namespace lotledger::cli

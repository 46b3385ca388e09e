// cli/submitter.cc - submissions to a writer of this process, or to the process that writes now.
#include "cli/submitter.h"

#include "cli/kafka_writer.h"
#include "cli/writing.h"
#include "engine/writer_socket.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <iterator>
#include <span>
#include <thread>

namespace lotledger::cli {

namespace {

/// Members are destroyed in reverse order: the socket first, the log last.
class OwnWriter final : public Submitter {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Submitter>> open(const LedgerInfo& info,
                                                               std::unique_ptr<engine::Disk> disk,
                                                               std::unique_ptr<engine::LocalLog> log) {
    std::unique_ptr<OwnWriter> own(new OwnWriter(std::move(disk), std::move(log)));
    LL_TRY(own->start(info));
    return std::unique_ptr<Submitter>(std::move(own));
  }

  std::vector<Result<engine::Receipt>> submit(std::vector<engine::Submission> submissions) override {
    return session_->writer().submit(std::move(submissions));
  }
  std::vector<Result<engine::Receipt>> decide(std::vector<engine::Submission> submissions) override {
    return session_->writer().decide(std::move(submissions));
  }
  Result<void> settle() override { return session_->writer().settle(); }

  Result<void> close() override {
    server_.reset();
    LL_TRY(session_->writer().settle());
    LL_TRY(log_->publish_head());
    LL_TRY(models_->finish());
    return session_->close();
  }

 private:
  OwnWriter(std::unique_ptr<engine::Disk> disk, std::unique_ptr<engine::LocalLog> log)
      : disk_(std::move(disk)), log_(std::move(log)) {}

  Result<void> start(const LedgerInfo& info) {
    // Both wait mostly for the disk. The future waits for its thread at its end, whatever comes before.
    auto opening = std::async(std::launch::async, [&] { return LiveModels::open(info, *log_); });
    LL_ASSIGN(session_,
              DecidingSession::open(info, *log_, clock_, [this](const auto& records) { models_->feed(records); }));
    LL_ASSIGN(models_, opening.get());
    LL_ASSIGN(server_,
              engine::WriterServer::start(info.socket_path(), [this](std::vector<engine::Submission> submissions) {
                return session_->writer().submit(std::move(submissions));
              }));
    return {};
  }

  SystemClock clock_;
  std::unique_ptr<engine::Disk> disk_;
  std::unique_ptr<engine::LocalLog> log_;
  std::unique_ptr<LiveModels> models_;
  std::unique_ptr<DecidingSession> session_;
  std::unique_ptr<engine::WriterServer> server_;
};

/// How long a process that holds the lock may have no socket, as while it starts or ends, and how often one looks.
constexpr std::chrono::seconds k_handover_patience{20};
constexpr std::chrono::milliseconds k_handover_pause{20};

/// Where submissions can go at this moment: one of the first two, or for now nowhere.
struct Way {
  std::unique_ptr<engine::WriterClient> other;
  std::unique_ptr<Submitter> own;
  Error refusal{};
};

Result<std::unique_ptr<Submitter>> open_own(const LedgerInfo& info, std::unique_ptr<engine::Disk> disk,
                                            std::unique_ptr<engine::LocalLog> log) {
  LL_ASSIGN(const bool on_kafka, stands_on_kafka(*disk, info));
  if (on_kafka) return open_kafka_submitter(info, std::move(disk), std::move(log));
  return OwnWriter::open(info, std::move(disk), std::move(log));
}

/// This process becomes the writer when nobody is. Nowhere while another holds the lock and does not listen.
Result<Way> find_way(const LedgerInfo& info) {
  Way way;
  auto disk = engine::posix_disk();
  auto log = engine::LocalLog::open(*disk, info.log_folder(), {info.created.records_per_segment});
  if (log.has_value()) {
    LL_ASSIGN(way.own, open_own(info, std::move(disk), std::move(*log)));
    return way;
  }
  if (log.error().code != ErrorCode::unavailable) return std::unexpected(log.error());
  auto other = engine::WriterClient::connect(info.socket_path());
  if (other.has_value()) {
    way.other = std::move(*other);
  } else {
    way.refusal = other.error();
  }
  return way;
}

/// As find_way; a writer that starts or ends is waited for.
Result<Way> await_way(const LedgerInfo& info) {
  const auto deadline = std::chrono::steady_clock::now() + k_handover_patience;
  while (true) {
    LL_ASSIGN(Way way, find_way(info));
    if (way.own != nullptr || way.other != nullptr) return way;
    if (std::chrono::steady_clock::now() >= deadline) return std::unexpected(way.refusal);
    std::this_thread::sleep_for(k_handover_pause);
  }
}

/// Submissions handed to the process that writes the ledger now, and when that ends, to who writes next: another, or
/// this process itself.
class OtherWriter final : public Submitter {
 public:
  OtherWriter(LedgerInfo info, Way way) : info_(std::move(info)), way_(std::move(way)) {}

  std::vector<Result<engine::Receipt>> submit(std::vector<engine::Submission> submissions) override {
    std::vector<Result<engine::Receipt>> receipts;
    while (receipts.size() < submissions.size()) {
      const auto rest = std::span(submissions).subspan(receipts.size());
      auto answered = way_.own != nullptr ? way_.own->submit({rest.begin(), rest.end()}) : way_.other->submit(rest);
      std::ranges::move(answered, std::back_inserter(receipts));
      if (receipts.size() == submissions.size()) break;
      auto next = await_way(info_);
      if (!next.has_value()) receipts.resize(submissions.size(), std::unexpected(next.error()));
      if (next.has_value()) way_ = std::move(*next);
    }
    return receipts;
  }
  std::vector<Result<engine::Receipt>> decide(std::vector<engine::Submission> submissions) override {
    return submit(std::move(submissions));
  }
  Result<void> settle() override { return {}; }
  Result<void> close() override { return way_.own != nullptr ? way_.own->close() : Result<void>{}; }

 private:
  LedgerInfo info_;
  Way way_;
};

}  // namespace

Result<std::unique_ptr<Submitter>> open_submitter(const LedgerInfo& info) {
  LL_ASSIGN(Way way, await_way(info));
  if (way.own != nullptr) return std::move(way.own);
  return std::unique_ptr<Submitter>(std::make_unique<OtherWriter>(info, std::move(way)));
}

}  // namespace lotledger::cli

// cli/submitter.cc - submissions to a writer of this process, or to the process that writes now.
#include "cli/submitter.h"

#include "cli/kafka_writer.h"
#include "cli/writing.h"
#include "engine/writer_socket.h"

#include <future>

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

/// Submissions handed to the process that writes the ledger now.
class OtherWriter final : public Submitter {
 public:
  explicit OtherWriter(std::unique_ptr<engine::WriterClient> client) : client_(std::move(client)) {}
  std::vector<Result<engine::Receipt>> submit(std::vector<engine::Submission> submissions) override {
    return client_->submit(submissions);
  }
  std::vector<Result<engine::Receipt>> decide(std::vector<engine::Submission> submissions) override {
    return client_->submit(submissions);
  }
  Result<void> settle() override { return {}; }
  Result<void> close() override { return {}; }

 private:
  std::unique_ptr<engine::WriterClient> client_;
};

}  // namespace

Result<std::unique_ptr<Submitter>> open_submitter(const LedgerInfo& info) {
  auto disk = engine::posix_disk();
  auto log = engine::LocalLog::open(*disk, info.log_folder(), {info.created.records_per_segment});
  if (log.has_value()) {
    LL_ASSIGN(const bool on_kafka, stands_on_kafka(*disk, info));
    if (on_kafka) return open_kafka_submitter(info, std::move(disk), std::move(*log));
    return OwnWriter::open(info, std::move(disk), std::move(*log));
  }
  if (log.error().code != ErrorCode::unavailable) return std::unexpected(log.error());
  auto client = engine::WriterClient::connect(info.socket_path());
  if (!client.has_value()) return std::unexpected(client.error());
  return std::unique_ptr<Submitter>(std::make_unique<OtherWriter>(std::move(*client)));
}

}  // namespace lotledger::cli

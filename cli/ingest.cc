// cli/ingest.cc - files into the ledger.
#include "cli/ingest.h"

#include "cli/landing.h"
#include "cli/submitter.h"
#include "engine/base/random.h"
#include "engine/evidence/sealed.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace lotledger::cli {

using connectors::MappedRow;
using connectors::PersonalData;
using connectors::SubmissionReader;
using engine::Submission;

FileReport IngestReport::total() const {
  FileReport sum;
  for (const FileReport& file : files) {
    sum.rows += file.rows;
    sum.accepted += file.accepted;
    sum.duplicates += file.duplicates;
    sum.rejected += file.rejected;
    sum.conflicts += file.conflicts;
    sum.unresolved += file.unresolved;
  }
  return sum;
}

namespace {

/// Submissions per hand-over from the reading to the deciding thread, and how many hand-overs may wait.
constexpr std::size_t k_batch = 512;
constexpr std::size_t k_waiting_batches_max = 8;
/// Personal fields, whatever key store stands behind them.
PersonalData personal_data(engine::KeyStore& keys) {
  return {[&keys](std::string_view subject, std::string_view text) { return keys.seal(subject, text); },
          [&keys](std::string_view subject, std::string_view text) { return keys.fingerprint(subject, text); }};
}

/// Up to k_batch more submissions, and the few that the last row adds; empty at the end of the file.
Result<std::vector<MappedRow>> next_batch(SubmissionReader& reader) {
  std::vector<MappedRow> batch;
  batch.reserve(k_batch + 1);
  while (batch.size() < k_batch) {
    LL_ASSIGN(const bool more, reader.next(batch));
    if (!more) break;
  }
  return batch;
}

/// A bounded queue between the reading thread and the deciding one.
class Handover {
 public:
  /// False when the other side has given up.
  bool put(std::vector<MappedRow> batch) {
    std::unique_lock lock(lock_);
    changed_.wait(lock, [&] { return waiting_.size() < k_waiting_batches_max || closed_; });
    if (closed_) return false;
    waiting_.push_back(std::move(batch));
    changed_.notify_all();
    return true;
  }
  void end(Result<void> how) {
    const std::scoped_lock lock(lock_);
    ended_ = std::move(how);
    changed_.notify_all();
  }
  void close() {
    const std::scoped_lock lock(lock_);
    closed_ = true;
    changed_.notify_all();
  }
  /// An empty batch at the end; the error of the reading side, if any.
  Result<std::vector<MappedRow>> take() {
    std::unique_lock lock(lock_);
    changed_.wait(lock, [&] { return !waiting_.empty() || ended_.has_value(); });
    if (waiting_.empty()) {
      if (!ended_->has_value()) return std::unexpected(ended_->error());
      return std::vector<MappedRow>();
    }
    std::vector<MappedRow> batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::vector<MappedRow>> waiting_;
  std::optional<Result<void>> ended_;
  bool closed_ = false;
};

void read_all(SubmissionReader& reader, Handover& handover) {
  for (;;) {
    auto batch = next_batch(reader);
    if (!batch.has_value()) return handover.end(std::unexpected(batch.error()));
    if (batch->empty()) return handover.end({});
    if (!handover.put(std::move(*batch))) return;
  }
}

void count(const Result<engine::Receipt>& receipt, const std::string& message, FileReport& report) {
  if (!receipt.has_value()) {
    ++report.rejected;
    report.messages.push_back(report.file + ": " + receipt.error().message);
    return;
  }
  switch (receipt->outcome) {
    case engine::Outcome::accepted: ++report.accepted; break;
    case engine::Outcome::duplicate: ++report.duplicates; break;
    case engine::Outcome::conflict:
      ++report.conflicts;
      report.messages.push_back(report.file + ": conflict: " + receipt->detail);
      break;
    case engine::Outcome::refused:
    case engine::Outcome::rejected: ++report.rejected; break;
  }
  if (receipt->unresolved) ++report.unresolved;
  if (!message.empty()) report.messages.push_back(message);
}

void add_notes(const SubmissionReader& reader, FileReport& report) {
  for (std::string& note : reader.notes()) report.notes.push_back(std::move(note));
}

/// Reads everything and counts what is wrong.
Result<void> check_all(SubmissionReader& reader, FileReport& report) {
  for (;;) {
    LL_ASSIGN(const auto batch, next_batch(reader));
    if (batch.empty()) break;
    report.rows += batch.size();
    for (const MappedRow& row : batch) {
      if (row.message.empty()) continue;
      ++report.rejected;
      report.messages.push_back(row.message);
    }
  }
  add_notes(reader, report);
  return {};
}

class Ingest {
 public:
  Ingest(DataFolder& data, const LedgerInfo& info, const IngestOptions& options)
      : data_(data),
        info_(info),
        options_(options),
        disk_(engine::posix_disk()),
        keys_(*disk_, random_, data.keys_folder()),
        personal_(personal_data(keys_)) {}

  Result<IngestReport> run(const std::vector<std::string>& files) {
    IngestReport report;
    if (options_.strict) {
      LL_TRY(check(files, report));
      if (!report.taken) return report;
      report.files.clear();
    }
    LL_ASSIGN(submitter_, open_submitter(info_));
    for (const std::string& file : files) {
      FileReport& one = report.files.emplace_back();
      one.file = file;
      if (auto taken = take(file, one); !taken.has_value()) {
        if (!about_file(taken.error())) return std::unexpected(taken.error());
        one.error = taken.error();
      }
    }
    LL_TRY(submitter_->settle());
    LL_TRY(submitter_->close());
    LL_ASSIGN(const auto log, engine::open_local_reader(*disk_, info_.log_folder()));
    report.position = log->durable().seq;
    return report;
  }

 private:
  /// Strict: reads everything and takes nothing while anything is wrong.
  Result<void> check(const std::vector<std::string>& files, IngestReport& report) {
    for (const std::string& file : files) {
      FileReport& one = report.files.emplace_back();
      one.file = file;
      if (auto checked = check_file(file, one); !checked.has_value()) one.error = checked.error();
      report.taken = report.taken && !one.error && one.rejected == 0;
    }
    return {};
  }

  /// Opens the landed bytes under the name that people know.
  Result<std::unique_ptr<SubmissionReader>> open(const std::string& file, FileReport& report) {
    LL_ASSIGN(const Landed landed, land_file(data_.landed_folder(), file));
    if (landed.mended) report.notes.push_back(landed.path + ": the landed copy was damaged, and was replaced");
    LL_ASSIGN(auto source, connectors::open_file(landed.path));
    return open_source(std::move(source), options_.read, {options_.actor, file, landed.hash}, personal_);
  }

  Result<void> check_file(const std::string& file, FileReport& report) {
    LL_ASSIGN(const auto reader, open(file, report));
    return check_all(*reader, report);
  }

  Result<void> take(const std::string& file, FileReport& report) {
    LL_ASSIGN(const auto reader, open(file, report));
    Handover handover;
    std::jthread reading([&] { read_all(*reader, handover); });
    const Result<void> done = decide_all(handover, report);
    handover.close();
    reading.join();
    add_notes(*reader, report);
    return done;
  }

  Result<void> decide_all(Handover& handover, FileReport& report) {
    for (std::uint64_t events = 0;;) {
      LL_ASSIGN(auto batch, handover.take());
      if (batch.empty()) return {};
      std::vector<Submission> submissions;
      submissions.reserve(batch.size());
      for (MappedRow& row : batch) submissions.push_back(std::move(row.submission));
      const auto receipts = submitter_->decide(std::move(submissions));
      for (std::size_t i = 0; i < receipts.size(); ++i) {
        if (!receipts[i].has_value() && !about_file(receipts[i].error())) return std::unexpected(receipts[i].error());
        count(receipts[i], batch[i].message, report);
      }
      events += batch.size();
      if (options_.progress) options_.progress(report.file, events);
    }
  }

  /// What is wrong with one file does not keep the others from being taken; what is wrong with the ledger does.
  static bool about_file(const Error& error) {
    return error.code == ErrorCode::invalid_input || error.code == ErrorCode::not_found;
  }

  DataFolder& data_;
  const LedgerInfo& info_;
  const IngestOptions& options_;
  std::unique_ptr<engine::Disk> disk_;
  SystemRandom random_;
  engine::KeyStore keys_;
  PersonalData personal_;
  std::unique_ptr<Submitter> submitter_;
};

}  // namespace

Result<IngestReport> ingest_files(DataFolder& data, const LedgerInfo& info, const std::vector<std::string>& files,
                                  const IngestOptions& options) {
  return Ingest(data, info, options).run(files);
}

namespace {

/// The one submission of a repaired row, or what is wrong with it.
Result<Submission> repaired_event(const RowRepair& repair, const connectors::SubmissionOrigin& origin,
                                  const PersonalData& personal) {
  LL_ASSIGN(const auto reader, open_source(connectors::source_over(repair.text), repair.read, origin, personal));
  std::vector<MappedRow> rows;
  for (bool more = true; more && rows.size() < 2;) {
    LL_ASSIGN(more, reader->next(rows));
    for (const MappedRow& row : rows) {
      if (!row.message.empty()) return fail(ErrorCode::invalid_input, row.message);
    }
  }
  if (rows.size() > 1)
    return fail(ErrorCode::invalid_input, origin.file + ": holds more than one event; a row is repaired by one");
  if (rows.empty()) return fail(ErrorCode::invalid_input, origin.file + ": holds no event");
  return std::move(rows.front().submission);
}

}  // namespace

std::vector<FileReport> check_files(const std::vector<std::string>& files, const ReadOptions& read) {
  // Nothing is kept, so nothing needs a key.
  const PersonalData unsealed{[](std::string_view, std::string_view) { return SealedField{}; },
                              [](std::string_view, std::string_view text) { return sha256(text); }};
  const auto check = [&](const std::string& file, FileReport& report) -> Result<void> {
    LL_ASSIGN(auto source, connectors::open_file(file));
    LL_ASSIGN(const auto reader, open_source(std::move(source), read, {{}, file, {}}, unsealed));
    return check_all(*reader, report);
  };
  std::vector<FileReport> reports;
  for (const std::string& file : files) {
    FileReport& report = reports.emplace_back();
    report.file = file;
    if (auto checked = check(file, report); !checked.has_value()) report.error = checked.error();
  }
  return reports;
}

Result<engine::Receipt> retry_row(DataFolder& data, const LedgerInfo& info, const RowRepair& repair) {
  const auto disk = engine::posix_disk();
  SystemRandom random;
  engine::KeyStore keys(*disk, random, data.keys_folder());
  const std::string name = "repair of " + info.name() + ":" + std::to_string(repair.rejected);
  const Digest hash = sha256(repair.text);
  LL_TRY(disk->make_folders(data.landed_folder()));
  LL_TRY(engine::replace_file(*disk, data.landed_folder() + "/" + hash.hex(), bytes_of(repair.text)));
  const PersonalData personal = personal_data(keys);
  LL_ASSIGN(Submission submission, repaired_event(repair, {repair.actor, name, hash}, personal));
  submission.repairs = repair.rejected;
  submission.body.reason.text = repair.reason;
  LL_ASSIGN(const auto submitter, open_submitter(info));
  std::vector<Submission> one;
  one.push_back(std::move(submission));
  auto receipts = submitter->submit(std::move(one));
  LL_TRY(submitter->close());
  return std::move(receipts.front());
}

}  // namespace lotledger::cli

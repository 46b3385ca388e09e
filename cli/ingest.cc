// cli/ingest.cc - files into the ledger.
#include "cli/ingest.h"

#include "cli/landing.h"
#include "cli/submitter.h"
#include "connectors/epcis/mapping.h"
#include "engine/base/random.h"
#include "engine/evidence/sealed.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

namespace lotledger::cli {

namespace epcis = connectors::epcis;
using engine::Submission;

FileReport IngestReport::total() const {
  FileReport sum;
  for (const FileReport& file : files) {
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
epcis::PersonalData personal_data(engine::KeyStore& keys) {
  return {[&keys](std::string_view subject, std::string_view text) { return keys.seal(subject, text); },
          [&keys](std::string_view subject, std::string_view text) { return keys.fingerprint(subject, text); }};
}

/// A submission on its way, with what people are told if it ends in the dead-letter queue.
struct Pending {
  Submission submission;
  std::string message;
};

/// Reads one file and turns every item into submissions.
class FileMapper {
 public:
  FileMapper(epcis::DocumentReader& reader, epcis::SubmissionOrigin origin, const epcis::PersonalData& personal)
      : reader_(reader), origin_(std::move(origin)), personal_(personal) {}

  /// Up to k_batch more submissions; empty at the end of the file.
  Result<std::vector<Pending>> next() {
    std::vector<Pending> batch;
    while (batch.size() < k_batch) {
      LL_ASSIGN(std::optional<epcis::Item> item, reader_.next());
      if (!item) break;
      LL_TRY(std::visit([&](auto& found) { return take(found, batch); }, *item));
    }
    return batch;
  }

 private:
  Result<void> take(const epcis::GoodEvent& good, std::vector<Pending>& batch) {
    auto mapped = epcis::map_event(good.event, good.origin, origin_);
    if (mapped.has_value()) {
      batch.push_back({std::move(*mapped), {}});
      return {};
    }
    epcis::BadItem bad;
    bad.origin = good.origin;
    bad.event_id = good.event.event_id;
    bad.faults = mapped.error();
    batch.push_back({epcis::map_rejected(good.event, good.origin, mapped.error(), origin_), messages(bad)});
    return {};
  }

  Result<void> take(const epcis::BadItem& bad, std::vector<Pending>& batch) {
    batch.push_back({epcis::map_rejected(bad, origin_), messages(bad)});
    return {};
  }

  Result<void> take(const epcis::MasterDataItem& item, std::vector<Pending>& batch) {
    const auto created = parse_instant(reader_.info().creation_date);
    LL_ASSIGN(auto mapped,
              epcis::map_master_data(item.data, item.origin, created.value_or(ZonedInstant{}), origin_, personal_));
    for (Submission& submission : mapped) batch.push_back({std::move(submission), {}});
    return {};
  }

  [[nodiscard]] std::string messages(const epcis::BadItem& bad) const {
    std::string text;
    for (const epcis::Fault& fault : bad.faults)
      text += (text.empty() ? "" : "\n") + epcis::describe(origin_.file, bad, fault);
    return text;
  }

  epcis::DocumentReader& reader_;
  epcis::SubmissionOrigin origin_;
  const epcis::PersonalData& personal_;
};

/// A bounded queue between the reading thread and the deciding one.
class Handover {
 public:
  /// False when the other side has given up.
  bool put(std::vector<Pending> batch) {
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
  Result<std::vector<Pending>> take() {
    std::unique_lock lock(lock_);
    changed_.wait(lock, [&] { return !waiting_.empty() || ended_.has_value(); });
    if (waiting_.empty()) {
      if (!ended_->has_value()) return std::unexpected(ended_->error());
      return std::vector<Pending>();
    }
    std::vector<Pending> batch = std::move(waiting_.front());
    waiting_.pop_front();
    changed_.notify_all();
    return batch;
  }

 private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::vector<Pending>> waiting_;
  std::optional<Result<void>> ended_;
  bool closed_ = false;
};

void read_all(FileMapper& mapper, Handover& handover) {
  for (;;) {
    auto batch = mapper.next();
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

/// Opens the landed bytes under the name that people know.
Result<std::unique_ptr<epcis::DocumentReader>> open_landed(const Landed& landed, const std::string& name) {
  LL_ASSIGN(auto source, epcis::open_file(landed.path));
  return epcis::DocumentReader::over(std::move(source), name);
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

  Result<void> check_file(const std::string& file, FileReport& report) {
    LL_ASSIGN(const Landed landed, land_file(data_.landed_folder(), file));
    LL_ASSIGN(const auto reader, open_landed(landed, file));
    FileMapper mapper(*reader, {options_.actor, file, landed.hash}, personal_);
    for (;;) {
      LL_ASSIGN(const auto batch, mapper.next());
      if (batch.empty()) return {};
      for (const Pending& pending : batch) {
        if (pending.message.empty()) continue;
        ++report.rejected;
        report.messages.push_back(pending.message);
      }
    }
  }

  Result<void> take(const std::string& file, FileReport& report) {
    LL_ASSIGN(const Landed landed, land_file(data_.landed_folder(), file));
    LL_ASSIGN(const auto reader, open_landed(landed, file));
    FileMapper mapper(*reader, {options_.actor, file, landed.hash}, personal_);
    Handover handover;
    std::jthread reading([&] { read_all(mapper, handover); });
    const Result<void> done = decide_all(handover, report);
    handover.close();
    return done;
  }

  Result<void> decide_all(Handover& handover, FileReport& report) {
    for (std::uint64_t events = 0;;) {
      LL_ASSIGN(auto batch, handover.take());
      if (batch.empty()) return {};
      std::vector<Submission> submissions;
      submissions.reserve(batch.size());
      for (Pending& pending : batch) submissions.push_back(std::move(pending.submission));
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
  epcis::PersonalData personal_;
  std::unique_ptr<Submitter> submitter_;
};

}  // namespace

Result<IngestReport> ingest_files(DataFolder& data, const LedgerInfo& info, const std::vector<std::string>& files,
                                  const IngestOptions& options) {
  return Ingest(data, info, options).run(files);
}

namespace {

/// The one event of a repaired row, or what is wrong with it.
Result<Submission> repaired_event(const std::string& json, const epcis::SubmissionOrigin& origin) {
  LL_ASSIGN(const auto reader, epcis::DocumentReader::over(epcis::source_over(json), origin.file));
  std::optional<Submission> found;
  for (;;) {
    LL_ASSIGN(const std::optional<epcis::Item> item, reader->next());
    if (!item) break;
    if (const auto* bad = std::get_if<epcis::BadItem>(&*item)) {
      return fail(ErrorCode::invalid_input, epcis::describe(origin.file, *bad, bad->faults.front()));
    }
    const auto* good = std::get_if<epcis::GoodEvent>(&*item);
    if (good == nullptr) continue;
    if (found)
      return fail(ErrorCode::invalid_input, origin.file + ": holds more than one event; a row is repaired by one");
    auto mapped = epcis::map_event(good->event, good->origin, origin);
    if (!mapped.has_value())
      return fail(ErrorCode::invalid_input, origin.file + ": " + epcis::to_text(mapped.error().front()));
    found = std::move(*mapped);
  }
  if (!found) return fail(ErrorCode::invalid_input, origin.file + ": holds no event");
  return std::move(*found);
}

}  // namespace

Result<engine::Receipt> retry_row(DataFolder& data, const LedgerInfo& info, const RowRepair& repair) {
  const auto disk = engine::posix_disk();
  const std::string name = "repair of " + info.name() + ":" + std::to_string(repair.rejected);
  const Digest hash = sha256(repair.json);
  LL_TRY(disk->make_folders(data.landed_folder()));
  LL_TRY(engine::replace_file(*disk, data.landed_folder() + "/" + hash.hex(), bytes_of(repair.json)));
  LL_ASSIGN(Submission submission, repaired_event(repair.json, {repair.actor, name, hash}));
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

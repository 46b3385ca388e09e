// bench/stages.cc - processor time per event, stage by stage: where bulk ingest, rebuild and verification spend it.
// Every stage runs alone, on all events, so that one stands beside the other; time of all threads counts.
#include "bench/measure.h"
#include "bench/plant_ledger.h"
#include "bench/rows.h"
#include "cli/demo/plant.h"
#include "cli/source_files.h"
#include "engine/codec/codec.h"
#include "engine/sequencer.h"
#include "projections/facts.h"
#include "projections/rebuild.h"

#include <fmt/core.h>

#include <ctime>

namespace lotledger::bench {
namespace {

/// Records of one group of the log.
constexpr std::size_t k_group = 4096;

std::int64_t processor_ns() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Processor time of one stage, in parts.
class StageClock {
 public:
  template <typename Work>
  auto run(const Work& work) {
    const std::int64_t start = processor_ns();
    auto done = work();
    total_ns_ += processor_ns() - start;
    return done;
  }
  void print(std::string_view name, std::uint64_t events) const {
    fmt::print("  {:<34} {:>9} ns/event\n", name, total_ns_ / static_cast<std::int64_t>(events == 0 ? 1 : events));
  }

 private:
  std::int64_t total_ns_ = 0;
};

/// What the stages in front of the log are told.
struct Stages {
  StageClock read, decide, append, encode, check;
};

/// Files to records in a log: reading and deciding turn by turn, on one thread.
class Filling {
 public:
  Filling(engine::Disk& disk, Stages& stages) : disk_(disk), stages_(stages) {}

  Result<void> open(const std::string& folder) {
    LL_TRY(engine::LocalLog::create(disk_, folder, LedgerId{}));
    LL_ASSIGN(log_, engine::LocalLog::open(disk_, folder));
    return {};
  }
  Result<void> take(const std::string& file) {
    LL_ASSIGN(auto source, connectors::open_file(file));
    const connectors::PersonalData unsealed{[](std::string_view, std::string_view) { return SealedField{}; },
                                            [](std::string_view, std::string_view text) { return sha256(text); }};
    LL_ASSIGN(const auto reader, cli::open_source(std::move(source), {}, {{}, file, {}}, unsealed));
    while (true) {
      std::vector<connectors::MappedRow> rows;
      LL_TRY(stages_.read.run([&] { return read(*reader, rows); }));
      if (rows.empty()) return {};
      LL_TRY(stages_.decide.run([&] { return decide(rows); }));
      LL_TRY(keep());
    }
  }

 private:
  static Result<void> read(connectors::SubmissionReader& reader, std::vector<connectors::MappedRow>& rows) {
    while (rows.size() < k_group) {
      LL_ASSIGN(const bool more, reader.next(rows));
      if (!more) break;
    }
    return {};
  }
  Result<void> decide(std::vector<connectors::MappedRow>& rows) {
    for (connectors::MappedRow& row : rows) LL_TRY(sequencer_.submit(std::move(row.submission), Instant{}));
    return {};
  }
  Result<void> keep() {
    const auto records = sequencer_.take_records();
    std::vector<engine::Body> bodies;
    bodies.reserve(records.size());
    for (const auto& record : records) bodies.push_back(engine::decode_body(*engine::body_of(record)));
    LL_TRY(stages_.encode.run([&] { return encode(bodies); }));
    LL_TRY(stages_.check.run([&] { return check(records); }));
    return stages_.append.run([&]() -> Result<void> {
      LL_TRY(log_->append(records));
      return log_->sync();
    });
  }
  /// Once more, alone: what of deciding is encoding and hashing.
  Result<void> encode(const std::vector<engine::Body>& bodies) {
    for (const engine::Body& body : bodies) {
      LL_ASSIGN(const Bytes encoded, encoder_.encode(body));
      again_ = engine::make_record({}, encoded);
    }
    return {};
  }
  static Result<void> check(const std::vector<engine::StoredRecord>& records) {
    for (const auto& record : records) {
      if (!engine::readable(record)) return fail(ErrorCode::corrupt, "a record that was just made cannot be read");
    }
    return {};
  }

  engine::Disk& disk_;
  Stages& stages_;
  std::unique_ptr<engine::LocalLog> log_;
  std::unique_ptr<projections::Store> store_ = projections::memory_store(1);
  projections::StoreFacts facts_{*store_};
  engine::Sequencer sequencer_{{LedgerId{}, 1, 1, "bench"}, facts_, {}, {}};
  engine::BodyEncoder encoder_;
  engine::StoredRecord again_ = engine::make_record({}, {});
};

Result<void> measure_folds(const std::string& folder, engine::LogReader& log, std::uint64_t records) {
  StageClock reading;
  LL_TRY(reading.run([&] { return log.read(0, k_no_seq, [](const engine::StoredRecord&) { return true; }); }));
  reading.print("read log, check hashes", records);
  for (const auto& projection : projections::all_projections()) {
    StageClock in_memory;
    StageClock on_disk;
    const Result<Digest> replayed =
        in_memory.run([&] { return projections::replay_digest(*projection, log, k_no_seq); });
    LL_TRY(replayed);
    const Result<Digest> rebuilt = on_disk.run([&] { return projections::rebuild(*projection, folder, log); });
    LL_TRY(rebuilt);
    if (*replayed != *rebuilt) return fail(ErrorCode::corrupt, "a rebuilt store differs from its replay");
    in_memory.print(fmt::format("replay {}, digest", projection->name()), records);
    on_disk.print(fmt::format("rebuild {}", projection->name()), records);
  }
  StageClock together;
  const Stopwatch watch;
  LL_TRY(together.run([&] { return projections::rebuild_all(projections::all_projections(), folder, log); }));
  together.print("rebuild all at once", records);
  fmt::print("  {:<34} {:>9} ns/event\n", "  of wall time",
             watch.elapsed_us() * 1000 / static_cast<std::int64_t>(records));
  return {};
}

Result<void> measure(std::string_view name, const std::string& folder, const std::vector<std::string>& files) {
  const auto disk = engine::posix_disk();
  Stages stages;
  {
    Filling filling(*disk, stages);
    LL_TRY(filling.open(folder + "/log"));
    for (const std::string& file : files) LL_TRY(filling.take(file));
  }
  LL_ASSIGN(const auto log, engine::open_local_reader(*disk, folder + "/log"));
  const std::uint64_t records = log->durable().seq + 1;
  fmt::print("{}: {} records, {} bytes of log each\n", name, records, bytes_below(folder + "/log") / records);
  stages.read.print("read, validate, map", records);
  stages.decide.print("decide, with facts and encoding", records);
  stages.encode.print("  of it encode, hash, chain", records);
  stages.append.print("append to the log", records);
  stages.check.print("verify a body once", records);
  LL_TRY(measure_folds(folder + "/stores", *log, records));
  StageClock verifying;
  LL_TRY(verifying.run([&] { return engine::verify_local_log(*disk, folder + "/log"); }));
  verifying.print("verify the whole log", records);
  return {};
}

Result<void> measure_all(const std::string& folder, std::uint64_t events) {
  LL_ASSIGN(const auto rows, write_rows(folder + "/rows", events));
  LL_TRY(measure("plain rows", folder + "/of_rows", rows));
  LL_ASSIGN(const auto plant, write_plant(folder + "/plant", events));
  return measure("demo plant", folder + "/of_plant", plant);
}

}  // namespace

int bench_stages(std::uint64_t events) {
  const TemporaryFolder folder;
  const auto done = measure_all(folder.path(), events);
  if (done.has_value()) return 0;
  fmt::print(stderr, "stages: {}\n", done.error().message);
  return 1;
}

}  // namespace lotledger::bench

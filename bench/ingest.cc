// bench/ingest.cc - files to queryable ledger: read, validate, map, decide, durable, every projection folded and
// flushed.
#include "bench/measure.h"
#include "bench/plant_ledger.h"
#include "bench/rows.h"
#include "cli/demo/plant.h"

#include <fmt/core.h>

#include <filesystem>

namespace lotledger::bench {

Result<std::vector<std::string>> write_plant(const std::string& folder, std::uint64_t events) {
  cli::DemoOptions options;
  options.out = folder;
  options.events = events;
  LL_ASSIGN(const cli::DemoSummary summary, cli::generate_demo(options));
  std::vector<std::string> files;
  for (const std::string& file : summary.files) files.push_back(folder + "/" + file);
  return files;
}

Result<FilledLedger> fill_from(const std::string& folder, const std::vector<std::string>& files) {
  FilledLedger filled;
  for (const std::string& file : files) filled.source_bytes += std::filesystem::file_size(file);
  cli::DataFolder data(folder);
  engine::LedgerCreated created;
  created.name = "BENCH";
  created.records_per_segment = 65'536;
  LL_ASSIGN(filled.info, data.create_ledger(created));
  cli::IngestOptions ingest;
  ingest.actor.id = ActorId{"bench"};
  const Stopwatch watch;
  LL_ASSIGN(const cli::IngestReport report, cli::ingest_files(data, filled.info, files, ingest));
  filled.ingest_us = watch.elapsed_us();
  const cli::FileReport total = report.total();
  filled.events = total.accepted + total.duplicates + total.rejected + total.conflicts;
  return filled;
}

namespace {

Result<void> ingest_and_report(std::string_view what, const std::string& folder,
                               const std::vector<std::string>& files) {
  LL_ASSIGN(const FilledLedger filled, fill_from(folder, files));
  report(fmt::format("ingest of {}, durable and folded", what), filled.events, filled.ingest_us,
         bytes_below(filled.info.log_folder()));
  fmt::print("  source {} bytes/event, log {} bytes/event, stores {} bytes/event\n",
             filled.source_bytes / filled.events, bytes_below(filled.info.log_folder()) / filled.events,
             bytes_below(filled.info.stores_folder()) / filled.events);
  return {};
}

Result<void> ingest_both(const std::string& folder, std::uint64_t events) {
  LL_ASSIGN(const auto rows, write_rows(folder + "/rows", events));
  LL_TRY(ingest_and_report("plain rows", folder + "/of_rows", rows));
  LL_ASSIGN(const auto plant, write_plant(folder + "/plant", events));
  return ingest_and_report("the demo plant", folder + "/of_plant", plant);
}

}  // namespace

int bench_ingest(std::uint64_t events) {
  const TemporaryFolder folder;
  const auto done = ingest_both(folder.path(), events);
  if (done.has_value()) return 0;
  fmt::print(stderr, "ingest: {}\n", done.error().message);
  return 1;
}

}  // namespace lotledger::bench

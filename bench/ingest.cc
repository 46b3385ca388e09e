// bench/ingest.cc - files to queryable ledger: read, validate, map, decide, durable, every projection folded and
// flushed.
#include "bench/measure.h"
#include "bench/plant_ledger.h"
#include "cli/demo/plant.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

namespace lotledger::bench {
namespace {

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<PlantLedger> fill_from_plant(const std::string& folder, std::uint64_t events) {
  cli::DemoOptions options;
  options.out = folder + "/plant";
  options.events = events;
  LL_TRY(cli::generate_demo(options));
  const auto files = files_of((options.out / "epcis").string());
  PlantLedger plant;
  plant.source_bytes = bytes_below((options.out / "epcis").string());
  cli::DataFolder data(folder + "/data");
  engine::LedgerCreated created;
  created.name = "BENCH";
  created.records_per_segment = 65'536;
  LL_ASSIGN(plant.info, data.create_ledger(created));
  cli::IngestOptions ingest;
  ingest.actor.id = ActorId{"bench"};
  const Stopwatch watch;
  LL_ASSIGN(const cli::IngestReport report, cli::ingest_files(data, plant.info, files, ingest));
  plant.ingest_us = watch.elapsed_us();
  const cli::FileReport total = report.total();
  plant.events = total.accepted + total.duplicates + total.rejected + total.conflicts;
  return plant;
}

int bench_ingest(std::uint64_t events) {
  const TemporaryFolder folder;
  const auto plant = fill_from_plant(folder.path(), events);
  if (!plant.has_value()) {
    fmt::print(stderr, "ingest: {}\n", plant.error().message);
    return 1;
  }
  report("ingest of EPCIS files, durable and folded", plant->events, plant->ingest_us,
         bytes_below(plant->info.log_folder()));
  fmt::print("  source {} bytes/event, log {} bytes/event, stores {} bytes/event\n",
             plant->source_bytes / plant->events, bytes_below(plant->info.log_folder()) / plant->events,
             bytes_below(plant->info.stores_folder()) / plant->events);
  return 0;
}

}  // namespace lotledger::bench

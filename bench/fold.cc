// bench/fold.cc - rebuilding each projection from the log, beside the current one, digests equal.
#include "bench/measure.h"
#include "bench/plant_ledger.h"
#include "projections/rebuild.h"

#include <fmt/core.h>

namespace lotledger::bench {
namespace {

Result<void> rebuild_all(const std::string& folder, std::uint64_t events) {
  LL_ASSIGN(const auto files, write_plant(folder + "/plant", events));
  LL_ASSIGN(const FilledLedger plant, fill_from(folder + "/data", files));
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const auto log, engine::open_local_reader(*disk, plant.info.log_folder()));
  const std::uint64_t records = log->durable().seq + 1;
  const Stopwatch all;
  for (const auto& projection : projections::all_projections()) {
    const Stopwatch watch;
    LL_TRY(projections::rebuild(*projection, plant.info.stores_folder(), *log));
    report(fmt::format("fold {}", projection->name()), records, watch.elapsed_us(), 0);
  }
  report("fold all projections, one after another", records, all.elapsed_us(), 0);
  const Stopwatch together;
  LL_TRY(projections::rebuild_all(projections::all_projections(), plant.info.stores_folder(), *log));
  report("fold all projections at once", records, together.elapsed_us(), 0);
  return {};
}

}  // namespace

int bench_fold(std::uint64_t events) {
  const TemporaryFolder folder;
  const auto done = rebuild_all(folder.path(), events);
  if (done.has_value()) return 0;
  fmt::print(stderr, "fold: {}\n", done.error().message);
  return 1;
}

}  // namespace lotledger::bench

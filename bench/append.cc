// bench/append.cc - the log alone: records of 300 bytes, fdatasync per group of 1, 64, 1024 and 8192.
#include "bench/measure.h"

#include "engine/log/local_log.h"

#include <fmt/core.h>

#include <algorithm>

namespace lotledger::bench {
namespace {

Result<void> append_in_groups(std::uint64_t records, std::uint64_t group) {
  const TemporaryFolder folder;
  const auto disk = engine::posix_disk();
  const std::string path = folder.path() + "/log";
  LL_TRY(engine::LocalLog::create(*disk, path, LedgerId{}));
  LL_ASSIGN(const auto log, engine::LocalLog::open(*disk, path));
  const ByteVector body(172, 0x5a);  // 128 bytes of header make it 300.
  const Stopwatch watch;
  Head tail;
  for (std::uint64_t done = 0; done < records;) {
    std::vector<engine::StoredRecord> batch;
    for (std::uint64_t i = 0; i < std::min(group, records - done); ++i) {
      engine::RecordHeader header;
      header.seq = tail.seq + 1;
      header.previous_leaf = tail.leaf;
      batch.push_back(engine::make_record(header, body));
      tail = {header.seq, batch.back().leaf()};
    }
    done += batch.size();
    LL_TRY(log->append(batch));
    LL_TRY(log->sync());
  }
  report(fmt::format("append, fdatasync per {}", group), records, watch.elapsed_us(), bytes_below(path));
  return {};
}

}  // namespace

int bench_append(std::uint64_t records) {
  for (const std::uint64_t group : {1UL, 64UL, 1024UL, 8192UL}) {
    const auto done = append_in_groups(std::min(records, group * 2000), group);
    if (!done.has_value()) {
      fmt::print(stderr, "append: {}\n", done.error().message);
      return 1;
    }
  }
  return 0;
}

}  // namespace lotledger::bench

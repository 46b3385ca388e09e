// bench/measure.h - wall time, resident memory, and one line per figure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace lotledger::bench {

/// Wall time since construction.
class Stopwatch {
 public:
  [[nodiscard]] std::int64_t elapsed_us() const { return elapsed_ns() / 1000; }
  [[nodiscard]] std::int64_t elapsed_ns() const {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Largest resident set of this process so far, in KiB.
[[nodiscard]] std::int64_t peak_resident_kib();
/// Bytes of all files below a folder.
[[nodiscard]] std::uint64_t bytes_below(const std::string& folder);
/// `name: N events in T s, R events/s, B bytes/event, M MiB resident`. `bytes` 0: left out.
void report(std::string_view name, std::uint64_t events, std::int64_t elapsed_us, std::uint64_t bytes);
/// An empty folder below TMPDIR for one benchmark; removed by the caller's TemporaryFolder.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// Each returns a process exit code.
int bench_append(std::uint64_t records);
int bench_ingest(std::uint64_t events);
int bench_fold(std::uint64_t events);
int bench_trace(std::uint64_t units);
/// Not part of `all`: it says where the time goes, not how much there is of it.
int bench_stages(std::uint64_t events);
/// Needs a cluster; not part of `all`.
int bench_kafka(std::uint64_t records);

}  // namespace lotledger::bench

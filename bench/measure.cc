// bench/measure.cc - figures.
#include "bench/measure.h"

#include <fmt/core.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>

namespace lotledger::bench {

std::int64_t peak_resident_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

std::uint64_t bytes_below(const std::string& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return bytes;
}

void report(std::string_view name, std::uint64_t events, std::int64_t elapsed_us, std::uint64_t bytes) {
  const auto elapsed = static_cast<std::uint64_t>(elapsed_us < 1 ? 1 : elapsed_us);
  fmt::print("{}: {} events in {}.{:03} s, {} events/s", name, events, elapsed / 1'000'000, elapsed / 1000 % 1000,
             events * 1'000'000 / elapsed);
  if (bytes > 0 && events > 0) fmt::print(", {} bytes/event", bytes / events);
  fmt::print(", {} MiB resident at most\n", peak_resident_kib() / 1024);
}

TemporaryFolder::TemporaryFolder() {
  const char* base = std::getenv("TMPDIR");
  std::string name = std::string(base == nullptr ? "/tmp" : base) + "/lotledger-bench-XXXXXX";
  path_ = ::mkdtemp(name.data()) == nullptr ? std::string() : name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace lotledger::bench

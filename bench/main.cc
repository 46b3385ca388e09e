// bench/main.cc - lotledger_bench [append|ingest|fold|trace|stages|kafka|all] [SIZE], or lotledger_bench
// graph|recall|submit
// --option value ..., which bench/run uses.
#include "bench/graph_recall.h"
#include "bench/measure.h"

#include <fmt/core.h>

#include <cstdlib>
#include <optional>
#include <string>

namespace {

using namespace lotledger;

/// Runs a benchmark that prints JSON; its exit code, or nullopt when there is none of that name.
std::optional<int> run_with_options(const std::string& what, int count, char** words) {
  Result<void> (*bench)(const bench::Options&) = nullptr;
  if (what == "graph") bench = bench::bench_graph;
  if (what == "recall") bench = bench::bench_recall;
  if (what == "submit") bench = bench::bench_submit;
  if (bench == nullptr) return std::nullopt;
  const auto options = bench::Options::parse(count, words);
  const Result<void> done = options.has_value() ? bench(*options) : Result<void>(std::unexpected(options.error()));
  if (done.has_value()) return 0;
  fmt::print(stderr, "lotledger_bench {}: {}\n", what, done.error().message);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace lotledger::bench;
  const std::string what = argc > 1 ? argv[1] : "all";
  if (const auto code = run_with_options(what, argc - 2, argv + 2)) return *code;
  const std::uint64_t size = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 100'000;
  int worst = 0;
  bool known = false;
  const auto run = [&](const char* name, int (*bench)(std::uint64_t)) {
    if (what != "all" && what != name) return;
    known = true;
    worst |= bench(size);
  };
  run("append", bench_append);
  run("ingest", bench_ingest);
  run("fold", bench_fold);
  run("trace", bench_trace);
  if (what == "stages") return bench_stages(size);
  if (what == "kafka") return bench_kafka(size);
  if (known) return worst;
  fmt::print(stderr,
             "usage: lotledger_bench [append|ingest|fold|trace|stages|kafka|all] [SIZE]\n"
             "       lotledger_bench graph|recall|submit --option value ...   (bench/run)\n");
  return 2;
}

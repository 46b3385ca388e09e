// bench/main.cc - lotledger_bench [append|ingest|fold|trace|kafka|all] [SIZE]
#include "bench/measure.h"

#include <fmt/core.h>

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  using namespace lotledger::bench;
  const std::string what = argc > 1 ? argv[1] : "all";
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
  if (what == "kafka") return bench_kafka(size);
  if (known) return worst;
  fmt::print(stderr, "usage: lotledger_bench [append|ingest|fold|trace|kafka|all] [SIZE]\n");
  return 2;
}

// bench/submit.cc - interactive ingest: threads that each wait for a durable receipt before they submit again. The
// writer is the one of the program, every projection folded beside it.
#include "bench/graph_recall.h"
#include "bench/measure.h"

#include "cli/json.h"
#include "cli/submitter.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

namespace lotledger::bench {
namespace {

/// A consumption of an order, as a scanner reports it.
engine::Submission consumption_of(std::uint64_t number) {
  engine::UnitsTransformed step;
  step.process_id = fmt::format("WO-S{:06}", number / 8);
  const auto key = parse_unit(fmt::format("RM-S{:03}/L{:05}", number % 200, number % 50'000));
  step.inputs.push_back({key.value_or(UnitRef{}), Quantity{1, 0, each()}});
  engine::Submission submission;
  engine::Body& body = submission.body;
  body.actor.id = ActorId{"bench"};
  body.source.system = "bench";
  body.source.message_id = fmt::format("bench:submit:{}", number);
  body.content = sha256(body.source.message_id);
  engine::Event event;
  event.occurred = ZonedInstant{};
  event.body = engine::ProductionEvent{std::move(step)};
  body.events.push_back(std::move(event));
  return submission;
}

/// What one thread saw.
struct Submitted {
  std::vector<std::int64_t> latencies_us;
  Result<void> status;
};

class Submitting {
 public:
  Submitting(cli::Submitter& submitter, std::int64_t duration_us) : submitter_(submitter), duration_us_(duration_us) {}

  void submit_until_over(Submitted& to) {
    while (to.status.has_value() && watch_.elapsed_us() < duration_us_) {
      std::vector<engine::Submission> one;
      one.push_back(consumption_of(next_++));
      const Stopwatch waiting;
      auto receipts = submitter_.submit(std::move(one));
      to.latencies_us.push_back(waiting.elapsed_us());
      if (!receipts.front().has_value()) {
        to.status = std::unexpected(receipts.front().error());
      } else if (receipts.front()->outcome != engine::Outcome::accepted) {
        to.status = fail(ErrorCode::conflict, "a submission was not accepted: is the data folder a fresh one?");
      }
    }
  }
  [[nodiscard]] std::int64_t elapsed_us() const { return watch_.elapsed_us(); }

 private:
  cli::Submitter& submitter_;
  std::int64_t duration_us_;
  Stopwatch watch_;
  std::atomic<std::uint64_t> next_ = 0;
};

void print_submitted(std::vector<std::int64_t> latencies, std::int64_t elapsed_us, std::int64_t folded_us) {
  std::ranges::sort(latencies);
  const auto at = [&](std::size_t thousandths) { return latencies[(latencies.size() - 1) * thousandths / 1000]; };
  cli::Json json{{"kind", "submit"}, {"events", latencies.size()}, {"elapsed_us", elapsed_us}};
  json["until_folded_us"] = folded_us;
  json["latency_us"] = {{"p50", at(500)}, {"p99", at(990)}, {"p999", at(999)}, {"max", at(1000)}};
  fmt::print("{}\n", json.dump());
}

}  // namespace

Result<void> bench_submit(const Options& options) {
  LL_ASSIGN(const std::string data, options.text("data"));
  LL_ASSIGN(const std::uint64_t submitters, options.number("submitters", 1024));
  LL_ASSIGN(const std::uint64_t seconds, options.number("seconds", 3600));
  if (submitters == 0 || seconds == 0)
    return fail(ErrorCode::invalid_input, "--submitters and --seconds are at least 1");
  cli::DataFolder folder(data);
  LL_ASSIGN(const cli::LedgerInfo info, folder.ledger({}));
  LL_ASSIGN(const auto submitter, cli::open_submitter(info));
  Submitting load(*submitter, static_cast<std::int64_t>(seconds) * 1'000'000);
  std::vector<Submitted> seen(submitters);
  {
    std::vector<std::jthread> threads;
    threads.reserve(seen.size());
    for (Submitted& one : seen) threads.emplace_back([&load, &one] { load.submit_until_over(one); });
  }
  const std::int64_t elapsed_us = load.elapsed_us();
  LL_TRY(submitter->close());
  std::vector<std::int64_t> latencies;
  for (const Submitted& one : seen) {
    LL_TRY(one.status);
    latencies.insert(latencies.end(), one.latencies_us.begin(), one.latencies_us.end());
  }
  print_submitted(std::move(latencies), elapsed_us, load.elapsed_us());
  return {};
}

}  // namespace lotledger::bench

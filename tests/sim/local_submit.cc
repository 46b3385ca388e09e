// tests/sim/local_submit.cc - submissions and what is heard of them.
#include "tests/sim/local_world.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace engine;

std::string text_of(const Expected& expected) {
  return std::string(name_of(expected.outcome)) + " at " + std::to_string(expected.position) +
         (expected.rule.empty() ? "" : " by " + expected.rule);
}

std::string text_of(const Receipt& receipt) {
  return std::string(name_of(receipt.outcome)) + " at " + std::to_string(receipt.position.seq) +
         (receipt.rule.empty() ? "" : " by " + receipt.rule);
}

/// What a submission asks for, in a word.
std::string subject_of(const Submission& submission) {
  if (submission.command) return std::string(name_of(*submission.command)) + " " + submission.body.command->text;
  return std::string(event_name(submission.body.events.front())) + " " + submission.body.source.message_id;
}

}  // namespace

LocalWorld::Submissions LocalWorld::some_submissions() {
  const std::size_t size = std::min<std::size_t>(1 + dice_.below(plan_.batch_max), left_);
  left_ -= size;
  result_.submissions += size;
  return workload_.batch(size);
}

/// What must become of each; takes note of it as if it had. What makes a record is awaited.
std::vector<Expected> LocalWorld::expect(const Submissions& batch) {
  std::vector<Expected> all;
  for (const Submission& submission : batch) {
    Expected expected = decisions_.expect(submission);
    if (expected.records) {
      const Instant before = awaited_.empty() ? told_.back().recorded_at : awaited_.back().recorded_at;
      awaited_.push_back({submission, expected, std::max(before, clock_.at)});
      decisions_.take(submission, expected, expected.events);
      for (const Event& event : expected.events) {
        for (const Mention& mention : mentions_of(event)) touched_.push_back(mention.unit);
      }
    }
    all.push_back(std::move(expected));
  }
  return all;
}

bool LocalWorld::all_failed(const Receipts& receipts) {
  return std::ranges::none_of(receipts, [](const auto& receipt) { return receipt.has_value(); });
}

void LocalWorld::hear(const Submissions& batch, const std::vector<Expected>& expected, const Receipts& receipts) {
  if (!verdict_.require(Checker::outcome, receipts.size() == batch.size(), "each submission gets a receipt")) return;
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const std::string subject = subject_of(batch[i]);
    if (!receipts[i].has_value()) {
      return verdict_.fail(Checker::outcome, subject + ": expected " + text_of(expected[i]) +
                                                 "; got an error: " + receipts[i].error().message);
    }
    const bool rule_told = expected[i].outcome == Outcome::refused && expected[i].records;
    const bool same = receipts[i]->outcome == expected[i].outcome &&
                      receipts[i]->position.seq == expected[i].position &&
                      (!rule_told || receipts[i]->rule == expected[i].rule);
    if (!verdict_.require(Checker::outcome, same,
                          subject + ": expected " + text_of(expected[i]) + "; got " + text_of(*receipts[i])))
      return;
    note("  " + subject + ": " + text_of(*receipts[i]));
  }
}

void LocalWorld::submit() {
  const Submissions batch = some_submissions();
  if (batch.empty()) return;
  note("submits " + std::to_string(batch.size()));
  const auto expected = expect(batch);
  hear(batch, expected, writer_->submit(batch));
}

/// Several submitters hand in while the group of the first is on its way to the disk.
void LocalWorld::submit_racing() {
  const Submissions first = some_submissions();
  if (first.empty()) return;
  const Head before = last();
  const auto expected = expect(first);
  if (awaited_.empty()) return hear(first, expected, writer_->submit(first));
  note("several submit at once");
  const std::uint64_t call = 1 + fault_dice_.below(2);  // The write of the group, or its sync.
  disk_->hold_call(call);
  hear(first, expected, writer_->decide(first));
  if (verdict_.ok()) {
    disk_->await_held();
    verdict_.require(Checker::reader, writer_->durable() == before,
                     "the writer calls record " + std::to_string(writer_->durable().seq) +
                         " durable, whose group is not synced yet");
    auto reader = open_local_reader(*disk_, "log");
    verdict_.require(Checker::reader, reader.has_value() && (*reader)->durable() == before,
                     "a reader beside the writer shows what is not synced yet");
    const std::size_t others = 1 + dice_.below(3);
    for (std::size_t i = 0; i < others && verdict_.ok(); ++i) {
      Submissions more = some_submissions();
      if (plan_.faults.has(Fault::duplicate) && dice_.chance(40)) more.push_back(first.front());
      hear(more, expect(more), writer_->decide(more));
    }
    count(result_.faults, Fault::racing);
  }
  disk_->release();
  verdict_.require(Checker::failure, writer_->settle());
}

/// The disk may fail on the way: then nobody is told that anything was taken, and nothing is taken any more.
void LocalWorld::submit_to_failing_disk() {
  const Submissions batch = some_submissions();
  if (batch.empty()) return;
  const Decisions before = decisions_;
  const auto expected = expect(batch);
  const Receipts receipts = writer_->submit(batch);
  note("submits " + std::to_string(batch.size()) + (all_failed(receipts) ? ", and fails" : ""));
  if (!all_failed(receipts)) {
    hear(batch, expected, receipts);
    if (!awaited_.empty()) acked_ = last().seq + awaited_.size();
  }
  if (!disk_->failed()) {
    return void(verdict_.require(Checker::outcome, !all_failed(receipts), "the disk is well, and nothing is taken"));
  }
  decisions_ = before;
  in_doubt_ = true;
  if (!all_failed(receipts)) return;
  const Receipts later = writer_->submit({workload_.unheard()});
  verdict_.require(Checker::failure, all_failed(later),
                   "the disk has failed, and a submission is acknowledged all the same");
}

}  // namespace lotledger::tests

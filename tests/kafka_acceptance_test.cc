// tests/kafka_acceptance_test.cc - the rule of acceptance, case by case.
#include "engine/kafka/acceptance.h"

#include "tests/support/log_records.h"

#include <doctest/doctest.h>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::engine::kafka;

namespace {

Digest leaf(std::uint8_t value) {
  Digest digest;
  digest.bytes.fill(value);
  return digest;
}

engine::RecordHeader header(Seq seq, Digest previous, Epoch epoch, std::uint32_t flags = 0) {
  engine::RecordHeader made;
  made.ledger = test_ledger();
  made.seq = seq;
  made.previous_leaf = previous;
  made.epoch = epoch.number;
  made.writer = epoch.writer;
  made.flags = flags;
  return made;
}

std::string verdict(const Accepted& state, const engine::RecordHeader& record) {
  const auto skip = judge(state, record);
  return skip ? std::string(name_of(*skip)) : "accepted";
}

}  // namespace

TEST_CASE("kafka: a message is a record of the ledger by seq, previous leaf and epoch, and nothing else") {
  const Accepted state{test_ledger(), {7, leaf(7)}, {3, 30}};
  constexpr auto k_opens = engine::k_flag_opens_epoch;
  struct Row {
    std::string_view name;
    engine::RecordHeader record;
    std::string_view expected;
  };
  engine::RecordHeader stranger = header(8, leaf(7), {3, 30});
  stranger.ledger.bytes[0] ^= 1;
  const Row rows[] = {
      {"the next one", header(8, leaf(7), {3, 30}), "accepted"},
      {"the same seq again", header(7, leaf(6), {3, 30}), "not_next"},
      {"one too far", header(9, leaf(7), {3, 30}), "not_next"},
      {"on another record", header(8, leaf(8), {3, 30}), "not_next"},
      {"of another writer", header(8, leaf(7), {3, 31}), "foreign_writer"},
      {"of an older epoch", header(8, leaf(7), {2, 30}), "old_epoch"},
      {"of a newer epoch that nobody opened", header(8, leaf(7), {4, 30}), "foreign_writer"},
      {"opens a newer epoch", header(8, leaf(7), {4, 40}, k_opens), "accepted"},
      {"opens a much newer epoch", header(8, leaf(7), {400, 40}, k_opens), "accepted"},
      {"opens the same number", header(8, leaf(7), {3, 31}, k_opens), "foreign_writer"},
      {"opens an older number", header(8, leaf(7), {2, 31}, k_opens), "old_epoch"},
      {"opens a newer epoch too late", header(7, leaf(6), {4, 40}, k_opens), "not_next"},
      {"of another ledger", stranger, "other_ledger"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(verdict(state, row.record) == row.expected);
  }
}

TEST_CASE("kafka: record 0 stands on nothing and sets the first epoch") {
  Accepted state{test_ledger(), {}, {}};
  CHECK(verdict(state, header(0, leaf(1), {1, 5})) == "not_next");
  CHECK(verdict(state, header(1, {}, {1, 5})) == "not_next");
  const auto first = header(0, {}, {1, 5});
  CHECK(verdict(state, first) == "accepted");
  accept(state, first, leaf(9));
  CHECK(state.head == Head{0, leaf(9)});
  CHECK(state.epoch == Epoch{1, 5});
}

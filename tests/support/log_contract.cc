// tests/support/log_contract.cc - the contract of engine/log/log.h as tests.
#include "tests/support/log_contract.h"

#include "tests/support/log_records.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace lotledger::tests {

using engine::Log;
using engine::LogReader;
using engine::StoredRecord;

namespace {
using Make = std::function<std::unique_ptr<LogUnderTest>()>;

void append_and_sync(Log& log, const std::vector<StoredRecord>& records) {
  require_ok(log.append(records));
  require_ok(engine::sync_all(log));
}

Head head_of(const StoredRecord& record) {
  return {record.seq(), record.leaf()};
}

void an_empty_ledger_has_no_head(const Make& make) {
  const auto made = make();
  CHECK(made->log().ledger() == test_ledger());
  CHECK(made->log().tail() == Head{});
  CHECK(made->log().durable() == Head{});
  CHECK(all_records(made->log()).empty());
  CHECK(made->log().at(0).error().code == ErrorCode::not_found);
  require_ok(made->log().sync());
  CHECK(made->reader()->durable() == Head{});
}

void records_are_readable_once_durable(const Make& make) {
  const auto made = make();
  const auto chain = make_chain({}, 20);
  require_ok(made->log().append(chain));
  CHECK(made->log().tail() == head_of(chain.back()));
  CHECK(made->log().durable() == Head{});
  CHECK(all_records(made->log()).empty());
  CHECK(made->log().at(3).error().code == ErrorCode::not_found);
  require_ok(engine::sync_all(made->log()));
  CHECK(made->log().durable() == head_of(chain.back()));
  const auto found = all_records(made->log());
  CHECK(found.size() == chain.size());
  CHECK(is_prefix(found, chain));
}

void groups_under_way_become_durable_in_order(const Make& make) {
  const auto made = make();
  const auto chain = make_chain({}, 30);
  for (std::size_t i = 0; i < chain.size(); i += 10) {
    const auto begin = chain.begin() + static_cast<std::ptrdiff_t>(i);
    require_ok(made->log().append(std::vector(begin, begin + 10)));
  }
  while (made->log().durable() != made->log().tail()) {
    const Seq before = made->log().durable().seq;
    require_ok(made->log().sync());
    REQUIRE(made->log().durable().seq + 1 > before + 1);  // k_no_seq is one before record 0.
    const auto found = all_records(made->log());
    CHECK(found.size() == made->log().durable().seq + 1);
    CHECK(is_prefix(found, chain));
  }
  CHECK(made->log().durable() == head_of(chain.back()));
}

void every_record_is_found_by_seq(const Make& make) {
  const auto made = make();
  const auto chain = make_chain({}, 40);
  append_and_sync(made->log(), {chain.begin(), chain.begin() + 13});
  append_and_sync(made->log(), {chain.begin() + 13, chain.end()});
  for (const StoredRecord& record : chain) {
    const auto found = made->log().at(record.seq());
    REQUIRE_MESSAGE(found.has_value(), found.error().message);
    CHECK(same(*found, record));
    CHECK(reinterpret_cast<std::uintptr_t>(found->body().data()) % 16 == 0);
  }
  CHECK(made->log().at(40).error().code == ErrorCode::not_found);
}

void reading_a_range_visits_exactly_it(const Make& make) {
  const auto made = make();
  const auto chain = make_chain({}, 30);
  append_and_sync(made->log(), chain);
  struct Row {
    std::string_view name;
    Seq first, last, visited_first;
    std::size_t visited;
  };
  constexpr Row rows[] = {{"all", 0, 29, 0, 30},
                          {"clipped to durable", 25, 1'000, 25, 5},
                          {"one", 7, 7, 7, 1},
                          {"no end given", 3, k_no_seq, 3, 27},
                          {"behind the end", 30, 40, 0, 0},
                          {"last below first", 9, 8, 0, 0}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    std::vector<Seq> visited;
    require_ok(made->log().read(row.first, row.last, [&](const StoredRecord& record) {
      CHECK(same(record, chain[record.seq()]));
      CHECK(reinterpret_cast<std::uintptr_t>(record.body().data()) % 16 == 0);
      visited.push_back(record.seq());
      return true;
    }));
    CHECK(visited.size() == row.visited);
    if (!visited.empty()) CHECK(visited.front() == row.visited_first);
    CHECK(std::ranges::is_sorted(visited));
  }
}

void a_visitor_ends_the_reading(const Make& make) {
  const auto made = make();
  append_and_sync(made->log(), make_chain({}, 30));
  std::size_t visits = 0;
  require_ok(made->log().read(0, 29, [&](const StoredRecord&) { return ++visits < 4; }));
  CHECK(visits == 4);
}

void a_kept_record_outlives_reading_and_log(const Make& make) {
  auto made = make();
  const auto chain = make_chain({}, 12);
  append_and_sync(made->log(), chain);
  const auto kept = all_records(made->log());
  made.reset();
  CHECK(kept.size() == chain.size());
  CHECK(is_prefix(kept, chain));
}

void reopening_continues_where_it_ended(const Make& make) {
  const auto made = make();
  const auto chain = make_chain({}, 50);
  for (std::size_t i = 0; i < chain.size(); i += 10) {
    append_and_sync(made->log(), {chain.begin() + static_cast<std::ptrdiff_t>(i),
                                  chain.begin() + static_cast<std::ptrdiff_t>(i) + 10});
    made->reopen();
    CHECK(made->log().tail() == head_of(chain[i + 9]));
    CHECK(made->log().durable() == made->log().tail());
    CHECK(made->log().ledger() == test_ledger());
  }
  const auto found = all_records(made->log());
  CHECK(found.size() == chain.size());
  CHECK(is_prefix(found, chain));
}

void a_reader_stands_at_its_opening(const Make& make) {
  const auto made = make();
  const auto chain = make_chain({}, 45);
  append_and_sync(made->log(), {chain.begin(), chain.begin() + 15});
  const auto reader = made->reader();
  append_and_sync(made->log(), {chain.begin() + 15, chain.end()});
  CHECK(reader->ledger() == test_ledger());
  CHECK(reader->durable() == head_of(chain[14]));
  CHECK(all_records(*reader).size() == 15);
  CHECK(reader->at(15).error().code == ErrorCode::not_found);
  CHECK(same(value_of(reader->at(14)), chain[14]));
  CHECK(made->reader()->durable() == head_of(chain.back()));
}

void large_bodies_pass(const Make& make) {
  const auto made = make();
  std::vector<StoredRecord> chain;
  Head last;
  for (const std::size_t size : {std::size_t{0}, engine::k_body_bytes_max, std::size_t{1}, std::size_t{1} << 20}) {
    chain.push_back(make_next(last, size));
    last = head_of(chain.back());
  }
  append_and_sync(made->log(), chain);
  const auto found = all_records(made->log());
  CHECK(found.size() == chain.size());
  CHECK(is_prefix(found, chain));
  for (const StoredRecord& record : chain) CHECK(same(value_of(made->log().at(record.seq())), record));
}
}  // namespace

void check_log_contract(const Make& make) {
  SUBCASE("an empty ledger has no head") {
    an_empty_ledger_has_no_head(make);
  }
  SUBCASE("records are readable once durable") {
    records_are_readable_once_durable(make);
  }
  SUBCASE("groups under way become durable in order") {
    groups_under_way_become_durable_in_order(make);
  }
  SUBCASE("every record is found by seq") {
    every_record_is_found_by_seq(make);
  }
  SUBCASE("reading a range visits exactly it") {
    reading_a_range_visits_exactly_it(make);
  }
  SUBCASE("a visitor ends the reading") {
    a_visitor_ends_the_reading(make);
  }
  SUBCASE("a kept record outlives reading and log") {
    a_kept_record_outlives_reading_and_log(make);
  }
  SUBCASE("reopening continues where it ended") {
    reopening_continues_where_it_ended(make);
  }
  SUBCASE("a reader stands at its opening") {
    a_reader_stands_at_its_opening(make);
  }
  SUBCASE("large bodies pass") {
    large_bodies_pass(make);
  }
}

}  // namespace lotledger::tests

// tests/live_fold_test.cc - folding live, in pieces and at once gives one and the same content. Stores in memory.
#include "projections/runner.h"

#include "tests/support/histories.h"
#include "tests/support/records.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

void must(const Result<void>& done) {
  REQUIRE_MESSAGE(done.has_value(), done.error().message);
}

/// A store in memory that outlives whoever folds into it, and that cannot be sealed with more than some records.
class SharedStore final : public Store {
 public:
  explicit SharedStore(std::shared_ptr<Store> store, std::uint64_t records_max = k_no_seq)
      : store_(std::move(store)), records_max_(records_max) {}
  bool get(std::string_view key, std::string& found) const override { return store_->get(key, found); }
  void scan(std::string_view first, std::string_view last, const EntryVisitor& visit) const override {
    store_->scan(first, last, visit);
  }
  StorePosition position() const override { return store_->position(); }
  StoreDigest digest() const override { return store_->digest(); }
  Result<void> failure() const override { return failed_; }
  void put(std::string_view key, std::string_view put_value) override { store_->put(key, put_value); }
  void insert(std::string_view key, std::string_view put_value) override { store_->insert(key, put_value); }
  void append(std::string_view key, std::string_view put_value) override { store_->append(key, put_value); }
  void erase(std::string_view key) override { store_->erase(key); }
  void advance(const Head& head) override { store_->advance(head); }
  std::size_t delta_bytes() const override { return store_->delta_bytes(); }
  Result<void> seal() override {
    const std::uint64_t records = position().head.seq + 1;  // Before the first: k_no_seq + 1, which is 0.
    if (records > records_max_) failed_ = fail(ErrorCode::io, "the disk is full, time " + std::to_string(++failures_));
    return failed_;
  }
  Result<void> flush() override { return seal(); }
  Result<void> settle() override { return seal(); }

 private:
  std::shared_ptr<Store> store_;
  std::uint64_t records_max_;
  int failures_ = 0;
  Result<void> failed_;
};

}  // namespace

TEST_CASE("live fold: live folding equals a replay, for every projection") {
  CHECK(rc::check("live == replay", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    std::vector<Folded> live;
    std::vector<std::shared_ptr<Store>> stores;
    for (auto& projection : all_projections()) {
      stores.push_back(memory_store(projection->fold_version()));
      live.push_back({std::move(projection), std::make_unique<SharedStore>(stores.back())});
    }
    {
      LiveFold fold(std::move(live));
      feed_in_pieces(fold, *log, 0, [](std::size_t below) { return *rc::gen::inRange<std::size_t>(0, below); });
    }
    const auto all = all_projections();
    for (std::size_t i = 0; i < all.size(); ++i) {
      RC_ASSERT(stores[i]->position().head == log->durable());
      RC_ASSERT(stores[i]->digest() == replay_digest(*all[i], *log, k_no_seq).value());
    }
  }));
}

TEST_CASE("live fold: a fold in any pieces gives the same") {
  CHECK(rc::check("any batches", [](const std::vector<Step>& steps) {
    const auto log = history(steps);
    for (auto& projection : all_projections()) {
      const auto store = memory_store(projection->fold_version());
      for (const std::uint8_t last : *rc::gen::arbitrary<std::vector<std::uint8_t>>()) {
        must(catch_up(*projection, *store, *log, last));
        must(store->seal());
      }
      must(catch_up(*projection, *store, *log, k_no_seq));
      RC_ASSERT(store->digest() == folded(*projection, *log)->digest());
    }
  }));
}

TEST_CASE("live fold: what a fold remembers of one log reaches no other") {
  CHECK(rc::check("same object, another store", [](const std::vector<Step>& steps, const std::vector<Step>& others) {
    const auto one = history(steps);
    const auto two = history(others);
    for (auto& projection : all_projections()) {
      const Digest first = folded(*projection, *one)->digest();
      RC_ASSERT(folded(*projection, *two)->digest() == folded(*projection_named(projection->name()), *two)->digest());
      RC_ASSERT(folded(*projection, *one)->digest() == first);
    }
  }));
}

TEST_CASE("live fold: closing folds what waits and tells the first failure") {
  struct Row {
    std::string_view name;
    std::uint64_t records_max;
    bool good;
  };
  constexpr Row rows[] = {{"room for all", 20, true}, {"room for all but one", 19, false}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    VectorLog log;
    for (int i = 0; i < 20; ++i) {
      append(log, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("A/1")}}}, "e" + std::to_string(i)));
    }
    const std::shared_ptr<Store> store = memory_store(1);
    std::vector<Folded> live;
    live.push_back({projection_named("batch_record"), std::make_unique<SharedStore>(store, row.records_max)});
    LiveFold fold(std::move(live));
    fold.feed(log.records);
    const auto closed = fold.close();
    CHECK(store->position().head == log.durable());
    REQUIRE(closed.has_value() == row.good);
    if (!row.good) CHECK(closed.error().message == "the disk is full, time 1");
    CHECK(fold.close().has_value() == row.good);
  }
}

TEST_CASE("live fold: the first failure of a live store stays, and feeding never blocks on it") {
  VectorLog log;
  for (int i = 0; i < 30; ++i) {
    append(log, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("A/1")}}}, "e" + std::to_string(i)));
  }
  const auto slice = [&log](std::ptrdiff_t first, std::ptrdiff_t last) {
    return std::vector<engine::StoredRecord>(log.records.begin() + first, log.records.begin() + last);
  };
  std::vector<Folded> live;
  live.push_back({projection_named("batch_record"), std::make_unique<SharedStore>(memory_store(1), 10)});
  live.push_back({projection_named("search"), memory_store(1)});
  LiveFold fold(std::move(live));
  fold.feed(slice(0, 10));
  must(fold.flush());
  fold.feed(slice(10, 20));
  const auto first = fold.flush();
  REQUIRE_FALSE(first.has_value());
  CHECK(first.error().code == ErrorCode::io);
  fold.feed(slice(20, 30));
  const auto second = fold.flush();
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().message == first.error().message);
}

// tests/runner_test.cc - stores on disk: caught up, rebuilt, damaged, read beside a writer; one and the same content
// each time.
#include "projections/runner.h"
#include "projections/open_all.h"
#include "projections/rebuild.h"

#include "projections/batch_record.h"
#include "projections/search.h"
#include "tests/store_fixture.h"
#include "tests/support/histories.h"
#include "tests/support/records.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

using namespace lotledger;
using namespace lotledger::tests;
using namespace lotledger::projections;

namespace {

template <typename T>
T value(Result<T> result) {
  if (!result.has_value()) FAIL(result.error().message);
  return std::move(*result);
}

std::unique_ptr<Projection> model() {
  return projection_named("batch_record");
}

/// A plain history of `count` receipts.
void grow(VectorLog& log, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = "e" + std::to_string(log.records.size());
    append(log, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("A/" + id)}}}, id));
  }
}

StoreDigest replayed(engine::LogReader& log, Seq last = k_no_seq) {
  const auto projection = model();
  return value(replay_digest(*projection, log, last));
}

/// Folds `log` into the store on disk, flushes and closes it.
void fold_to_disk(const TempFolder& folder, engine::LogReader& log) {
  auto opened = value(open_for_folding(model(), folder.path("stores"), log));
  must(opened.store->flush());
}

/// Receipts under 100 documents, whose ids fill a block each; two calls name the same documents.
void grow_documents(VectorLog& log) {
  for (int i = 0; i < 100; ++i) {
    Context context;
    std::string id = std::to_string(i);
    while (id.size() < 3000) id += sha256(id).hex();
    context.documents.push_back({"po", std::move(id)});
    const std::string event_id = "e" + std::to_string(log.records.size());
    append(log, fact(event_id, minute(0), {engine::WarehouseEvent{engine::UnitsReceived{{amount("A/1")}}}},
                     std::move(context))
                    .body);
  }
}

/// Overwrites some bytes in the middle of every large table file of the stores; opening does not read there.
std::size_t damage_store(const TempFolder& folder) {
  std::size_t damaged = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path("stores"))) {
    if (entry.path().extension() != ".sst" || entry.file_size() < 100'000) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.write("damaged damaged damaged", 23);
    ++damaged;
  }
  return damaged;
}

/// The first `count` records of `log`.
void copy_first(const VectorLog& log, std::size_t count, VectorLog& to) {
  to.records.assign(log.records.begin(), log.records.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

TEST_CASE("runner: the projections of this program, by name") {
  const auto all = all_projections();
  std::vector<std::string> names;
  for (const auto& projection : all) names.emplace_back(projection->name());
  CHECK(names == std::vector<std::string>{"facts", "genealogy", "batch_record", "audit_trail", "search"});
  for (const std::string& name : names) CHECK(projection_named(name)->name() == name);
  CHECK(projection_named("batch") == nullptr);
  CHECK(projection_named("") == nullptr);
}

TEST_CASE("runner: a body is folded only when this program can read all of it") {
  VectorLog log;
  append(log, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("A/1")}}}, "e"));
  append_unreadable(log);
  append_bytes(log, {});
  ByteVector cut(log.records[0].body().begin(), log.records[0].body().end());
  cut.resize(cut.size() / 2);
  append_bytes(log, cut);
  append_bytes(log, log.records[0].body(), engine::k_schema_version + 1);
  CHECK(body_to_fold(log.records[0]) != nullptr);
  for (std::size_t seq = 1; seq < log.records.size(); ++seq) {
    CAPTURE(seq);
    CHECK(body_to_fold(log.records[seq]) == nullptr);
  }
}

TEST_CASE("runner: a store belongs to the log whose records it is a fold of") {
  VectorLog log;
  VectorLog other;
  grow(log, 5);
  append(other, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("B/1")}}}, "other"));
  grow(other, 4);
  BatchRecordProjection projection;
  const auto store = folded(projection, log);
  CHECK(value(belongs_to(*store, log)));
  CHECK_FALSE(value(belongs_to(*store, other)));
  LogPrefix shorter(log, 3);
  CHECK_FALSE(value(belongs_to(*store, shorter)));
  VectorLog empty;
  CHECK_FALSE(value(belongs_to(*store, empty)));
  const auto fresh = memory_store(1);
  CHECK(value(belongs_to(*fresh, empty)));
  CHECK(value(belongs_to(*fresh, log)));
}

TEST_CASE("runner: catching up stops at the wanted record, or at the durable end") {
  VectorLog log;
  grow(log, 10);
  struct Row {
    Seq last;
    Seq expected;
  };
  const Row rows[] = {{0, 0}, {8, 8}, {9, 9}, {10, 9}, {k_no_seq, 9}};
  for (const Row& row : rows) {
    CAPTURE(row.last);
    BatchRecordProjection projection;
    const auto store = memory_store(1);
    std::vector<Seq> told;
    must(catch_up(projection, *store, log, row.last, [&told](Seq seq) { told.push_back(seq); }));
    CHECK(store->position().head.seq == row.expected);
    CHECK(store->digest() == replayed(log, row.expected));
    CHECK(told == std::vector<Seq>{row.expected});
    must(catch_up(projection, *store, log, row.expected));
    CHECK(store->position().head.seq == row.expected);
  }
}

TEST_CASE("runner: nothing is folded on top of another history") {
  VectorLog log;
  VectorLog other;
  grow(log, 3);
  append(other, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("B/1")}}}, "other"));
  grow(other, 5);
  BatchRecordProjection projection;
  const auto store = folded(projection, log);
  const StoreDigest before = store->digest();
  const auto caught_up = catch_up(projection, *store, other, k_no_seq);
  REQUIRE_FALSE(caught_up.has_value());
  CHECK(caught_up.error().code == ErrorCode::conflict);
  CHECK(store->digest() == before);
}

TEST_CASE("runner: an empty log folds to an empty store, everywhere") {
  const TempFolder folder;
  VectorLog empty;
  const auto folding = value(open_for_folding(model(), folder.path("stores"), empty));
  CHECK(folding.store->position().head == Head{});
  CHECK(folding.store->digest() == StoreDigest{});
  const auto reading = value(open_for_reading(model(), folder.path("none"), empty, k_no_seq));
  CHECK(reading.store->position().head == Head{});
  CHECK(replayed(empty) == StoreDigest{});
}

TEST_CASE("runner: folding goes on where it stopped") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 20);
  fold_to_disk(folder, log);
  grow(log, 10);
  std::vector<Seq> told;
  const auto opened =
      value(open_for_folding(model(), folder.path("stores"), log, [&told](Seq seq) { told.push_back(seq); }));
  CHECK(opened.store->position().head == log.durable());
  CHECK(opened.store->digest() == replayed(log));
  CHECK(told == std::vector<Seq>{29});
}

TEST_CASE("runner: a store of another history, or ahead of the log, is folded anew") {
  const TempFolder folder;
  VectorLog log;
  VectorLog other;
  append(other, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("B/1")}}}, "other"));
  grow(other, 20);
  grow(log, 30);
  LogPrefix shorter(log, 9);
  fold_to_disk(folder, other);
  for (engine::LogReader* reader : std::initializer_list<engine::LogReader*>{&log, &shorter}) {
    const auto opened = value(open_for_folding(model(), folder.path("stores"), *reader));
    CHECK(opened.store->position().head == reader->durable());
    CHECK(opened.store->digest() == replayed(*reader));
  }
}

TEST_CASE("runner: a store found damaged while catching up is folded anew, and readers do without it") {
  const TempFolder folder;
  VectorLog log;
  grow_documents(log);
  must(value(open_for_folding(projection_named("search"), folder.path("stores"), log)).store->flush());
  REQUIRE(damage_store(folder) == 1);
  {
    const auto damaged =
        must(StoreFolder(folder.path("stores/search")).open_secondary(projection_named("search")->fold_version()));
    CHECK(find_text(*damaged, "e").size() < 100);
    CHECK(damaged->failure().error().code == ErrorCode::corrupt);
  }
  // Search looks up each document that it meets, and so comes upon the damage.
  grow_documents(log);
  const auto projection = projection_named("search");
  const StoreDigest expected = value(replay_digest(*projection, log, k_no_seq));
  const auto reading = value(open_for_reading(projection_named("search"), folder.path("stores"), log, k_no_seq));
  CHECK(reading.store->digest() == expected);
  must(reading.store->failure());
  const auto folding = value(open_for_folding(projection_named("search"), folder.path("stores"), log));
  CHECK(folding.store->digest() == expected);
  CHECK(folding.store->position().head == log.durable());
  must(folding.store->failure());
}

TEST_CASE("runner: a store whose files are no database is folded anew") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 10);
  fold_to_disk(folder, log);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path("stores"))) {
    if (entry.is_regular_file() && entry.path().filename() != "current") std::filesystem::resize_file(entry.path(), 0);
  }
  const auto reading = value(open_for_reading(model(), folder.path("stores"), log, k_no_seq));
  CHECK(reading.store->digest() == replayed(log));
  const auto folding = value(open_for_folding(model(), folder.path("stores"), log));
  CHECK(folding.store->digest() == replayed(log));
  CHECK(folding.store->position().head == log.durable());
}

TEST_CASE("runner: a reader stands exactly at its target, with and without a store behind it") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 30);
  LogPrefix earlier(log, 9);
  fold_to_disk(folder, earlier);
  struct Row {
    std::string_view name;
    std::string_view stores;
    Seq target;
  };
  const Row rows[] = {
      {"at the store's position", "stores", 9},
      {"one past it", "stores", 10},
      {"at the end", "stores", 29},
      {"without a store", "none", 17},
      {"without a store, at the first record", "none", 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const auto reading = value(open_for_reading(model(), folder.path(row.stores), log, row.target));
    CHECK(reading.store->position().head.seq == row.target);
    CHECK(reading.store->digest() == replayed(log, row.target));
  }
  CHECK_FALSE(std::filesystem::exists(folder.path("none")));
}

TEST_CASE("runner: a store past the target is taken if the log can vouch for it") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 30);
  fold_to_disk(folder, log);

  SUBCASE("the log shows the store's position: the reader stands there") {
    const auto reading = value(open_for_reading(model(), folder.path("stores"), log, 20));
    CHECK(reading.store->position().head.seq == 29);
    TimeFilter known;
    known.known_at = 20;
    CHECK(history_of(*reading.store, unit("A/e21").key, known).empty());
    CHECK(history_of(*reading.store, unit("A/e20").key, known).size() == 1);
  }
  SUBCASE("the log ends before it: the reader folds for itself") {
    LogPrefix view(log, 20);
    const auto reading = value(open_for_reading(model(), folder.path("stores"), view, 20));
    CHECK(reading.store->position().head.seq == 20);
    CHECK(reading.store->digest() == replayed(log, 20));
  }
  SUBCASE("the log opened anew shows it: the reader stands there") {
    LogPrefix view(log, 20);
    int opened = 0;
    const OpenLog reopen = [&]() -> Result<std::unique_ptr<engine::LogReader>> {
      ++opened;
      return std::make_unique<LogPrefix>(log, k_no_seq);
    };
    const auto reading = value(open_for_reading(model(), folder.path("stores"), LogView{view, 20, reopen}));
    CHECK(opened == 1);
    CHECK(reading.store->position().head.seq == 29);
  }
  SUBCASE("even the log opened anew does not show it: the reader folds for itself") {
    LogPrefix view(log, 20);
    const OpenLog reopen = [&]() -> Result<std::unique_ptr<engine::LogReader>> {
      return std::make_unique<LogPrefix>(log, 25);
    };
    const auto reading = value(open_for_reading(model(), folder.path("stores"), LogView{view, 20, reopen}));
    CHECK(reading.store->position().head.seq == 20);
    CHECK(reading.store->digest() == replayed(log, 20));
  }
  SUBCASE("the store is of another history: the reader folds for itself") {
    VectorLog other;
    append(other, body_with(engine::WarehouseEvent{engine::UnitsReceived{{amount("B/1")}}}, "other"));
    grow(other, 40);
    const auto reading = value(open_for_reading(model(), folder.path("stores"), other, k_no_seq));
    CHECK(reading.store->position().head == other.durable());
    CHECK(reading.store->digest() == replayed(other));
  }
}

TEST_CASE("runner: a rebuild replaces the store and gives the digest of a replay") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 20);
  fold_to_disk(folder, log);
  grow(log, 5);
  const auto projection = model();
  CHECK(value(rebuild(*projection, folder.path("stores"), log)) == replayed(log));
  const auto opened = value(open_for_folding(model(), folder.path("stores"), log));
  CHECK(opened.store->position().head == log.durable());
  CHECK(opened.store->digest() == replayed(log));
}

TEST_CASE("runner: models rebuilt at once have the digests that each has alone") {
  struct Row {
    std::string_view name;
    std::size_t records;
  };
  constexpr Row rows[] = {
      {"an empty log", 0}, {"less than a batch", 20}, {"a whole batch", 1024}, {"and one more", 1025}};
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const TempFolder folder;
    VectorLog log;
    grow(log, row.records);
    const auto all = all_projections();
    const auto digests = value(rebuild_all(all, folder.path("stores"), log));
    REQUIRE(digests.size() == all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(all[i]->name());
      CHECK(digests[i] == value(replay_digest(*all[i], log, k_no_seq)));
      const auto opened =
          value(open_for_reading(projection_named(all[i]->name()), folder.path("stores"), log, k_no_seq));
      CHECK(opened.store->position().head == log.durable());
      CHECK(opened.store->digest() == digests[i]);
    }
  }
}

TEST_CASE("runner: a rebuild of several that fails leaves all stores as they were") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 20);
  fold_to_disk(folder, log);
  std::filesystem::remove_all(folder.path("stores/search"));
  std::ofstream(folder.path("stores/search")) << "no folder";
  CHECK_FALSE(rebuild_all(all_projections(), folder.path("stores"), log).has_value());
  CHECK(value(open_for_reading(model(), folder.path("stores"), log, k_no_seq)).store->digest() == replayed(log));
}

TEST_CASE("runner: models are not rebuilt from a log in which a record is missing") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 20);
  fold_to_disk(folder, log);
  VectorLog gap;
  gap.records = log.records;
  gap.records.erase(gap.records.begin() + 7);
  const auto rebuilt = rebuild_all(all_projections(), folder.path("stores"), gap);
  REQUIRE_FALSE(rebuilt.has_value());
  CHECK(rebuilt.error().code == ErrorCode::conflict);
  CHECK(value(open_for_folding(model(), folder.path("stores"), log)).store->digest() == replayed(log));
}

TEST_CASE("runner: stores on disk, caught up, folded live and opened again, hold what a replay holds") {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto choose = [&random](std::size_t below) { return random() % below; };
    std::vector<Step> steps(60 + choose(60));
    for (Step& step : steps) std::ranges::generate(step, [&] { return static_cast<std::uint8_t>(choose(256)); });
    const auto log = history(steps);
    const std::size_t before = choose(log->records.size() + 1);
    VectorLog earlier;
    copy_first(*log, before, earlier);
    const TempFolder folder;
    {
      std::vector<Folded> live;
      for (auto& projection : all_projections())
        live.push_back(value(open_for_folding(std::move(projection), folder.path("stores"), earlier)));
      LiveFold fold(std::move(live));
      feed_in_pieces(fold, *log, before, choose);
    }
    for (auto& projection : all_projections()) {
      const auto expected = folded(*projection, *log);
      const auto opened = value(open_for_folding(std::move(projection), folder.path("stores"), *log));
      CHECK(opened.store->position() == expected->position());
      CHECK(opened.store->digest() == expected->digest());
      CHECK(scanned(*opened.store) == scanned(*expected));
    }
  }
}

TEST_CASE("runner: what is flushed is what readers see") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 50);
  VectorLog nothing;
  std::vector<Folded> live;
  for (auto& projection : all_projections())
    live.push_back(value(open_for_folding(std::move(projection), folder.path("stores"), nothing)));
  LiveFold fold(std::move(live));
  fold.feed(log.records);
  must(fold.flush());
  for (auto& projection : all_projections()) {
    const std::string name(projection->name());
    CAPTURE(name);
    const auto secondary =
        must(StoreFolder(folder.path("stores") + "/" + name).open_secondary(projection->fold_version()));
    CHECK(secondary->position().head == log.durable());
    CHECK(secondary->digest() == value(replay_digest(*projection, log, k_no_seq)));
  }
}

TEST_CASE("runner: models opened at once stand where each alone would, and fail as the first of them") {
  const TempFolder folder;
  VectorLog log;
  grow(log, 30);
  fold_to_disk(folder, log);
  grow(log, 30);
  {
    const auto all = value(open_all_for_folding(all_projections(), folder.path("stores"), log));
    const auto names = all_projections();
    REQUIRE(all.size() == names.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(names[i]->name());
      CHECK(all[i].projection->name() == names[i]->name());
      CHECK(all[i].store->position().head == log.durable());
      CHECK(all[i].store->digest() == value(replay_digest(*names[i], log, k_no_seq)));
    }
  }
  for (const std::string_view name : {"search", "genealogy"}) {
    std::filesystem::remove_all(folder.path("stores/" + std::string(name)));
    std::ofstream(folder.path("stores/" + std::string(name))) << "no folder";
    const auto failed = open_all_for_folding(all_projections(), folder.path("stores"), log);
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().message.find("stores/" + std::string(name)) != std::string::npos);
  }
}

namespace {

/// Table files of all stores.
std::size_t tables(const TempFolder& folder) {
  const std::filesystem::recursive_directory_iterator files(folder.path("stores"));
  return static_cast<std::size_t>(
      std::count_if(begin(files), end(files), [](const auto& entry) { return entry.path().extension() == ".sst"; }));
}

}  // namespace

TEST_CASE("runner: sessions of few records leave no files behind, and lose nothing") {
  const TempFolder folder;
  VectorLog log;
  std::size_t before = 0;
  for (std::size_t session = 0; session < 12; ++session) {
    LiveFold fold(value(open_all_for_folding(all_projections(), folder.path("stores"), log)));
    const auto from = static_cast<std::ptrdiff_t>(log.records.size());
    grow(log, 3);
    fold.feed({log.records.begin() + from, log.records.end()});
    must(fold.close());
    if (session == 0) before = tables(folder);
  }
  CHECK(tables(folder) == before);
  for (const Folded& folded : value(open_all_for_folding(all_projections(), folder.path("stores"), log)))
    CHECK(folded.store->digest() == value(replay_digest(*folded.projection, log, k_no_seq)));
}

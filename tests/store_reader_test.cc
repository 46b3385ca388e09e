// tests/store_reader_test.cc - reading beside a folding store: one flushed state, a private delta, no traces left.
#include "tests/store_fixture.h"

#include <rocksdb/perf_context.h>

#include <atomic>
#include <set>
#include <thread>

namespace lotledger::tests {
using namespace projections;

namespace {
std::set<std::string> files_under(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) names.insert(entry.path().string());
  return names;
}
/// Entries that tell the seq up to which they were folded: one per seq, and one rewritten by every seq.
void fold(Store& store, Seq seq, std::size_t value_bytes) {
  std::string key = "seq ";
  append_be64(key, seq);
  store.insert(key, std::string(value_bytes, static_cast<char>('a' + seq % 26)));
  store.put("last", std::to_string(seq));
  store.advance(head_at(seq));
}
}  // namespace

TEST_CASE("store reader: sees what was flushed, with the writer alive, and goes on seeing just that") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  const auto writer = must(folder.open(1));
  const auto empty = must(folder.open_secondary(1));
  CHECK(scanned(*empty).empty());
  CHECK(empty->position() == StorePosition{{}, 1});
  fold(*writer, 0, 10);
  must(writer->flush());
  const auto reader = must(folder.open_secondary(1));
  const Entries flushed = scanned(*writer);
  fold(*writer, 1, 10);
  must(writer->flush());
  CHECK(scanned(*reader) == flushed);
  CHECK(reader->position().head == head_at(0));
  CHECK(reader->digest() == digest_of(flushed));
  CHECK(scanned(*empty).empty());
}

TEST_CASE("store reader: sees everything after a clean close") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  {
    const auto writer = must(folder.open(1));
    for (Seq seq = 0; seq < 100; ++seq) fold(*writer, seq, 100);
    must(writer->flush());
  }
  const auto reader = must(folder.open_secondary(1));
  CHECK(reader->position().head == head_at(99));
  CHECK(scanned(*reader).size() == 101);
}

TEST_CASE("store: a walk that finds nothing looks at nothing behind its end") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  const auto store = must(folder.open(1));
  const auto all = [&](Seq seq, auto&& change) {
    for (Seq number = 0; number < 1000; ++number) change("c" + std::to_string(number));
    store->advance(head_at(seq));
    must(store->flush());
  };
  all(0, [&](const std::string& key) { store->put(key, "1"); });
  all(1, [&](const std::string& key) { store->erase(key); });
  all(2, [&](const std::string& key) { store->put("d" + key, "2"); });
  const auto skipped = [&](const std::string& first, const std::string& last) {
    rocksdb::get_perf_context()->Reset();
    CHECK(scanned(*store, first, last).empty());
    return rocksdb::get_perf_context()->internal_delete_skipped_count;
  };
  CHECK(skipped("c", "d") > 0);  // What was erased lies there and is counted.
  CHECK(skipped("b", "c") == 0);
  CHECK(skipped("a", "b") == 0);
  CHECK(scanned(*store).size() == 1000);
}

TEST_CASE("store reader: folds a tail of its own that nobody else sees") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  const auto writer = must(folder.open(1));
  fold(*writer, 0, 10);
  must(writer->flush());
  {
    const auto reader = must(folder.open_secondary(1));
    fold(*reader, 1, 10);
    reader->erase("never there");
    reader->put("only here", "x");
    reader->advance(head_at(2));
    must(reader->seal());
    must(reader->settle());
    must(reader->flush());
    CHECK(reader->delta_bytes() == 0);
    const Entries seen = scanned(*reader);
    CHECK(seen.size() == 4);
    CHECK(seen.at("last") == "1");
    CHECK(reader->digest() == digest_of(seen));
    CHECK(reader->position().head == head_at(2));
  }
  CHECK(scanned(*writer).size() == 2);
  CHECK(scanned(*must(folder.open_secondary(1))).size() == 2);
}

TEST_CASE("store reader: leaves no file behind and changes none") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  {
    const auto writer = must(folder.open(1));
    fold(*writer, 0, 10);
    must(writer->flush());
  }
  const auto before = files_under(temp.path(""));
  {
    const auto reader = must(folder.open_secondary(1));
    CHECK(files_under(temp.path("")) == before);
  }
  CHECK(files_under(temp.path("")) == before);
}

TEST_CASE("store reader: what settle() leaves unflushed is the tail, never a part of a batch") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  const auto writer = must(folder.open(1));
  for (Seq seq = 0; seq < 200; ++seq) {
    fold(*writer, seq, 20'000);
    must(writer->settle());
    const auto reader = must(folder.open_secondary(1));
    const Entries seen = scanned(*reader);
    const Seq at = reader->position().head.seq;
    CHECK(seen.size() == (at == k_no_seq ? 0 : at + 2));
    CHECK(reader->digest() == digest_of(seen));
    CHECK((seq - at) * 20'000 <= k_settled_bytes_max + 40'000);
  }
}

TEST_CASE("store reader: opened at any moment of heavy writing, it holds whole batches and the digest agrees") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  auto writer = must(folder.open(1));
  std::atomic<bool> done = false;
  std::thread folding([&] {
    bool sealed = true;
    for (Seq seq = 0; seq < 60 && sealed; ++seq) {
      fold(*writer, seq, 3'000'000);
      sealed = writer->seal().has_value();
    }
    done = sealed;
  });
  std::set<Seq> positions;
  for (int i = 0; i < 60; ++i) {
    const auto reader = must(folder.open_secondary(1));
    const Seq at = reader->position().head.seq;
    positions.insert(at);
    std::string last;
    CHECK(reader->get("last", last) == (at != k_no_seq));
    CHECK((at == k_no_seq || last == std::to_string(at)));
    CHECK(scanned(*reader).size() == (at == k_no_seq ? 0 : at + 2));
    must(reader->failure());
  }
  folding.join();
  CHECK(done);
  must(writer->flush());
  const auto reader = must(folder.open_secondary(1));
  CHECK(reader->position().head == head_at(59));
  CHECK(reader->digest() == digest_of(scanned(*reader)));
  MESSAGE("readers saw " << positions.size() << " different positions");
}

}  // namespace lotledger::tests

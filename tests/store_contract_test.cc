// tests/store_contract_test.cc - one contract for every store, on random histories and on the cases that matter by
// name.
#include "tests/store_fixture.h"

#include <rapidcheck.h>

#include <array>
#include <optional>
#include <tuple>
#include <vector>

namespace lotledger::tests {
using namespace projections;

namespace {
enum class Kind : std::uint8_t { memory, rocks };
constexpr std::array k_kinds{Kind::memory, Kind::rocks};
constexpr std::uint32_t k_fold_version = 3;

/// A store of either kind beside its model.
class Fixture {
 public:
  explicit Fixture(Kind kind) : kind_(kind), folder_(temp_.path("store")) { open(); }

  [[nodiscard]] Store& store() { return *store_; }
  Entries model;

  void put(const std::string& key, const std::string& value) {
    store_->put(key, value);
    model[key] = value;
  }
  void insert(const std::string& key, const std::string& value) {
    if (model.contains(key)) return;
    store_->insert(key, value);
    model[key] = value;
  }
  /// Under a key that nothing else writes or asks for by itself.
  void append(const std::string& value) {
    const std::string key = "appended " + std::to_string(seq_) + " " + std::to_string(++appended_);
    store_->append(key, value);
    model[key] = value;
  }
  void erase(const std::string& key) {
    store_->erase(key);
    model.erase(key);
  }
  void advance() {
    store_->advance(head_at(++seq_));
    past_[seq_] = model;
  }
  void flush() {
    must(store_->flush());
    flushed_ = seq_;
  }
  /// Closes without flush and opens again: some state at or after the last flush comes back, whole.
  void reopen() {
    if (kind_ == Kind::memory) return;
    store_.reset();
    open();
    const StorePosition position = store_->position();
    seq_ = position.head.seq;
    REQUIRE(past_.contains(seq_));
    CHECK(seq_ + 1 >= flushed_ + 1);  // k_no_seq comes before 0.
    model = past_.at(seq_);
    CHECK(position == StorePosition{seq_ == k_no_seq ? Head{} : head_at(seq_), k_fold_version});
  }
  [[nodiscard]] Seq seq() const { return seq_; }
  [[nodiscard]] bool agrees(const std::string& probe) {
    std::string value;
    const bool found = store_->get(probe, value);
    const auto expected = model.find(probe);
    return found == (expected != model.end()) && (!found || value == expected->second);
  }
  /// Everything that can be asked.
  void check() {
    CHECK(scanned(*store_) == model);
    for (const auto& [key, value] : model) CHECK((key.starts_with("appended ") || agrees(key)));
    CHECK(store_->digest() == digest_of(model));
    CHECK(store_->position().head.seq == seq_);
    must(store_->failure());
  }

 private:
  void open() {
    store_ = kind_ == Kind::memory ? memory_store(k_fold_version) : must(folder_.open(k_fold_version));
    past_[k_no_seq] = {};
  }

  Kind kind_;
  TempFolder temp_;
  StoreFolder folder_;
  std::unique_ptr<Store> store_;
  std::map<Seq, Entries> past_;
  Seq seq_ = k_no_seq;
  Seq flushed_ = k_no_seq;
  std::uint64_t appended_ = 0;
};

/// Few keys, so that histories meet; awkward ones, so that order and prefixes are tried.
std::string key_number(std::uint8_t number) {
  using namespace std::string_literals;
  static const std::array<std::string, 8> awkward{"\0"s,   "\0\0"s, "a"s,        "a\0"s,
                                                  "a\0b"s, "\xff"s, "\xff\xff"s, "a\xff"s};
  return number < awkward.size() ? awkward[number] : "key" + std::to_string(number % 32);
}

using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;

void write_step(Fixture& fixture, std::uint8_t what, const std::string& key, std::uint8_t size) {
  const std::string value(size, static_cast<char>('a' + size % 26));
  if (what < 4) {
    fixture.put(key, value);
  } else if (what < 5) {
    fixture.insert(key, value);
  } else if (what < 6) {
    fixture.append(value);
  } else {
    fixture.erase(key);
  }
}

void read_step(Fixture& fixture, std::uint8_t what, const std::string& key, std::uint8_t other) {
  if (what < 11) {
    RC_ASSERT(fixture.agrees(key));
  } else if (what < 12) {
    const std::string last = other == 0 ? std::string() : key_number(other);
    RC_ASSERT(scanned(fixture.store(), key, last) == between(fixture.model, key, last));
  } else {
    RC_ASSERT(fixture.store().digest() == digest_of(fixture.model));
  }
}

void seal_step(Fixture& fixture, std::uint8_t what) {
  fixture.advance();
  if (what == 13) {
    must(fixture.store().seal());
  } else if (what == 14) {
    fixture.flush();
  } else if (what == 15) {
    must(fixture.store().settle());
  } else {
    fixture.reopen();
  }
}

void run(Kind kind, const std::vector<Step>& steps) {
  Fixture fixture(kind);
  for (const auto& [choice, number, size] : steps) {
    const auto what = static_cast<std::uint8_t>(choice % 17);
    if (what < 8) {
      write_step(fixture, what, key_number(number), size);
    } else if (what < 13) {
      read_step(fixture, what, key_number(number), size);
    } else {
      seal_step(fixture, what);
    }
  }
  fixture.advance();
  fixture.check();
  fixture.reopen();
  fixture.check();
}
}  // namespace

TEST_CASE("store: any history gives what a map gives, in memory") {
  CHECK(rc::check("memory store", [](const std::vector<Step>& steps) { run(Kind::memory, steps); }));
}

TEST_CASE("store: any history gives what a map gives, over RocksDB with seals, flushes and reopening") {
  CHECK(rc::check("rocks store", [](const std::vector<Step>& steps) { run(Kind::rocks, steps); }));
}

TEST_CASE("store: an empty store has no entries, digest zero and no position") {
  for (const Kind kind : k_kinds) {
    Fixture fixture(kind);
    fixture.check();
    CHECK(fixture.store().digest() == StoreDigest{});
    CHECK(fixture.store().position() == StorePosition{{}, k_fold_version});
    fixture.flush();
    fixture.reopen();
    fixture.check();
  }
}

TEST_CASE("store: the empty key is never there") {
  for (const Kind kind : k_kinds) {
    Fixture fixture(kind);
    fixture.flush();
    fixture.reopen();
    CHECK(fixture.agrees(""));
    CHECK(fixture.agrees(std::string(k_key_bytes_max + 1, 'k')));
  }
}

TEST_CASE("store: scans keep to their bounds in every layer") {
  for (const Kind kind : k_kinds) {
    Fixture fixture(kind);
    fixture.put("b", "beneath");
    fixture.put("d", "beneath");
    fixture.put("e", "beneath");
    fixture.advance();
    fixture.flush();
    fixture.reopen();
    fixture.put("c", "sealed");
    fixture.erase("d");
    fixture.advance();
    must(fixture.store().seal());
    fixture.put("a", "active");
    fixture.put("d", "active again");
    fixture.erase("e");
    struct Row {
      std::string first;
      std::string last;
    };
    const Row rows[] = {{"", ""}, {"a", "b"}, {"b", "c"}, {"b", "d"}, {"bb", "d\0"}, {"c", "c"}, {"d", "b"}, {"e", ""}};
    for (const Row& row : rows) {
      CAPTURE(row.first);
      CAPTURE(row.last);
      CHECK(scanned(fixture.store(), row.first, row.last) == between(fixture.model, row.first, row.last));
    }
    fixture.advance();
    fixture.check();
  }
}

TEST_CASE("store: a prefix of 0xff bytes reaches to the end") {
  for (const Kind kind : k_kinds) {
    Fixture fixture(kind);
    for (const char* key : {"a", "a\xff", "a\xff\x01", "b", "\xff", "\xff\xff\x02"}) fixture.put(key, key);
    struct Row {
      std::string_view prefix;
      std::size_t expected;
    };
    for (const Row& row : {Row{"a", 3}, Row{"a\xff", 2}, Row{"\xff", 2}, Row{"\xff\xff", 1}, Row{"", 6}, Row{"c", 0}}) {
      CAPTURE(row.prefix);
      std::size_t found = 0;
      fixture.store().scan_prefix(row.prefix, [&](std::string_view key, std::string_view) {
        CHECK(key.starts_with(row.prefix));
        ++found;
        return true;
      });
      CHECK(found == row.expected);
    }
  }
}

TEST_CASE("store: a visitor may stop, read and scan again within a scan") {
  for (const Kind kind : k_kinds) {
    Fixture fixture(kind);
    for (const char* key : {"a", "b", "c"}) fixture.put(key, key);
    fixture.advance();
    fixture.flush();
    fixture.reopen();
    std::string visited;
    std::size_t within = 0;
    fixture.store().scan("", "", [&](std::string_view key, std::string_view) {
      visited.append(key);
      within += scanned(fixture.store()).size();
      CHECK(fixture.agrees(std::string(key)));
      return key != "b";
    });
    CHECK(visited == "ab");
    CHECK(within == 6);
  }
}

TEST_CASE("store: batches, values and keys of any size") {
  for (const Kind kind : k_kinds) {
    Fixture fixture(kind);
    fixture.put("empty value", "");
    fixture.put("large", std::string(3'000'000, 'L'));
    fixture.put(std::string(k_key_bytes_max, 'k'), "longest key");
    for (int i = 0; i < 40'000; ++i) fixture.put("n" + std::to_string(i), std::string(64, 'x'));
    fixture.advance();
    must(fixture.store().seal());
    for (int i = 0; i < 40'000; i += 3) fixture.erase("n" + std::to_string(i));
    for (int i = 1; i < 40'000; i += 3) fixture.put("n" + std::to_string(i), "changed");
    fixture.advance();
    must(fixture.store().seal());  // More than the memtable's bound by now: it is flushed in the background.
    fixture.put("large", std::string(9'000'000, 'M'));
    fixture.advance();
    must(fixture.store().seal());
    CHECK(fixture.store().digest() == digest_of(fixture.model));
    fixture.reopen();
    fixture.check();
  }
}

TEST_CASE("store: what was flushed is there after reopening, what was only written or sealed may be gone") {
  Fixture fixture(Kind::rocks);
  fixture.put("k", "flushed");
  fixture.advance();
  fixture.flush();
  fixture.put("k", "sealed");
  fixture.advance();
  must(fixture.store().seal());
  fixture.put("k", "lost");
  fixture.put("l", "lost");
  fixture.advance();
  fixture.reopen();
  CHECK(fixture.seq() == 0);
  CHECK(fixture.model == Entries{{"k", "flushed"}});
  fixture.check();
}

TEST_CASE("store: a large batch reaches its file without being asked to") {
  Fixture fixture(Kind::rocks);
  fixture.put("k", std::string(9'000'000, 'x'));
  fixture.advance();
  must(fixture.store().seal());
  fixture.put("l", "small");
  fixture.advance();
  must(fixture.store().flush());  // Waits; the first batch was on its way by itself.
  fixture.reopen();
  CHECK(fixture.seq() == 1);
  fixture.check();
}

TEST_CASE("store: a position moves on without any entry") {
  Fixture fixture(Kind::rocks);
  fixture.advance();
  fixture.advance();
  fixture.flush();
  fixture.reopen();
  CHECK(fixture.seq() == 1);
  fixture.check();
}

TEST_CASE("store: short sessions that settle lose at most a small tail and leave few files") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  constexpr Seq sessions = 40;
  Entries model;
  for (Seq newest = 0; newest < sessions; ++newest) {
    const auto store = must(folder.open(k_fold_version));
    const Seq from = store->position().head.seq + 1;
    CHECK((newest - from) * 40'000 <= k_settled_bytes_max);
    for (Seq seq = from; seq <= newest; ++seq) {
      store->insert("seq" + std::to_string(seq), std::string(40'000, 'x'));
      model["seq" + std::to_string(seq)] = std::string(40'000, 'x');
      store->advance(head_at(seq));
    }
    must(store->settle());
    CHECK(scanned(*store) == model);
    CHECK(store->digest() == digest_of(model));
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(temp.path("s"))) {
    files += entry.path().extension() == ".sst" ? 1U : 0U;
  }
  CHECK(files <= 5);  // One of the creation, one for every 13 sessions.
}

}  // namespace lotledger::tests

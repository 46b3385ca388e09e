// tests/store_delta_test.cc - the parts of a store that need no files: delta, key order, digest sum, memory store.
#include "projections/store/delta.h"
#include "projections/store/digest_sum.h"
#include "tests/store_fixture.h"

#include <rapidcheck.h>

#include <thread>
#include <vector>

namespace lotledger::tests {
using namespace projections;

namespace {
std::vector<std::string> keys_in(const KeyOrder& order, std::string_view first) {
  std::vector<std::string> keys;
  for (auto at = order.seek(first); at.valid(); at.next()) keys.emplace_back(at.ref().key);
  return keys;
}
}  // namespace

TEST_CASE("store: the sum of no entries is zero, and what is added can be taken away in any order") {
  CHECK(DigestSum().digest() == StoreDigest{});
  CHECK(rc::check("digest sum", [](const Entries& entries, const Entries& others) {
    DigestSum sum;
    for (const auto& [key, value] : entries) sum.add(key, value);
    for (const auto& [key, value] : others) sum.add(key, value);
    RC_ASSERT(others.empty() || !(sum.digest() == digest_of(entries)));
    for (auto at = others.rbegin(); at != others.rend(); ++at) sum.subtract(at->first, at->second);
    RC_ASSERT(sum.digest() == digest_of(entries));
  }));
}

TEST_CASE("store: the digest tells where a key ends and its value begins") {
  CHECK_FALSE(digest_of({{"ab", "c"}}) == digest_of({{"a", "bc"}}));
  DigestSum sum;
  sum.add("ab", "c");
  CHECK(sum.digest() == digest_of({{"ab", "c"}}));
}

TEST_CASE("store: keys come in byte order, whatever the order of adding and asking") {
  struct Row {
    std::string_view name;
    std::vector<std::string> added;
    std::string first;
    std::vector<std::string> expected;
  };
  using namespace std::string_literals;
  const Row rows[] = {
      {"nothing", {}, "", {}},
      {"bytes are unsigned", {"\xff", "a", "\x7f", "\x80"}, "", {"a", "\x7f", "\x80", "\xff"}},
      {"a prefix comes first, also with zero bytes", {"a\0\0"s, "a", "a\0"s}, "", {"a", "a\0"s, "a\0\0"s}},
      {"equal in the first eight bytes",
       {"12345678b", "12345678", "12345678a"},
       "",
       {"12345678", "12345678a", "12345678b"}},
      {"from a key that is there", {"a", "b", "c"}, "b", {"b", "c"}},
      {"from between two keys", {"a", "c"}, "b", {"c"}},
      {"from behind the last", {"a", "c"}, "d", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    KeyOrder at_once;
    KeyOrder one_by_one;
    std::uint32_t entry = 0;
    for (const std::string& key : row.added) {
      at_once.add(key, entry);
      one_by_one.add(key, entry++);
      one_by_one.settle();
    }
    at_once.settle();
    CHECK(keys_in(at_once, row.first) == row.expected);
    CHECK(keys_in(one_by_one, row.first) == row.expected);
  }
}

TEST_CASE("store: thousands of keys stay in order through block splits and merges") {
  constexpr std::uint64_t count = 20'000;
  std::vector<std::string> keys(count);
  KeyOrder order;
  for (std::uint64_t i = 0; i < count; ++i) {
    append_be64(keys[i], i * 0x9E3779B97F4A7C15ULL);  // An odd factor: distinct, scattered.
    order.add(keys[i], static_cast<std::uint32_t>(i));
    // First in bulk, then few at a time, which are placed one by one.
    if (i > count / 2 && i % 7 == 0) order.settle();
  }
  order.settle();
  CHECK(order.size() == count);
  std::vector<std::string> expected = keys;
  std::sort(expected.begin(), expected.end());
  CHECK(keys_in(order, "") == expected);
  CHECK(keys_in(order, expected[1234]).size() == count - 1234);
}

TEST_CASE("store: a delta keeps one entry per key and remembers what lay beneath") {
  Delta delta;
  CHECK(delta.find("k") == nullptr);
  CHECK_FALSE(delta.written());
  delta.remember("k", "old");
  CHECK_FALSE(delta.written());
  CHECK(delta.find("k")->seen() == "old");
  delta.put("k", "1");
  delta.put("k", "a longer value");
  delta.put("k", "");
  CHECK(delta.written());
  CHECK(delta.find("k")->seen() == "");
  CHECK(delta.find("k")->old == "old");
  delta.erase("k");
  CHECK_FALSE(delta.find("k")->seen().has_value());
  CHECK(delta.find("k")->old_state == Entry::Old::known);
  CHECK(delta.ordered().size() == 1);
}

TEST_CASE("store: an insert after an erase does not claim that nothing lies beneath") {
  Delta delta;
  delta.erase("k");
  delta.insert("k", "again");
  CHECK(delta.find("k")->old_state == Entry::Old::unknown);
  delta.insert("new", "value");
  CHECK(delta.find("new")->old_state == Entry::Old::absent);
}

TEST_CASE("store: an appended entry is found by order, and by no look-up") {
  Delta delta;
  for (int i = 0; i < 300; ++i) {
    delta.append("a" + std::to_string(i), std::to_string(i));
    delta.put("b" + std::to_string(i), "v");
  }
  CHECK(delta.find("a7") == nullptr);
  CHECK(delta.find("b7")->seen() == "v");
  CHECK(keys_in(delta.ordered(), "").size() == 600);
  std::string before;
  delta.each([&](const Entry& entry) {
    CHECK(before < entry.key);
    before = entry.key;
    CHECK(entry.old_state == (entry.key.starts_with('a') ? Entry::Old::absent : Entry::Old::unknown));
    CHECK(entry.seen() == (entry.key.starts_with('a') ? entry.key.substr(1) : "v"));
  });
  delta.clear();
  CHECK_FALSE(delta.written());
  delta.append("a7", "again");
  CHECK(keys_in(delta.ordered(), "").size() == 1);
}

TEST_CASE("store: a value may be overwritten with a part of itself") {
  Delta delta;
  delta.put("k", "0123456789");
  delta.put("k", delta.find("k")->value.substr(3, 4));
  CHECK(delta.find("k")->value == "3456");
}

TEST_CASE("store: overwriting a value again and again takes no more memory") {
  Delta delta;
  delta.put("k", "0123456789");
  const std::size_t before = delta.bytes();
  for (int i = 0; i < 1000; ++i) delta.put("k", std::to_string(1'000'000'000 + i));
  CHECK(delta.bytes() == before);
}

TEST_CASE("store: a sealed delta is ordered by whoever comes first of two threads") {
  Delta delta;
  for (std::uint64_t i = 0; i < 5'000; ++i) {
    std::string key;
    append_be64(key, i * 0x9E3779B97F4A7C15ULL);
    delta.put(key, "v");
  }
  std::size_t seen = 0;
  std::thread other([&] { delta.each([&](const Entry& entry) { seen += entry.written() ? 1U : 0U; }); });
  CHECK(keys_in(delta.ordered(), "").size() == 5'000);
  other.join();
  CHECK(seen == 5'000);
}

TEST_CASE("store: a memory store counts its delta from the last seal") {
  const auto store = memory_store(7);
  CHECK(store->position() == StorePosition{{}, 7});
  store->put("k", std::string(1000, 'x'));
  CHECK(store->delta_bytes() >= 1000);
  store->advance(head_at(0));
  must(store->seal());
  CHECK(store->delta_bytes() == 0);
  CHECK(scanned(*store) == Entries{{"k", std::string(1000, 'x')}});
}

}  // namespace lotledger::tests

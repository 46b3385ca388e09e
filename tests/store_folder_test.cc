// tests/store_folder_test.cc - generations: which one is opened, how one replaces another, what is removed.
#include "tests/store_fixture.h"

#include <fstream>
#include <set>

namespace lotledger::tests {
using namespace projections;

namespace {
std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}
void write_file(const std::string& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}
std::string text_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// One entry at position 0, flushed and closed.
void fill(StoreFolder& folder, std::uint32_t fold_version, const std::string& value) {
  const auto store = must(folder.open(fold_version));
  store->put("k", value);
  store->advance(head_at(0));
  must(store->flush());
}
std::string value_of(const StoreReader& store) {
  std::string value;
  return store.get("k", value) ? value : "(none)";
}
}  // namespace

TEST_CASE("store folder: a new one holds generation 1") {
  const TempFolder temp;
  StoreFolder folder(temp.path("a/b"));
  fill(folder, 1, "v");
  CHECK(names_in(temp.path("a/b")) == std::set<std::string>{"00000001", "current"});
  CHECK(text_in(temp.path("a/b/current")) == "00000001\n");
  CHECK(value_of(*must(folder.open(1))) == "v");
}

TEST_CASE("store folder: another fold version starts an empty generation and removes the old one") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  fill(folder, 1, "v");
  const auto store = must(folder.open(2));
  CHECK(store->position() == StorePosition{{}, 2});
  CHECK(scanned(*store).empty());
  CHECK(names_in(temp.path("s")) == std::set<std::string>{"00000002", "current"});
}

TEST_CASE("store folder: whatever `current` says, a store is opened") {
  struct Row {
    std::string_view name;
    std::string_view current;
    std::string_view expected;
  };
  const std::string huge(1000, '1');
  const Row rows[] = {
      {"as written", "00000001\n", "v"},
      {"empty", "", "(none)"},
      {"without its end", "00000001", "(none)"},
      {"words", "latest\n\n", "(none)"},
      {"zero", "00000000\n", "(none)"},
      {"one that is not there", "00000007\n", "(none)"},
      {"too long", huge, "(none)"},
      {"negative", "-0000001\n", "(none)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const TempFolder temp;
    StoreFolder folder(temp.path("s"));
    fill(folder, 1, "v");
    write_file(temp.path("s/current"), row.current);
    CHECK(value_of(*must(folder.open(1))) == row.expected);
    CHECK(names_in(temp.path("s")).size() == 2);
    CHECK(must(folder.open(1)) != nullptr);
  }
}

TEST_CASE("store folder: a second writer is turned away and harms nothing") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  fill(folder, 1, "v");
  const auto first = must(folder.open(1));
  const auto second = StoreFolder(temp.path("s")).open(1);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::unavailable);
  CHECK(second.error().message.find(temp.path("s")) != std::string::npos);
  CHECK(value_of(*first) == "v");
}

TEST_CASE("store folder: a file in the way is an error with its path, not damage") {
  const TempFolder temp;
  write_file(temp.path("s"), "not a folder");
  const auto opened = StoreFolder(temp.path("s")).open(1);
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().message.find(temp.path("s")) != std::string::npos);
  CHECK(text_in(temp.path("s")) == "not a folder");
}

TEST_CASE("store folder: a rebuild beside replaces the current generation") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  fill(folder, 1, "old");
  const auto reader = must(folder.open_secondary(1));
  {
    const auto current = must(folder.open(1));
    const auto beside = must(folder.open_beside(1));
    CHECK(scanned(*beside).empty());
    beside->put("k", "rebuilt");
    beside->advance(head_at(0));
    must(beside->flush());
    CHECK(value_of(*current) == "old");
    CHECK(value_of(*must(folder.open_secondary(1))) == "old");
  }
  must(folder.switch_to_beside());
  CHECK(names_in(temp.path("s")) == std::set<std::string>{"00000002", "current"});
  CHECK(value_of(*must(folder.open_secondary(1))) == "rebuilt");
  CHECK(value_of(*must(folder.open(1))) == "rebuilt");
  CHECK(value_of(*reader) == "old");  // Its files are removed, but it has them open.
  must(reader->failure());
}

TEST_CASE("store folder: a rebuild that was given up changes nothing and is cleared away by the next") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  fill(folder, 1, "old");
  {
    CHECK(must(StoreFolder(temp.path("s")).open_beside(1)) != nullptr);
  }
  CHECK(value_of(*must(folder.open(1))) == "old");
  const auto none = folder.switch_to_beside();
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().code == ErrorCode::not_found);
  {
    CHECK(must(folder.open_beside(1)) != nullptr);
  }
  CHECK(names_in(temp.path("s")) == std::set<std::string>{"00000001", "00000002", "current"});
}

TEST_CASE("store folder: a switch cut short after `current` was replaced is finished by the next open") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  fill(folder, 1, "old");
  {
    must(must(folder.open_beside(1))->flush());
  }
  write_file(temp.path("s/current"), "00000002\n");
  CHECK(value_of(*must(folder.open(1))) == "(none)");
  CHECK(names_in(temp.path("s")) == std::set<std::string>{"00000002", "current"});
}

TEST_CASE("store folder: one that was given up is empty for the next, and goes on for those who read it") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  {
    const auto store = must(folder.open(1));
    store->put("a", "1");
    store->advance(head_at(7));
    must(store->flush());
  }
  const auto reader = must(folder.open_secondary(1));
  must(folder.abandon());
  must(folder.abandon());
  CHECK(folder.open_secondary(1).error().code == ErrorCode::not_found);
  CHECK(must(folder.open(1))->position().head.seq == k_no_seq);
  CHECK(scanned(*reader) == Entries{{"a", "1"}});
}

TEST_CASE("store folder: readers are told what is missing") {
  const TempFolder temp;
  StoreFolder folder(temp.path("s"));
  const auto nothing = folder.open_secondary(1);
  REQUIRE_FALSE(nothing.has_value());
  CHECK(nothing.error().code == ErrorCode::not_found);
  fill(folder, 1, "v");
  const auto other = folder.open_secondary(2);
  REQUIRE_FALSE(other.has_value());
  CHECK(other.error().code == ErrorCode::not_found);
  std::filesystem::remove_all(temp.path("s/00000001"));
  const auto gone = folder.open_secondary(1);
  REQUIRE_FALSE(gone.has_value());
  CHECK(gone.error().code == ErrorCode::corrupt);
}

}  // namespace lotledger::tests

// tests/store_damage_test.cc - cut and flipped files: a store is the fold of some prefix, or says that it is not.
#include "tests/store_fixture.h"

#include <fstream>
#include <vector>

namespace lotledger::tests {
using namespace projections;

namespace {
std::string text_in(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
void write_file(const std::filesystem::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

/// What stood at each seq of the store made by build().
using Past = std::map<Seq, Entries>;

/// Folds `records` records, sealing after each and flushing after some.
Past build(const std::string& path, Seq records, Seq flushed_every) {
  Past past{{k_no_seq, {}}};
  StoreFolder folder(path);
  const auto store = must(folder.open(1));
  Entries model;
  for (Seq seq = 0; seq < records; ++seq) {
    for (Seq i = 0; i < 20; ++i) {
      const std::string key = "key" + std::to_string((seq * 7 + i) % 50);
      const std::string value = "value " + std::to_string(seq) + std::string(40, static_cast<char>('a' + i));
      store->put(key, value);
      model[key] = value;
    }
    store->erase("key" + std::to_string(seq));
    model.erase("key" + std::to_string(seq));
    store->advance(head_at(seq));
    past[seq] = model;
    must((seq + 1) % flushed_every == 0 ? store->flush() : store->seal());
  }
  return past;
}

enum class Outcome : std::uint8_t { whole, prefix, empty, failed };

/// Opens what is left and asks for everything. Fails the test when anything is wrong without having been said.
Outcome outcome_of(const std::string& path, const Past& past) {
  StoreFolder folder(path);
  const auto store = must(folder.open(1));
  const Seq seq = store->position().head.seq;
  REQUIRE(past.contains(seq));
  const Entries& expected = past.at(seq);
  const Entries seen = scanned(*store);
  Entries got;
  for (const auto& [key, value] : past.rbegin()->second) {
    std::string found;
    if (store->get(key, found)) got[key] = found;
  }
  if (!store->failure().has_value()) return Outcome::failed;
  CHECK(seen == expected);
  for (const auto& [key, value] : got) CHECK(expected.at(key) == value);
  CHECK(store->digest() == digest_of(expected));
  if (seq == k_no_seq) return Outcome::empty;
  return std::next(past.find(seq)) == past.find(k_no_seq) ? Outcome::whole : Outcome::prefix;
}

using Counts = std::map<Outcome, int>;

/// Tries each of `contents` as the content of `file`, each on a fresh copy of `pristine`.
void try_contents(const std::string& pristine, const std::filesystem::path& file,
                  const std::vector<std::string>& contents, const Past& past, Counts& counts) {
  const std::string copy = pristine + ".copy";
  for (std::size_t i = 0; i < contents.size(); ++i) {
    CAPTURE(file.string());
    CAPTURE(i);
    std::filesystem::remove_all(copy);
    std::filesystem::copy(pristine, copy, std::filesystem::copy_options::recursive);
    write_file(copy / file, contents[i]);
    ++counts[outcome_of(copy, past)];
  }
}

std::vector<std::filesystem::path> files_of(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(std::filesystem::relative(entry.path(), folder));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Flips a bit of each table file at the place that `where` gives for its size; a place outside means none.
template <typename Where>
void flip_in_tables(const std::string& folder, const Where& where) {
  for (const auto& file : files_of(folder)) {
    if (file.extension() != ".sst") continue;
    const std::string path = folder + "/" + file.string();
    std::string text = text_in(path);
    const std::size_t at = where(text.size());
    if (at < text.size()) text[at] = static_cast<char>(text[at] ^ 0x10);
    write_file(path, text);
  }
}

constexpr int k_large_entries = 50;
std::string large_key(int number) {
  return "key" + std::to_string(number / 10) + std::to_string(number % 10);
}

/// Entries that fill a block each, at position 0, and a flipped bit in the middle of them.
void build_with_damaged_middle(const std::string& path) {
  {
    const auto store = must(StoreFolder(path).open(1));
    for (int i = 0; i < k_large_entries; ++i) {
      std::string value;
      while (value.size() < 20'000) value += sha256(large_key(i) + value).hex();
      store->put(large_key(i), value);
    }
    store->advance(head_at(0));
    must(store->flush());
  }
  flip_in_tables(path, [](std::size_t size) { return size > 100'000 ? size / 2 : size; });
}

std::vector<std::string> flips_of(const std::string& text, std::size_t count) {
  std::vector<std::string> flipped;
  const std::size_t step = std::max<std::size_t>(1, text.size() / count);
  for (std::size_t at = 0; at < text.size(); at += step) {
    flipped.push_back(text);
    flipped.back()[at] = static_cast<char>(flipped.back()[at] ^ 0x10);
  }
  return flipped;
}

/// Copies a folder as it stands between two doings of RocksDB, whose threads may just be removing a file that is no
/// longer needed: then the copy is begun anew.
void copy_standing(const std::string& from, const std::string& to) {
  for (std::error_code vanished = std::make_error_code(std::errc::no_such_file_or_directory); vanished;) {
    REQUIRE(vanished == std::errc::no_such_file_or_directory);
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, vanished);
  }
}

}  // namespace

TEST_CASE("store damage: what a killed process leaves is whole, as of a flush") {
  const TempFolder temp;
  const std::string path = temp.path("s");
  StoreFolder folder(path);
  const auto store = must(folder.open(1));
  Past past{{k_no_seq, {}}};
  Entries model;
  Seq flushed = k_no_seq;
  for (Seq seq = 0; seq < 20; ++seq) {
    model["key" + std::to_string(seq % 7)] = std::to_string(seq);
    store->put("key" + std::to_string(seq % 7), std::to_string(seq));
    store->advance(head_at(seq));
    past[seq] = model;
    must(seq % 6 == 5 ? store->flush() : store->seal());
    if (seq % 6 == 5) flushed = seq;
    CHECK(store->digest() == digest_of(model));  // Waits for the seal.
    const std::string image = temp.path("image");
    copy_standing(path, image);
    outcome_of(image, past);
    CHECK(must(StoreFolder(image).open(1))->position().head.seq == flushed);
  }
}

TEST_CASE("store damage: a file cut short or missing is found out") {
  const TempFolder temp;
  const std::string path = temp.path("s");
  const Past past = build(path, 12, 5);
  Counts counts;
  for (const auto& file : files_of(path)) {
    const std::string text = text_in(path / file);
    std::vector<std::string> cuts{""};
    for (const std::size_t size : {text.size() / 3, text.size() / 2, text.size() - 1}) {
      if (!text.empty()) cuts.push_back(text.substr(0, size));
    }
    try_contents(path, file, cuts, past, counts);
    const std::string copy = path + ".copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(path, copy, std::filesystem::copy_options::recursive);
    std::filesystem::remove(copy / file);
    CAPTURE(file.string());
    ++counts[outcome_of(copy, past)];
  }
  CHECK(counts[Outcome::empty] > 5);
}

TEST_CASE("store damage: a flipped bit is found out, at open or by the read that meets it") {
  const TempFolder temp;
  const std::string path = temp.path("s");
  const Past past = build(path, 12, 5);
  Counts counts;
  for (const auto& file : files_of(path)) {
    try_contents(path, file, flips_of(text_in(path / file), 60), past, counts);
  }
  CHECK(counts[Outcome::failed] > 0);
  CHECK(counts[Outcome::empty] > 0);
  MESSAGE("whole " << counts[Outcome::whole] << ", prefix " << counts[Outcome::prefix] << ", empty "
                   << counts[Outcome::empty] << ", failed " << counts[Outcome::failed]);
}

TEST_CASE("store damage: damage where the position stands is damage of the store") {
  const TempFolder temp;
  const std::string path = temp.path("s");
  build(path, 5, 5);
  flip_in_tables(path, [](std::size_t) { return std::size_t{20}; });  // In the first block.
  StoreFolder folder(path);
  const auto reader = folder.open_secondary(1);
  REQUIRE_FALSE(reader.has_value());
  CHECK(reader.error().code == ErrorCode::corrupt);
  CHECK(must(folder.open(1))->position().head.seq == k_no_seq);
}

TEST_CASE("store damage: a failed read stays failed, names the folder and ends the writing") {
  const TempFolder temp;
  const std::string path = temp.path("s");
  build_with_damaged_middle(path);
  StoreFolder folder(path);
  const auto store = must(folder.open(1));
  std::string value;
  CHECK(store->get("key00", value));
  must(store->failure());
  CHECK(scanned(*store).size() < k_large_entries);
  const auto failure = store->failure();
  REQUIRE_FALSE(failure.has_value());
  CHECK(failure.error().code == ErrorCode::corrupt);
  CHECK(failure.error().message.find(path) != std::string::npos);
  CHECK(store->get("key00", value));
  CHECK_FALSE(store->failure().has_value());
  store->put("k", "v");
  store->advance(head_at(1));
  CHECK_FALSE(store->seal().has_value());
  CHECK_FALSE(store->flush().has_value());
}

TEST_CASE("store damage: an old value that cannot be read keeps its delta from being written") {
  const TempFolder temp;
  const std::string path = temp.path("s");
  build_with_damaged_middle(path);
  StoreFolder folder(path);
  {
    const auto store = must(folder.open(1));
    for (int i = 0; i < k_large_entries; ++i) store->put(large_key(i), "blind");
    store->advance(head_at(1));
    must(store->seal());
    CHECK_FALSE(store->flush().has_value());
    CHECK_FALSE(store->failure().has_value());
  }
  CHECK(must(folder.open(1))->position().head.seq == 0);
}

}  // namespace lotledger::tests

// tests/store_fixture.h - folders that vanish, and the model that every store is compared with: a std::map.
#pragma once

#include "engine/base/bytes.h"
#include "projections/store/store.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace lotledger::tests {

/// A fresh folder, removed at the end.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lotledger-store-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] std::string path(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

using Entries = std::map<std::string, std::string>;

/// The digest by its definition, independent of the code under test but for SHA-256: schoolbook addition byte by byte.
inline projections::StoreDigest digest_of(const Entries& entries) {
  projections::StoreDigest sum;
  for (const auto& [key, value] : entries) {
    std::string text;
    for (unsigned shift = 0; shift < 32; shift += 8) text.push_back(static_cast<char>((key.size() >> shift) & 0xffU));
    const Digest term = sha256(text + key + value);
    unsigned carry = 0;
    for (std::size_t i = 0; i < sum.bytes.size(); ++i) {
      carry += unsigned{sum.bytes[i]} + term.bytes[i];
      sum.bytes[i] = static_cast<std::uint8_t>(carry & 0xffU);
      carry >>= 8U;
    }
  }
  return sum;
}

/// first <= key < last; `last` empty: to the end. Fails the test when keys do not ascend.
inline Entries scanned(const projections::StoreReader& store, std::string_view first = {}, std::string_view last = {}) {
  Entries found;
  std::string before;
  bool ascending = true;
  store.scan(first, last, [&](std::string_view key, std::string_view value) {
    ascending = ascending && (found.empty() || std::string_view(before) < key);
    before.assign(key);
    found.emplace(key, value);
    return true;
  });
  CHECK(ascending);
  return found;
}

/// The part of `entries` that scanned() should give.
inline Entries between(const Entries& entries, const std::string& first, const std::string& last) {
  if (!last.empty() && last <= first) return {};
  return {entries.lower_bound(first), last.empty() ? entries.end() : entries.lower_bound(last)};
}

/// A head whose leaf tells its seq.
inline Head head_at(Seq seq) {
  return Head{seq, sha256("leaf " + std::to_string(seq))};
}

inline std::unique_ptr<projections::Store> must(Result<std::unique_ptr<projections::Store>> opened) {
  REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
  return std::move(*opened);
}
inline void must(const Result<void>& done) {
  REQUIRE_MESSAGE(done.has_value(), done.error().message);
}

}  // namespace lotledger::tests

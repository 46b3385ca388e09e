// projections/store/store_folder.cc - generations of one store: which is current, how one replaces another.
#include "projections/store/rocks_store.h"
#include "projections/store/store.h"

#include "engine/log/disk.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

namespace lotledger::projections {

namespace {
using Generation = std::uint32_t;
constexpr std::size_t k_digits = 8;
constexpr std::size_t k_current_bytes_max = 64;
// A reader that finds the generation gone looks up `current` again; each time means a rebuild has just been completed.
constexpr int k_reader_attempts = 5;

std::optional<Generation> generation_of(std::string_view name) {
  Generation generation = 0;
  if (name.size() != k_digits) return std::nullopt;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), generation);
  if (error != std::errc() || end != name.data() + name.size() || generation == 0) return std::nullopt;
  return generation;
}

/// The files of a StoreFolder.
class Generations {
 public:
  explicit Generations(const std::string& folder) : folder_(folder), disk_(engine::posix_disk()) {}

  [[nodiscard]] std::string path(Generation generation) const { return fmt::format("{}/{:08}", folder_, generation); }
  [[nodiscard]] Result<void> make_folder() { return disk_->make_folders(folder_); }
  /// The one named by `current`; nullopt when there is no such file or it says nothing sensible.
  [[nodiscard]] Result<std::optional<Generation>> current();
  [[nodiscard]] Result<void> set_current(Generation generation);
  /// No generation is current any more; the folders stay until the next one is.
  [[nodiscard]] Result<void> forget_current();
  /// Those that have a folder, ascending.
  [[nodiscard]] Result<std::vector<Generation>> all();
  /// Removes those with first <= generation < last.
  [[nodiscard]] Result<void> remove(Generation first, Generation last);
  /// A number larger than all that are used.
  [[nodiscard]] Result<Generation> unused();

 private:
  [[nodiscard]] std::string current_path() const { return folder_ + "/current"; }

  const std::string& folder_;
  std::unique_ptr<engine::Disk> disk_;
};

Result<std::optional<Generation>> Generations::current() {
  const auto bytes = engine::read_file(*disk_, current_path(), k_current_bytes_max);
  if (!bytes.has_value()) {
    const ErrorCode code = bytes.error().code;
    if (code == ErrorCode::not_found || code == ErrorCode::invalid_input) return std::optional<Generation>();
    return std::unexpected(bytes.error());
  }
  std::string_view text = text_of(*bytes);
  if (!text.ends_with('\n')) return std::optional<Generation>();
  text.remove_suffix(1);
  return generation_of(text);
}

Result<void> Generations::set_current(Generation generation) {
  return engine::replace_file(*disk_, current_path(), bytes_of(fmt::format("{:08}\n", generation)));
}

Result<void> Generations::forget_current() {
  LL_ASSIGN(const bool exists, disk_->exists(current_path()));
  if (!exists) return {};
  LL_TRY(disk_->remove(current_path()));
  return disk_->sync_folder(folder_);
}

Result<std::vector<Generation>> Generations::all() {
  LL_ASSIGN(const auto names, disk_->list(folder_));
  std::vector<Generation> found;
  for (const std::string& name : names) {
    if (const auto generation = generation_of(name)) found.push_back(*generation);
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<void> Generations::remove(Generation first, Generation last) {
  LL_ASSIGN(const auto found, all());
  for (const Generation generation : found) {
    if (generation < first || generation >= last) continue;
    std::error_code error;
    std::filesystem::remove_all(path(generation), error);
    if (error) return fail(ErrorCode::io, fmt::format("store {}: removing: {}", path(generation), error.message()));
  }
  return {};
}

Result<Generation> Generations::unused() {
  LL_ASSIGN(const auto found, all());
  LL_ASSIGN(const auto named, current());
  return std::max(found.empty() ? 0 : found.back(), named.value_or(0)) + 1;
}

/// Whether opening failed because of what stands in the files, so that a rebuild helps.
bool damaged(const Error& error) {
  return error.code == ErrorCode::corrupt || error.code == ErrorCode::not_found;
}
}  // namespace

Result<std::unique_ptr<Store>> StoreFolder::open(std::uint32_t fold_version) {
  Generations generations(folder_);
  LL_TRY(generations.make_folder());
  LL_ASSIGN(const auto current, generations.current());
  if (current.has_value()) {
    auto base = RocksBase::open(generations.path(*current));
    if (!base.has_value() && !damaged(base.error())) return std::unexpected(std::move(base).error());
    if (base.has_value() && (*base)->meta().position.fold_version == fold_version) {
      LL_TRY(generations.remove(0, *current));  // What a switch that was interrupted left.
      return folding_store(std::move(*base));
    }
  }
  LL_ASSIGN(const Generation fresh, generations.unused());
  LL_ASSIGN(auto base, RocksBase::create(generations.path(fresh), StorePosition{{}, fold_version}));
  LL_TRY(generations.set_current(fresh));
  LL_TRY(generations.remove(0, fresh));
  return folding_store(std::move(base));
}

Result<std::unique_ptr<Store>> StoreFolder::open_secondary(std::uint32_t fold_version) {
  Generations generations(folder_);
  for (int attempt = 1;; ++attempt) {
    LL_ASSIGN(const auto current, generations.current());
    if (!current.has_value()) return fail(ErrorCode::not_found, fmt::format("store {}: none yet", folder_));
    auto base = RocksBase::open_reader(generations.path(*current));
    if (base.has_value()) {
      const std::uint32_t found = (*base)->meta().position.fold_version;
      if (found == fold_version) return private_store(std::move(*base));
      return fail(ErrorCode::not_found,
                  fmt::format("store {}: has fold version {}, not {}", folder_, found, fold_version));
    }
    LL_ASSIGN(const auto now, generations.current());
    if (now == current || attempt == k_reader_attempts) {
      Error error = std::move(base).error();
      if (damaged(error)) error.code = ErrorCode::corrupt;  // `current` names it, so it ought to be there.
      return std::unexpected(std::move(error));
    }
  }
}

Result<std::unique_ptr<Store>> StoreFolder::open_beside(std::uint32_t fold_version) {
  Generations generations(folder_);
  LL_TRY(generations.make_folder());
  LL_ASSIGN(const auto current, generations.current());
  LL_TRY(generations.remove(current.value_or(0) + 1, ~Generation{0}));
  LL_ASSIGN(const Generation beside, generations.unused());
  LL_ASSIGN(auto base, RocksBase::create(generations.path(beside), StorePosition{{}, fold_version}));
  beside_ = beside;
  return folding_store(std::move(base));
}

Result<void> StoreFolder::switch_to_beside() {
  if (!beside_.has_value())
    return fail(ErrorCode::not_found, fmt::format("store {}: nothing was built beside", folder_));
  Generations generations(folder_);
  LL_TRY(generations.set_current(*beside_));
  LL_TRY(generations.remove(0, *beside_));
  beside_.reset();
  return {};
}

Result<void> StoreFolder::abandon() {
  return Generations(folder_).forget_current();
}

}  // namespace lotledger::projections

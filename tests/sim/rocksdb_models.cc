// tests/sim/rocksdb_models.cc - read models in RocksDB, folded on a thread, read as secondaries: as in the program.
#include "tests/sim/models.h"

#include "engine/base/assert.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

namespace lotledger::tests {
namespace {

using namespace projections;
namespace fs = std::filesystem;

/// In memory where the system has such a place: what is synced here is not what is asked of it.
fs::path temporary_root() {
  const fs::path memory = "/dev/shm";
  std::error_code ignored;
  return std::getenv("TMPDIR") == nullptr && fs::is_directory(memory, ignored) ? memory : fs::temp_directory_path();
}

std::string fresh_folder() {
  std::string pattern = (temporary_root() / "lotledger-sim-XXXXXX").string();
  LL_ASSERT(::mkdtemp(pattern.data()) != nullptr, "the system has room for a temporary folder");
  return pattern;
}

class RocksModels final : public Models {
 public:
  RocksModels() : folder_(fresh_folder()) {}
  ~RocksModels() override {
    shown_.clear();
    live_.reset();
    facts_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  Result<Store*> open(engine::LogReader& log) override {
    std::vector<Folded> folding;
    for (auto& projection : all_projections()) {
      LL_ASSIGN(Folded folded, open_for_folding(std::move(projection), stores(), log));
      if (folded.projection->name() == "facts") {
        facts_ = std::make_unique<Folded>(std::move(folded));
      } else {
        folding.push_back(std::move(folded));
      }
    }
    live_ = std::make_unique<LiveFold>(std::move(folding));
    return facts_->store.get();
  }

  void feed(const std::vector<engine::StoredRecord>& records) override { live_->feed(records); }

  Result<ModelView> view(engine::LogReader& log) override {
    LL_TRY(live_->flush());
    LL_TRY(facts_->store->flush());
    shown_.clear();
    for (auto& projection : all_projections()) {
      LL_ASSIGN(Folded folded, open_for_reading(std::move(projection), stores(), log, k_no_seq));
      shown_.push_back(std::move(folded));
    }
    return ModelView{named("genealogy"), named("batch_record"), named("audit_trail"), named("search"), &log};
  }

  std::vector<std::pair<std::string, const StoreReader*>> shown() const override {
    std::vector<std::pair<std::string, const StoreReader*>> stores;
    for (const Folded& folded : shown_) stores.emplace_back(folded.projection->name(), folded.store.get());
    return stores;
  }

  /// A killed process leaves what it had flushed; what it would do at its end does not come.
  void close(bool killed) override {
    shown_.clear();
    if (killed && live_ != nullptr) {
      ignore(live_->flush(), "a store that failed is folded anew");
      ignore(facts_->store->flush(), "a store that failed is folded anew");
    }
    live_.reset();
    facts_.reset();
  }

  bool lose() override {
    std::error_code failed;
    fs::remove_all(stores(), failed);
    return !failed;
  }
  void keep_image() override {
    std::error_code failed;
    fs::remove_all(image(), failed);
    fs::copy(stores(), image(), fs::copy_options::recursive, failed);
    LL_ASSERT(!failed, "the temporary folder can be copied");
  }
  bool restore_image() override {
    if (!fs::exists(image())) return false;
    fs::remove_all(stores());
    fs::rename(image(), stores());
    return true;
  }

 private:
  [[nodiscard]] std::string stores() const { return folder_ + "/stores"; }
  [[nodiscard]] std::string image() const { return folder_ + "/image"; }
  [[nodiscard]] const StoreReader* named(std::string_view name) const {
    for (const Folded& folded : shown_) {
      if (folded.projection->name() == name) return folded.store.get();
    }
    return nullptr;
  }

  const std::string folder_;
  std::unique_ptr<Folded> facts_;
  std::unique_ptr<LiveFold> live_;
  std::vector<Folded> shown_;
};

}  // namespace

std::unique_ptr<Models> rocksdb_models() {
  return std::make_unique<RocksModels>();
}

}  // namespace lotledger::tests

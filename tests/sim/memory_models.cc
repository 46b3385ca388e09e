// tests/sim/memory_models.cc - read models in memory: gone with their process.
#include "tests/sim/models.h"

#include <utility>

namespace lotledger::tests {
namespace {

using namespace projections;

class MemoryModels final : public Models {
 public:
  Result<Store*> open(engine::LogReader& log) override {
    for (auto& projection : all_projections()) {
      auto store = memory_store(projection->fold_version());
      LL_TRY(catch_up(*projection, *store, log, k_no_seq));
      folded_.push_back({std::move(projection), std::move(store)});
    }
    return named("facts");
  }

  /// Nothing to do: view() reads what is durable from the log.
  void feed(const std::vector<engine::StoredRecord>& /*records*/) override {}

  Result<ModelView> view(engine::LogReader& log) override {
    for (Folded& folded : folded_) {
      if (folded.projection->name() == "facts") continue;  // The writer folds these, ahead of durability.
      LL_TRY(catch_up(*folded.projection, *folded.store, log, k_no_seq));
      LL_TRY(folded.store->seal());
    }
    return ModelView{named("genealogy"), named("batch_record"), named("audit_trail"), named("search"), &log};
  }

  std::vector<std::pair<std::string, const StoreReader*>> shown() const override {
    std::vector<std::pair<std::string, const StoreReader*>> stores;
    for (const Folded& folded : folded_) stores.emplace_back(folded.projection->name(), folded.store.get());
    return stores;
  }

  void close(bool /*killed*/) override { folded_.clear(); }
  bool lose() override { return false; }
  void keep_image() override {}
  bool restore_image() override { return false; }

 private:
  [[nodiscard]] Store* named(std::string_view name) const {
    for (const Folded& folded : folded_) {
      if (folded.projection->name() == name) return folded.store.get();
    }
    return nullptr;
  }

  std::vector<Folded> folded_;
};

}  // namespace

std::unique_ptr<Models> memory_models() {
  return std::make_unique<MemoryModels>();
}

}  // namespace lotledger::tests

// projections/runner.cc - folding the log into stores, and opening stores that stand where the log stands.
#include "projections/runner.h"

#include "projections/audit_trail.h"
#include "projections/batch_record.h"
#include "projections/facts.h"
#include "projections/genealogy.h"
#include "projections/search.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::projections {
namespace {

constexpr Seq k_records_per_progress = 4096;

StoreFolder folder_of(const std::string& stores_folder, const Projection& projection) {
  return StoreFolder(fmt::format("{}/{}", stores_folder, projection.name()));
}

/// The earlier of a wanted last seq and the durable end; k_no_seq where nothing is durable.
Seq clipped(Seq last, const engine::LogReader& log) {
  const Seq durable = log.durable().seq;
  return durable == k_no_seq ? k_no_seq : std::min(last, durable);
}

/// Whether `a` stands behind `b`; "nothing yet" stands before record 0. Seq arithmetic wraps on purpose.
bool behind(Seq a, Seq b) {
  return a + 1 < b + 1;
}

Result<void> fold_one(Projection& projection, Store& store, const engine::StoredRecord& record,
                      const Progress& progress) {
  LL_TRY(continues(record, projection, store));
  projection.apply(FoldInput{record, body_to_fold(record)}, store);
  if (store.delta_bytes() >= k_delta_bytes_max) LL_TRY(store.seal());
  if ((record.seq() + 1) % k_records_per_progress != 0) return {};
  if (progress) progress(record.seq());
  return store.failure();
}

/// Whether a rebuild helps: the store's own content is at fault.
bool damaged(const Store& store) {
  const auto failure = store.failure();
  return !failure.has_value() && failure.error().code == ErrorCode::corrupt;
}

/// The current store, caught up; nullptr when it must be folded anew.
Result<std::unique_ptr<Store>> open_current(Projection& projection, const std::string& stores_folder,
                                            engine::LogReader& log, const Progress& progress) {
  LL_ASSIGN(auto store, folder_of(stores_folder, projection).open(projection.fold_version()));
  LL_ASSIGN(const bool belongs, belongs_to(*store, log));
  if (!belongs) return nullptr;
  auto caught_up = catch_up(projection, *store, log, k_no_seq, progress);
  if (caught_up.has_value()) return store;
  if (damaged(*store)) return nullptr;
  return std::unexpected(std::move(caught_up).error());
}

Result<std::unique_ptr<Store>> fold_in_memory(Projection& projection, engine::LogReader& log, Seq last,
                                              const Progress& progress) {
  auto store = memory_store(projection.fold_version());
  LL_TRY(catch_up(projection, *store, log, last, progress));
  return store;
}

/// Whether a reader may stand on `store`: `view` can vouch for it, or a log opened anew can.
Result<bool> vouched_for(const StoreReader& store, const LogView& view) {
  if (!behind(view.log.durable().seq, store.position().head.seq)) return belongs_to(store, view.log);
  if (!view.reopen) return false;
  LL_ASSIGN(const auto later, view.reopen());
  return belongs_to(store, *later);
}

/// The store on disk at the view's target or later; nullptr when there is none to stand on.
Result<std::unique_ptr<Store>> open_secondary(Projection& projection, const std::string& stores_folder,
                                              const LogView& view, const Progress& progress) {
  auto opened = folder_of(stores_folder, projection).open_secondary(projection.fold_version());
  if (!opened.has_value()) {
    const ErrorCode code = opened.error().code;
    if (code == ErrorCode::not_found || code == ErrorCode::corrupt) return nullptr;
    return std::unexpected(std::move(opened).error());
  }
  std::unique_ptr<Store> store = std::move(*opened);
  LL_ASSIGN(const bool vouched, vouched_for(*store, view));
  if (!vouched) return nullptr;
  auto caught_up = catch_up(projection, *store, view.log, view.target, progress);
  if (caught_up.has_value()) return store;
  if (damaged(*store)) return nullptr;
  return std::unexpected(std::move(caught_up).error());
}

}  // namespace

std::vector<std::unique_ptr<Projection>> all_projections() {
  std::vector<std::unique_ptr<Projection>> all;
  all.push_back(std::make_unique<FactsProjection>());
  all.push_back(std::make_unique<GenealogyProjection>());
  all.push_back(std::make_unique<BatchRecordProjection>());
  all.push_back(std::make_unique<AuditTrailProjection>());
  all.push_back(std::make_unique<SearchProjection>());
  return all;
}

std::unique_ptr<Projection> projection_named(std::string_view name) {
  for (auto& projection : all_projections()) {
    if (projection->name() == name) return std::move(projection);
  }
  return nullptr;
}

Result<bool> belongs_to(const StoreReader& store, engine::LogReader& log) {
  const Head head = store.position().head;
  if (head.seq == k_no_seq) return true;
  if (behind(log.durable().seq, head.seq)) return false;
  return stands_in(log, head);
}

Result<bool> stands_in(engine::LogReader& log, const Head& head) {
  if (head == log.durable()) return true;
  LL_ASSIGN(const engine::StoredRecord record, log.at(head.seq));
  return record.leaf() == head.leaf;
}

Result<void> continues(const engine::StoredRecord& record, const Projection& projection, const StoreReader& store) {
  const Head& head = store.position().head;
  if (record.seq() == head.seq + 1 && record.header().previous_leaf == head.leaf) return {};
  return fail(
      ErrorCode::conflict,
      fmt::format("projection {}: its store is no fold of this log: record {} does not continue record {} as folded",
                  projection.name(), record.seq(), head.seq));
}

Result<void> catch_up(Projection& projection, Store& store, engine::LogReader& log, Seq last,
                      const Progress& progress) {
  const Seq goal = clipped(last, log);
  const Seq first = store.position().head.seq + 1;
  if (goal == k_no_seq || first > goal) return store.failure();
  Result<void> folded;
  LL_TRY(log.read(first, goal, [&](const engine::StoredRecord& record) {
    folded = fold_one(projection, store, record, progress);
    return folded.has_value();
  }));
  LL_TRY(folded);
  if (progress) progress(goal);
  return store.failure();
}

Result<Folded> open_for_folding(std::unique_ptr<Projection> projection, const std::string& stores_folder,
                                engine::LogReader& log, const Progress& progress) {
  LL_ASSIGN(auto store, open_current(*projection, stores_folder, log, progress));
  if (store == nullptr) {
    LL_TRY(rebuild(*projection, stores_folder, log, progress));
    LL_ASSIGN(store, folder_of(stores_folder, *projection).open(projection->fold_version()));
    LL_TRY(catch_up(*projection, *store, log, k_no_seq, progress));
  }
  return Folded{std::move(projection), std::move(store)};
}

Result<Folded> open_for_reading(std::unique_ptr<Projection> projection, const std::string& stores_folder,
                                engine::LogReader& log, Seq target, const Progress& progress) {
  return open_for_reading(std::move(projection), stores_folder, LogView{log, target, {}}, progress);
}

Result<Folded> open_for_reading(std::unique_ptr<Projection> projection, const std::string& stores_folder,
                                const LogView& view, const Progress& progress) {
  LL_ASSIGN(auto store, open_secondary(*projection, stores_folder, view, progress));
  if (store == nullptr) {
    LL_ASSIGN(store, fold_in_memory(*projection, view.log, view.target, progress));
  }
  return Folded{std::move(projection), std::move(store)};
}

Result<StoreDigest> rebuild(Projection& projection, const std::string& stores_folder, engine::LogReader& log,
                            const Progress& progress) {
  StoreFolder folder = folder_of(stores_folder, projection);
  LL_ASSIGN(auto store, folder.open_beside(projection.fold_version()));
  LL_TRY(catch_up(projection, *store, log, k_no_seq, progress));
  LL_TRY(store->flush());
  const StoreDigest digest = store->digest();
  LL_TRY(store->failure());
  store.reset();
  LL_TRY(folder.switch_to_beside());
  return digest;
}

Result<StoreDigest> replay_digest(Projection& projection, engine::LogReader& log, Seq last, const Progress& progress) {
  LL_ASSIGN(const auto store, fold_in_memory(projection, log, last, progress));
  return store->digest();
}

}  // namespace lotledger::projections

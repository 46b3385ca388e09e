// projections/runner.h - folds the log into read models: catch-up, live, rebuild beside and compare, readers that stand
// at exactly one position.
#pragma once

#include "engine/log/log.h"
#include "projections/projection.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::projections {

/// Every read model of this program, in the order in which `projection list` shows them. One line per projection.
[[nodiscard]] std::vector<std::unique_ptr<Projection>> all_projections();
/// The projection of that name, or nullptr.
[[nodiscard]] std::unique_ptr<Projection> projection_named(std::string_view name);

/// Bytes of an active delta at which it is sealed: large enough for sorted batches, small enough that three of them per
/// store stay modest.
inline constexpr std::size_t k_delta_bytes_max = std::size_t{32} << 20;

/// Called with the last folded seq, at most every few thousand records.
using Progress = std::function<void(Seq)>;

/// Whether the record at the head's seq, which is durable, has its leaf hash. Reads the log only where that is not its
/// last.
[[nodiscard]] Result<bool> stands_in(engine::LogReader& log, const Head& head);
/// Checks that `store` is a fold of a prefix of `log`: its head's leaf hash stands at its seq. False means rebuild.
[[nodiscard]] Result<bool> belongs_to(const StoreReader& store, engine::LogReader& log);
/// conflict where `record` does not continue what `store` is a fold of, by seq and leaf hash.
[[nodiscard]] Result<void> continues(const engine::StoredRecord& record, const Projection& projection,
                                     const StoreReader& store);
/// Folds records after the store's position up to `last` (clipped to durable) into `store`, sealing at a bound.
/// conflict when the log does not continue what the store is a fold of; else the first failure of log or store.
[[nodiscard]] Result<void> catch_up(Projection& projection, Store& store, engine::LogReader& log, Seq last,
                                    const Progress& progress = {});

/// A projection with the store that it folds into, caught up with the log.
struct Folded {
  std::unique_ptr<Projection> projection;
  std::unique_ptr<Store> store;
};

/// Opens the projection's store for folding and brings it to the durable end of the log; a store that does not belong
/// to the log (it is ahead of it, or of another history) or turns out to be damaged is thrown away and folded anew.
/// What is in the store then survives the process, but only LiveFold and flush() let new readers see it.
[[nodiscard]] Result<Folded> open_for_folding(std::unique_ptr<Projection> projection, const std::string& stores_folder,
                                              engine::LogReader& log, const Progress& progress = {});
/// Opens a projection for reading beside a writer, at exactly position `target` (clipped to the log's durable end) or
/// later: folds the tail of the log into a private delta. Works without any store too, and where the store is damaged
/// or not of this log: then everything is folded in memory.
///
/// A writer that goes on may flush its store past `target`, even past what `log` can see. A store past `target` that
/// `log` can vouch for is taken as it stands; answers filter by known_at. One past the end of `log` cannot be vouched
/// for, so everything is folded in memory; readers who may wait for that no longer than for an answer use the overload
/// below.
[[nodiscard]] Result<Folded> open_for_reading(std::unique_ptr<Projection> projection, const std::string& stores_folder,
                                              engine::LogReader& log, Seq target, const Progress& progress = {});

/// Opens the same log anew, to see what has become durable since.
using OpenLog = std::function<Result<std::unique_ptr<engine::LogReader>>()>;
/// What a reader sees of the log, and how it sees more.
struct LogView {
  engine::LogReader& log;
  Seq target = k_no_seq;
  OpenLog reopen;
};
/// As above. A store past the end of `view.log` is vouched for by the log opened anew, and taken if it belongs to that:
/// it then stands at a position that `view.log` does not show, and the caller must filter by known_at = target.
[[nodiscard]] Result<Folded> open_for_reading(std::unique_ptr<Projection> projection, const std::string& stores_folder,
                                              const LogView& view, const Progress& progress = {});
/// Folds the whole log into a new generation beside the current one, and switches. Returns the new digest. No other
/// process may have the store open for folding: it would go on with the old generation. Readers do not notice.
[[nodiscard]] Result<StoreDigest> rebuild(Projection& projection, const std::string& stores_folder,
                                          engine::LogReader& log, const Progress& progress = {});
/// Digest of a fresh fold of records 0..last in memory: what replay compares with.
[[nodiscard]] Result<StoreDigest> replay_digest(Projection& projection, engine::LogReader& log, Seq last,
                                                const Progress& progress = {});

/// Folds durable records live, on a thread of its own; settles the stores after 100 ms without records. A failure of
/// one store ends the folding of all: what they miss is folded at the next start.
class LiveFold {
 public:
  /// `projections` stand at the log's durable end.
  explicit LiveFold(std::vector<Folded> projections);
  /// Folds what is queued, settles the stores and closes them.
  ~LiveFold();
  LiveFold(const LiveFold&) = delete;
  LiveFold& operator=(const LiveFold&) = delete;

  /// Queues durable records that continue what was fed before. Blocks while more than 64 MiB of them wait.
  void feed(const std::vector<engine::StoredRecord>& records);
  /// Waits until everything fed is folded, flushes all stores. The first failure of any store, for ever.
  [[nodiscard]] Result<void> flush();
  /// For the end of a process: folds what is queued and settles the stores. Nothing may be fed any more. The first
  /// failure of any store.
  [[nodiscard]] Result<void> close();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lotledger::projections

// projections/store/store.h - the ordered key-value store under every projection: an in-memory delta over RocksDB,
// which lives in this folder and nowhere else. Disposable: any doubt means rebuild from the log. Explained in
// docs/areas/store.md.
#pragma once

#include "engine/base/ids.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger::projections {

/// What a store holds the fold of.
struct StorePosition {
  Head head;                       ///< Last record folded in.
  std::uint32_t fold_version = 0;  ///< Version of the projection's code; another one means rebuild.
  friend bool operator==(const StorePosition&, const StorePosition&) = default;
};

/// Additive digest of a set of (key, value): the sum modulo 2^256 of SHA-256(key length || key || value). Independent
/// of the order of writing; updated per sealed key, never by a scan. It finds mistakes and damage; it is no evidence
/// against an adversary (the log is).
using StoreDigest = Digest;

inline constexpr std::size_t k_key_bytes_max = std::size_t{64} * 1024 - 1;
inline constexpr std::size_t k_value_bytes_max = std::size_t{1024} * 1024 * 1024 - 1;

/// Visits entries in byte order of keys; false ends the scan. Both views are valid during that one call only. A visitor
/// may read the store (get, another scan) but not write it.
using EntryVisitor = std::function<bool(std::string_view key, std::string_view value)>;

/// Read side. A store is used by one thread; what runs in the background is its own affair.
///
/// Keys have 1 to k_key_bytes_max bytes, values 0 to k_value_bytes_max, both any bytes at all.
///
/// A failed read never passes for an answer: get() and scan() cannot return an error, so whoever shows, decides or
/// folds what they said asks failure() afterwards, once per query or record, and drops it all when there is one.
class StoreReader {
 public:
  StoreReader() = default;
  StoreReader(const StoreReader&) = delete;
  StoreReader& operator=(const StoreReader&) = delete;
  virtual ~StoreReader() = default;

  /// The value of `key` in active delta, sealed delta or RocksDB, in that order; false when there is none (or on
  /// failure).
  [[nodiscard]] virtual bool get(std::string_view key, std::string& value) const = 0;
  /// All entries with first <= key < last; `last` empty means to the end. Ends early on failure.
  virtual void scan(std::string_view first, std::string_view last, const EntryVisitor& visit) const = 0;
  /// All entries whose key begins with `prefix`.
  void scan_prefix(std::string_view prefix, const EntryVisitor& visit) const;
  [[nodiscard]] virtual StorePosition position() const = 0;
  /// Digest of the whole content, delta included. Waits for a seal under way and reads the old values of unsealed keys.
  [[nodiscard]] virtual StoreDigest digest() const = 0;
  /// Ok, or the first failure of RocksDB in reading, writing, flushing or compacting; it stays. corrupt: remove the
  /// store and rebuild it. io, unavailable: mend the cause, then open again.
  [[nodiscard]] virtual Result<void> failure() const = 0;
};

/// Write side: one thread folds. After a failure writes go nowhere: seal() and flush() return it.
class Store : public StoreReader {
 public:
  virtual void put(std::string_view key, std::string_view value) = 0;
  /// As put, for a key that the caller knows to be new (it holds the seq being folded); saves the look-up of the old
  /// value. A key that is there after all makes the digest wrong: where that is seen, it stops the process.
  virtual void insert(std::string_view key, std::string_view value) = 0;
  /// As insert, for an entry that is found by scans only: nobody may ask for it by get(), nor write its key again. It
  /// costs no place in the index of the delta. A key that is there after all stops the process at the seal.
  virtual void append(std::string_view key, std::string_view value) = 0;
  /// Nothing happens when there is no such key.
  virtual void erase(std::string_view key) = 0;
  /// Everything written since the last call belongs to the records up to `head`.
  virtual void advance(const Head& head) = 0;
  /// Bytes taken by the active delta since the last seal(), for the runner's bound.
  [[nodiscard]] virtual std::size_t delta_bytes() const = 0;
  /// Hands the active delta to the background and goes on with an empty one; it becomes one sorted batch with position
  /// and digest. Waits only while the delta sealed before is still being written, so memory holds three deltas at most.
  /// Precondition: advance() came after the last write. Nothing is durable yet: RocksDB writes files when some 8 MiB
  /// have come together, and a crash brings the store back as of such a file, whole seals only; the log is folded from
  /// there. A store in memory only has nothing to do.
  [[nodiscard]] virtual Result<void> seal() = 0;
  /// seal(), then waits until RocksDB has everything in synced files and a reader opened from now on sees it.
  [[nodiscard]] virtual Result<void> flush() = 0;
  /// For idle moments and the close: seal(), and flush() where more than k_settled_bytes_max of writes are in no file
  /// yet. A file for every pause would make RocksDB rewrite its levels over and over; folding that little again from
  /// the log costs a reader, or the next process, a few milliseconds.
  [[nodiscard]] virtual Result<void> settle() = 0;
};

/// Bytes of writes (as RocksDB counts them) that settle() may leave to be folded again.
inline constexpr std::size_t k_settled_bytes_max = std::size_t{512} * 1024;

/// A store without files: the same delta with nothing under it. For tests and for rebuilds that are only compared.
[[nodiscard]] std::unique_ptr<Store> memory_store(std::uint32_t fold_version);

/// Where a projection's stores live: FOLDER/<generation>/ and FOLDER/current naming the one in use. One process folds;
/// any number read.
class StoreFolder {
 public:
  explicit StoreFolder(std::string folder) : folder_(std::move(folder)) {}

  /// Opens the current generation for folding, or an empty new one (position k_no_seq) when there is none, when its
  /// fold version differs, or when RocksDB finds it damaged; the old one is then removed, as it can always be rebuilt.
  /// unavailable: another process, or another store of this one, has it open for folding. io: the environment refused
  /// (permission, disk full), with the path; nothing is removed then.
  [[nodiscard]] Result<std::unique_ptr<Store>> open(std::uint32_t fold_version);
  /// Opens the current generation beside a folding process, or without one (RocksDB secondary), with a private delta on
  /// top, so that the caller can fold the tail of the log into it. Sees one flushed state and stays on it; what is
  /// folded in stays in memory. Keeps working while the generation is replaced. not_found when there is none of this
  /// fold version, corrupt when RocksDB finds it damaged: the caller then folds from the start, or asks for a rebuild.
  [[nodiscard]] Result<std::unique_ptr<Store>> open_secondary(std::uint32_t fold_version);
  /// An empty generation beside the current one, for a rebuild. Removes what an interrupted rebuild left.
  [[nodiscard]] Result<std::unique_ptr<Store>> open_beside(std::uint32_t fold_version);
  /// Makes the generation opened by open_beside of this object (flushed and closed by now) the current one and removes
  /// the old one. Until `current` is replaced, atomically, a crash leaves the old one in use, after that the new one.
  /// not_found without open_beside.
  [[nodiscard]] Result<void> switch_to_beside();
  /// Gives up the current generation, because a read found it damaged: whoever opens the store next gets an empty one
  /// and folds it anew. The store must be closed. Readers that have it open go on.
  [[nodiscard]] Result<void> abandon();

 private:
  std::string folder_;
  std::optional<std::uint32_t> beside_;
};

}  // namespace lotledger::projections

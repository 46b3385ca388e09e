// projections/store/rocks_base.h - one RocksDB database as the base of a store: options, batches, errors. The library's
// own types stay in rocks_base.cc.
#pragma once

#include "projections/store/delta_store.h"

#include <cstddef>
#include <memory>
#include <string>

namespace lotledger::projections {

/// What stands beside the entries, in the same batch, so that it is always true of them.
struct StoreMeta {
  StorePosition position;
  StoreDigest digest;
};

/// All errors name the folder. corrupt and not_found: what is there is damaged or missing. unavailable: somebody else
/// has it open for writing. io: the environment refused.
///
/// get, walk and refresh belong to one thread; write and flush to one other at a time; the rest may run beside all.
class RocksBase final : public Base {
 public:
  /// Makes a new database that holds nothing but `position`, in synced files. `path` must not exist, its parent must.
  [[nodiscard]] static Result<std::unique_ptr<RocksBase>> create(const std::string& path,
                                                                 const StorePosition& position);
  /// Opens for writing, as of the last flush that was completed.
  [[nodiscard]] static Result<std::unique_ptr<RocksBase>> open(const std::string& path);
  /// Opens for reading one flushed state, whether or not somebody writes meanwhile.
  [[nodiscard]] static Result<std::unique_ptr<RocksBase>> open_reader(const std::string& path);
  ~RocksBase() override;

  /// As of open, or of the last write().
  [[nodiscard]] const StoreMeta& meta() const { return meta_; }

  [[nodiscard]] Lookup get(std::string_view key, std::string& value) const override;
  void get_many(std::span<const std::string_view> keys, const EntryVisitor& visit) const override;
  [[nodiscard]] std::unique_ptr<Cursor> walk(std::string_view first, std::string_view last) const override;
  [[nodiscard]] Result<void> failure() const override;
  /// Keeps the first failure.
  void fail_with(Error error) const;

  /// Writes the changes of `delta` and `meta` as one batch into the memtable; starts flushing that when it has grown
  /// large.
  [[nodiscard]] Result<void> write(const Delta& delta, const StoreMeta& meta);
  /// Returns when everything written is in synced files.
  [[nodiscard]] Result<void> flush();
  /// Bytes written that are in no file yet: a reader does not see them, a crash loses them.
  [[nodiscard]] std::size_t unflushed_bytes() const;
  /// Forgets the kept iterator, which would go on showing the state before the last write.
  void refresh() const;

 private:
  struct Library;
  explicit RocksBase(std::unique_ptr<Library> library);
  [[nodiscard]] Result<void> read_meta();

  std::unique_ptr<Library> library_;
  StoreMeta meta_;
};

}  // namespace lotledger::projections

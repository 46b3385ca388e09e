// projections/store/rocks_base.cc - the only code that knows RocksDB (7.8.3; what it gets wrong: docs/areas/store.md).
//
// One column family, no write-ahead log. A memtable holds whole batches and becomes one file, so the files of any
// version hold the entries and the position of one seal: what is opened after a crash, or beside a writer, is a prefix
// of the history by construction. The two usual arrangements are not safe in that:
// - Position in a column family of its own: the two are flushed one after the other, and a reader in between sees
// entries
//   newer than the position; folding the tail would apply records twice.
// - Write-ahead log: it is replayed over whatever the manifest lists. A manifest that lost its end (tests/
//   store_damage_test.cc), or one that a secondary read just before a flush removed the log it needs, gives old files,
//   a hole, and the newest batches with the newest position on top.
// The ledger is the log; what was not flushed is folded again.
//
// Position, fold version and digest stand under the empty key, which no entry may have.
#include "projections/store/rocks_base.h"

#include "engine/base/assert.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <cstring>
#include <mutex>
#include <optional>

namespace lotledger::projections {

/// Keeps the first error of any thread.
class FirstError {
 public:
  void set(Error error) {
    const std::lock_guard lock(mutex_);
    if (!error_.has_value()) error_ = std::move(error);
  }
  [[nodiscard]] std::optional<Error> get() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
};

namespace {
constexpr std::size_t k_mib = std::size_t{1024} * 1024;
constexpr std::size_t k_cache_bytes = 256 * k_mib;
// The memtable is flushed when we say so.
constexpr std::size_t k_memtable_bytes = 8 * k_mib;
constexpr std::size_t k_memtable_bytes_never = 512 * k_mib;
constexpr std::size_t k_meta_layout = 1;
constexpr std::size_t k_meta_bytes = 4 + 4 + 8 + 32 + 32;

rocksdb::Slice slice_of(std::string_view text) {
  return {text.data(), text.size()};
}
std::string_view view_of(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

/// RocksDB's diary would litter the folder; what matters arrives as a status.
class NoDiary final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  NoDiary() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::Status open_primary(const rocksdb::Options& options, const std::string& path, rocksdb::DB** db) {
  return rocksdb::DB::Open(options, path, db);
}

bool damaged(const rocksdb::Status& status) {
  return status.IsCorruption() || status.IsInvalidArgument() || status.IsNotSupported() || status.IsIncomplete() ||
         status.IsColumnFamilyDropped();
}

Error error_of(const rocksdb::Status& status, const std::string& path, std::string_view doing) {
  const std::string said = status.ToString();
  ErrorCode code = ErrorCode::io;
  if (damaged(status)) {
    code = ErrorCode::corrupt;
  } else if (status.IsNotFound() || status.IsPathNotFound()) {
    code = ErrorCode::not_found;
  } else if (said.find("/LOCK") != std::string::npos || status.IsBusy()) {
    code = ErrorCode::unavailable;
  }
  return Error{code, fmt::format("store {}: {}: {}", path, doing, said)};
}

/// Failed flushes and compactions happen on RocksDB's threads; the store hears of them here.
class BackgroundErrors final : public rocksdb::EventListener {
 public:
  BackgroundErrors(std::shared_ptr<FirstError> first, std::string path)
      : first_(std::move(first)), path_(std::move(path)) {}
  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/, rocksdb::Status* status) override {
    first_->set(error_of(*status, path_, "in the background"));
  }

 private:
  std::shared_ptr<FirstError> first_;
  std::string path_;
};

/// One cache for all stores of the process, so that its bound is one number.
std::shared_ptr<rocksdb::Cache> shared_cache() {
  static const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(k_cache_bytes);
  return cache;
}

rocksdb::BlockBasedTableOptions table_options() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = shared_cache();
  table.block_size = std::size_t{16} * 1024;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  // Index and filters count against the cache, in parts: of files that together have more than it holds, a look-up
  // would else read and check the filter of a whole file, a megabyte, each time.
  table.cache_index_and_filter_blocks = true;
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = std::size_t{8} * 1024;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  return table;
}

rocksdb::Options common_options() {
  rocksdb::Options options;
  options.info_log = std::make_shared<NoDiary>();
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table_options()));
  options.compression = rocksdb::kLZ4Compression;
  options.max_open_files = -1;  // Readers keep working when the files of a replaced generation are removed.
  options.max_file_opening_threads = 2;
  options.skip_stats_update_on_db_open = true;
  return options;
}

rocksdb::Options writer_options() {
  rocksdb::Options options = common_options();
  options.write_buffer_size = k_memtable_bytes_never;
  options.arena_block_size = 256 * 1024;
  options.max_write_buffer_number = 4;
  options.allow_concurrent_memtable_write = false;  // One writer, whose batches are sorted: each key is looked for
                                                    // beside the one before it.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(1));
  options.avoid_flush_during_shutdown = true;  // A short session leaves no tiny file behind; see settle().
  options.max_background_jobs = 2;
  options.level0_file_num_compaction_trigger = 4;
  options.target_file_size_base = 32 * k_mib;
  options.max_bytes_for_level_base = 256 * k_mib;
  options.max_bgerror_resume_count = 0;  // After a failure nothing is retried behind our back: the store is rebuilt.
  options.bytes_per_sync = k_mib;
  return options;
}

std::string encode(const StoreMeta& meta) {
  std::uint8_t bytes[k_meta_bytes];
  store_le(bytes, static_cast<std::uint32_t>(k_meta_layout));
  store_le(bytes + 4, meta.position.fold_version);
  store_le(bytes + 8, meta.position.head.seq);
  std::memcpy(bytes + 16, meta.position.head.leaf.bytes.data(), 32);
  std::memcpy(bytes + 48, meta.digest.bytes.data(), 32);
  return std::string(text_of(bytes));
}

std::optional<StoreMeta> decode(std::string_view text) {
  if (text.size() != k_meta_bytes) return std::nullopt;
  const std::uint8_t* const bytes = bytes_of(text).data();
  if (load_le<std::uint32_t>(bytes) != k_meta_layout) return std::nullopt;
  StoreMeta meta;
  meta.position.fold_version = load_le<std::uint32_t>(bytes + 4);
  meta.position.head.seq = load_le<std::uint64_t>(bytes + 8);
  std::memcpy(meta.position.head.leaf.bytes.data(), bytes + 16, 32);
  std::memcpy(meta.digest.bytes.data(), bytes + 48, 32);
  return meta;
}
}  // namespace

/// An iterator that knows where a walk ends. Without that it would look for the next key that it sees, through all that
/// was written, or erased, since it was made: a walk of no key would cost as much as the whole of a seal.
class BoundedIterator {
 public:
  /// `last` empty: to the end of the store, for good.
  BoundedIterator(rocksdb::DB& db, std::string_view last) : last_(last), end_(last_) {
    rocksdb::ReadOptions options;
    if (!last.empty()) options.iterate_upper_bound = &end_;
    iterator_.reset(db.NewIterator(options));
  }
  BoundedIterator(const BoundedIterator&) = delete;  // RocksDB keeps the address of the end.
  BoundedIterator& operator=(const BoundedIterator&) = delete;
  /// RocksDB reads the bound anew at each Seek, which has to follow.
  void set_end(std::string_view last) {
    last_ = last;
    end_ = last_;
  }
  [[nodiscard]] bool has_end() const { return !last_.empty(); }
  [[nodiscard]] rocksdb::Iterator& get() const { return *iterator_; }

 private:
  std::string last_;
  rocksdb::Slice end_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

/// What a RocksBase holds of RocksDB.
struct RocksBase::Library {
  class Walk;
  using Opener = std::function<rocksdb::Status(const rocksdb::Options&, const std::string&, rocksdb::DB**)>;
  [[nodiscard]] static Result<std::unique_ptr<RocksBase>> open(const std::string& path, rocksdb::Options options,
                                                               const Opener& opener);
  [[nodiscard]] Error error(const rocksdb::Status& status, std::string_view doing) const {
    return error_of(status, path, doing);
  }
  /// The kept iterator, or a new one (a visitor of a scan may scan).
  [[nodiscard]] std::unique_ptr<BoundedIterator> take_iterator(std::string_view last) {
    if (last.empty() || idle_iterator == nullptr) return std::make_unique<BoundedIterator>(*db, last);
    idle_iterator->set_end(last);
    return std::move(idle_iterator);
  }
  void give_back(std::unique_ptr<BoundedIterator> iterator) {
    if (const auto status = iterator->get().status(); !status.ok()) {
      first_error->set(error(status, "scanning"));
    } else if (iterator->has_end()) {
      idle_iterator = std::move(iterator);
    }
  }
  [[nodiscard]] std::size_t number(const rocksdb::Slice& property) const {
    std::uint64_t value = 0;
    return db->GetIntProperty(property, &value) ? value : 0;
  }
  [[nodiscard]] Result<void> start_flush();

  std::string path;
  std::shared_ptr<FirstError> first_error = std::make_shared<FirstError>();
  std::unique_ptr<rocksdb::DB> db;
  // Kept for its memory: what is new for every seal would have to be cleared by the system each time.
  rocksdb::WriteBatch batch;
  // Making an iterator costs more than a short scan with it. Refers to `db`, hence behind it.
  std::unique_ptr<BoundedIterator> idle_iterator;
};

Result<std::unique_ptr<RocksBase>> RocksBase::Library::open(const std::string& path, rocksdb::Options options,
                                                            const Opener& opener) {
  auto library = std::make_unique<Library>();
  library->path = path;
  options.listeners.push_back(std::make_shared<BackgroundErrors>(library->first_error, path));
  rocksdb::DB* db = nullptr;
  const auto status = opener(options, path, &db);
  library->db.reset(db);
  if (!status.ok()) return std::unexpected(library->error(status, "opening"));
  return std::unique_ptr<RocksBase>(new RocksBase(std::move(library)));
}

Result<void> RocksBase::Library::start_flush() {
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;  // Waiting is right: it bounds the memtables that nobody has written yet.
  if (const auto status = db->Flush(options); !status.ok()) {
    return std::unexpected(error(status, "starting a flush"));
  }
  return {};
}

/// Walks RocksDB within bounds; its iterator goes back to the library at the end, which also looks at its status.
class RocksBase::Library::Walk final : public Cursor {
 public:
  Walk(Library& library, std::string_view first, std::string_view last)
      : library_(library), kept_(library.take_iterator(last)), iterator_(kept_->get()) {
    iterator_.Seek(slice_of(first));
    if (iterator_.Valid() && iterator_.key().empty()) iterator_.Next();
  }
  ~Walk() override { library_.give_back(std::move(kept_)); }
  Walk(const Walk&) = delete;
  Walk& operator=(const Walk&) = delete;

  bool valid() const override { return iterator_.Valid(); }
  std::string_view key() const override { return view_of(iterator_.key()); }
  std::optional<std::string_view> value() const override { return view_of(iterator_.value()); }
  void next() override { iterator_.Next(); }

 private:
  Library& library_;
  std::unique_ptr<BoundedIterator> kept_;
  rocksdb::Iterator& iterator_;
};

RocksBase::RocksBase(std::unique_ptr<Library> library) : library_(std::move(library)) {}
RocksBase::~RocksBase() = default;

Result<std::unique_ptr<RocksBase>> RocksBase::create(const std::string& path, const StorePosition& position) {
  rocksdb::Options options = writer_options();
  options.create_if_missing = true;
  options.error_if_exists = true;
  LL_ASSIGN(auto base, Library::open(path, options, open_primary));
  LL_TRY(base->write(Delta(), StoreMeta{position, {}}));
  LL_TRY(base->flush());
  return base;
}

Result<std::unique_ptr<RocksBase>> RocksBase::open(const std::string& path) {
  LL_ASSIGN(auto base, Library::open(path, writer_options(), open_primary));
  LL_TRY(base->read_meta());
  return base;
}

Result<std::unique_ptr<RocksBase>> RocksBase::open_reader(const std::string& path) {
  const auto open = [](const rocksdb::Options& options, const std::string& name, rocksdb::DB** db) {
    // The last folder would take the diary of the secondary; NoDiary needs none.
    return rocksdb::DB::OpenAsSecondary(options, name, name, db);
  };
  LL_ASSIGN(auto base, Library::open(path, common_options(), open));
  LL_TRY(base->read_meta());
  return base;
}

Result<void> RocksBase::read_meta() {
  std::string text;
  const auto status = library_->db->Get(rocksdb::ReadOptions(), rocksdb::Slice(), &text);
  if (!status.ok() && !status.IsNotFound()) return std::unexpected(library_->error(status, "reading its position"));
  const auto meta = status.ok() ? decode(text) : std::nullopt;
  if (!meta.has_value()) {
    return fail(ErrorCode::corrupt,
                fmt::format("store {}: it has no readable position ({} bytes)", library_->path, text.size()));
  }
  meta_ = *meta;
  return {};
}

Base::Lookup RocksBase::get(std::string_view key, std::string& value) const {
  const auto status = library_->db->Get(rocksdb::ReadOptions(), slice_of(key), &value);
  if (status.ok()) return Lookup::found;
  if (status.IsNotFound()) return Lookup::absent;
  fail_with(library_->error(status, "reading"));
  return Lookup::failed;
}

void RocksBase::get_many(std::span<const std::string_view> keys, const EntryVisitor& visit) const {
  if (keys.empty()) return;
  std::vector<rocksdb::Slice> slices;
  slices.reserve(keys.size());
  for (const std::string_view key : keys) slices.push_back(slice_of(key));
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  library_->db->MultiGet(rocksdb::ReadOptions(), library_->db->DefaultColumnFamily(), slices.size(), slices.data(),
                         values.data(), statuses.data(), /*sorted_input=*/true);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) {
      fail_with(library_->error(statuses[i], "reading old values"));
      return;
    }
    if (!visit(keys[i], view_of(values[i]))) return;
  }
}

std::unique_ptr<Cursor> RocksBase::walk(std::string_view first, std::string_view last) const {
  return std::make_unique<Library::Walk>(*library_, first, last);
}

Result<void> RocksBase::failure() const {
  if (auto error = library_->first_error->get()) return std::unexpected(std::move(*error));
  return {};
}

void RocksBase::fail_with(Error error) const {
  library_->first_error->set(std::move(error));
}

Result<void> RocksBase::write(const Delta& delta, const StoreMeta& meta) {
  rocksdb::WriteBatch& batch = library_->batch;
  batch.Clear();
  rocksdb::Status status = batch.Put(rocksdb::Slice(), encode(meta));
  delta.each([&](const Entry& entry) {
    if (!status.ok()) return;
    if (const auto value = entry.seen()) {
      status = batch.Put(slice_of(entry.key), slice_of(*value));
    } else if (entry.old_state != Entry::Old::absent) {
      status = batch.Delete(slice_of(entry.key));
    }
  });
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  if (status.ok()) status = library_->db->Write(options, &batch);
  if (!status.ok()) return std::unexpected(library_->error(status, "writing a batch"));
  meta_ = meta;
  if (library_->number(rocksdb::DB::Properties::kCurSizeActiveMemTable) < k_memtable_bytes) return {};
  return library_->start_flush();
}

Result<void> RocksBase::flush() {
  library_->batch = rocksdb::WriteBatch();
  const auto status = library_->db->Flush(rocksdb::FlushOptions());
  if (!status.ok()) return std::unexpected(library_->error(status, "flushing"));
  return failure();
}

std::size_t RocksBase::unflushed_bytes() const {
  return library_->number(rocksdb::DB::Properties::kCurSizeAllMemTables);
}

void RocksBase::refresh() const {
  library_->idle_iterator.reset();
}

}  // namespace lotledger::projections

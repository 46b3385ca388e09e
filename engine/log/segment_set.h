// engine/log/segment_set.h - finds records in the segments of a folder: by the index of a sealed segment, or by the
// offsets in memory of the one that still grows. Shared by the writing log and by readers; safe for any number of
// threads.
#pragma once

#include "engine/log/disk.h"
#include "engine/log/log_files.h"
#include "engine/log/segment.h"

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lotledger::engine {

/// Where neighbouring records of one segment stand.
struct RecordWindow {
  std::shared_ptr<const File> file;
  std::string path;
  Seq first = 0;
  /// Of each record's slot, and one more: a bound behind the last slot. Ascending; not otherwise verified, so what is
  /// found there must be checked to be the record that was looked for.
  std::vector<std::uint64_t> offsets;

  [[nodiscard]] std::size_t count() const { return offsets.size() - 1; }
};

class SegmentSet {
 public:
  /// `layout` states ledger and segment size; `disk` must outlive the set.
  SegmentSet(Disk& disk, std::string folder, const SegmentHeader& layout)
      : disk_(disk), folder_(std::move(folder)), layout_(layout) {}

  /// Starts anew with a segment that has no index yet. `end` is the offset behind its last record.
  void set_growing(Seq first, std::shared_ptr<const File> file, std::vector<std::uint64_t> offsets, std::uint64_t end);
  /// Adds records to the growing segment.
  void grow(std::span<const std::uint64_t> offsets, std::uint64_t end);
  /// Whether the segment of this record is the growing one.
  [[nodiscard]] bool is_growing(Seq seq) const;

  /// A window that begins at `first` and holds at least one record, at most up to `last`, to the end of the segment, or
  /// 1,024 records. corrupt when a sealed segment's index is damaged; not_found when the file is gone.
  [[nodiscard]] Result<RecordWindow> window(Seq first, Seq last);
  /// Whether the segment of `seq` has a trailer. Asks the file.
  [[nodiscard]] Result<bool> is_sealed(Seq seq);

  [[nodiscard]] Seq segment_of(Seq seq) const { return seq - seq % layout_.records_per_segment; }
  [[nodiscard]] const SegmentHeader& layout() const { return layout_; }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  struct Sealed {
    Seq first = 0;
    std::shared_ptr<const File> file;
    SegmentTrailer trailer;
  };
  [[nodiscard]] std::optional<RecordWindow> growing_window(Seq first, Seq last) const;
  [[nodiscard]] Result<std::shared_ptr<const Sealed>> sealed(Seq segment);
  [[nodiscard]] Result<std::shared_ptr<const Sealed>> open_sealed(Seq segment);

  Disk& disk_;
  const std::string folder_;
  const SegmentHeader layout_;

  mutable std::mutex mutex_;  ///< Guards what follows; never held during I/O.
  std::deque<std::shared_ptr<const Sealed>> cache_;
  std::optional<Seq> growing_first_;
  std::shared_ptr<const File> growing_file_;
  std::vector<std::uint64_t> growing_offsets_;
  std::uint64_t growing_end_ = 0;
};

}  // namespace lotledger::engine

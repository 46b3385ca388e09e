// engine/log/segment_set.cc - record lookup in sealed and growing segments.
#include "engine/log/segment_set.h"

#include "engine/base/assert.h"
#include "engine/log/segment_scan.h"

#include <algorithm>
#include <functional>

namespace lotledger::engine {

namespace {
constexpr std::uint64_t k_window_records = 1024;
/// Open sealed segments. Bounds descriptors; a trailer is small, and offsets are read from the file where needed.
constexpr std::size_t k_cached_segments = 64;
constexpr std::size_t k_entry = sizeof(std::uint64_t);
}  // namespace

void SegmentSet::set_growing(Seq first, std::shared_ptr<const File> file, std::vector<std::uint64_t> offsets,
                             std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  growing_first_ = first;
  growing_file_ = std::move(file);
  growing_offsets_ = std::move(offsets);
  growing_end_ = end;
}

void SegmentSet::grow(std::span<const std::uint64_t> offsets, std::uint64_t end) {
  const std::lock_guard lock(mutex_);
  growing_offsets_.insert(growing_offsets_.end(), offsets.begin(), offsets.end());
  growing_end_ = end;
}

bool SegmentSet::is_growing(Seq seq) const {
  const std::lock_guard lock(mutex_);
  return growing_first_ == segment_of(seq);
}

Result<bool> SegmentSet::is_sealed(Seq seq) {
  LL_ASSIGN(const auto opened, open_segment(disk_, folder_, segment_of(seq), OpenMode::read));
  LL_ASSIGN(const auto trailer, read_trailer(*opened.file, opened.header));
  return trailer.has_value();
}

std::optional<RecordWindow> SegmentSet::growing_window(Seq first, Seq last) const {
  const std::lock_guard lock(mutex_);
  if (growing_first_ != segment_of(first)) return std::nullopt;
  const std::uint64_t begin = first - *growing_first_;
  LL_ASSERT(begin < growing_offsets_.size(), "a record that is durable has an offset");
  const std::uint64_t count = std::min({last - first + 1, k_window_records, growing_offsets_.size() - begin});
  const auto from = growing_offsets_.begin() + static_cast<std::ptrdiff_t>(begin);
  RecordWindow window{
      growing_file_, segment_path(folder_, *growing_first_), first, {from, from + static_cast<std::ptrdiff_t>(count)}};
  const bool at_end = begin + count == growing_offsets_.size();
  window.offsets.push_back(at_end ? growing_end_ : growing_offsets_[begin + count]);
  return window;
}

Result<RecordWindow> SegmentSet::window(Seq first, Seq last) {
  LL_ASSERT(first <= last, "a window goes forward");
  if (auto growing = growing_window(first, last)) return std::move(*growing);
  const Seq segment = segment_of(first);
  LL_ASSIGN(const auto found, sealed(segment));
  const std::uint64_t begin = first - segment;
  const std::uint64_t count = std::min({last - first + 1, k_window_records, found->trailer.count - begin});
  // The bound behind the last record of the segment is not in the index: it is where the index begins.
  const bool at_end = begin + count == found->trailer.count;
  RecordWindow window{found->file, segment_path(folder_, segment), first, std::vector<std::uint64_t>(count + 1)};
  const std::size_t bytes = (at_end ? count : count + 1) * k_entry;
  const MutableBytes raw{reinterpret_cast<std::uint8_t*>(window.offsets.data()), bytes};
  const std::uint64_t entries_at = found->trailer.index_offset + begin * k_entry;
  LL_ASSIGN(const std::size_t got, found->file->read_at(entries_at, raw));
  if (at_end) window.offsets.back() = found->trailer.index_offset;
  if (got < bytes || !std::is_sorted(window.offsets.begin(), window.offsets.end(), std::less_equal<>{})) {
    return damage_error(layout_.ledger, {first, window.path, entries_at}, "index of the segment is damaged");
  }
  return window;
}

Result<std::shared_ptr<const SegmentSet::Sealed>> SegmentSet::sealed(Seq segment) {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& entry : cache_) {
      if (entry->first == segment) return entry;
    }
  }
  LL_ASSIGN(auto opened, open_sealed(segment));
  const std::lock_guard lock(mutex_);
  if (cache_.size() == k_cached_segments) cache_.pop_front();
  cache_.push_back(opened);
  return opened;
}

Result<std::shared_ptr<const SegmentSet::Sealed>> SegmentSet::open_sealed(Seq segment) {
  LL_ASSIGN(auto opened, open_segment(disk_, folder_, segment, OpenMode::read));
  const std::string path = segment_path(folder_, segment);
  const bool same =
      opened.header.ledger == layout_.ledger && opened.header.records_per_segment == layout_.records_per_segment;
  if (!same) return damage_error(layout_.ledger, {segment, path, 0}, "segment header is of another log");
  LL_ASSIGN(const auto trailer, read_trailer(*opened.file, opened.header));
  LL_ASSIGN(const std::uint64_t size, opened.file->size());
  if (!trailer) return damage_error(layout_.ledger, {segment, path, size}, "segment has no intact trailer");
  return std::make_shared<const Sealed>(Sealed{segment, std::move(opened.file), *trailer});
}

}  // namespace lotledger::engine

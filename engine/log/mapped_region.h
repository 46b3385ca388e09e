// engine/log/mapped_region.h - files in memory, and what is told when a page of one cannot be read.
#pragma once

#include "engine/base/bytes.h"

#include <string>
#include <string_view>

namespace lotledger::engine {

/// A region of memory that mmap() gave for a file; unmapped at the end of its life. Known to the handler below.
class MappedRegion {
 public:
  /// `bytes` is what mmap() gave for the file at `path`, or empty.
  MappedRegion(Bytes bytes, std::string path);
  ~MappedRegion();
  MappedRegion(const MappedRegion&) = delete;
  MappedRegion& operator=(const MappedRegion&) = delete;

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The region mapped before this one; for the handler.
  [[nodiscard]] const MappedRegion* next() const { return next_; }

 private:
  const Bytes bytes_;
  const std::string path_;
  MappedRegion* next_ = nullptr;
  MappedRegion* previous_ = nullptr;
};

/// From now on, a page of a mapped file that cannot be read (the disk fails, or somebody cut the file) ends the process
/// with `exit_code`, after a line on stderr that names file and offset, and `hint` below it. Without it, and for memory
/// that is no mapped file of ours, the system ends the process with SIGBUS. `hint` must live as long as the process.
///
/// Why the process has to end: reads of memory have no error to return, and what was read of the page before may have
/// been used already.
void end_on_unreadable_page(int exit_code, std::string_view hint);

}  // namespace lotledger::engine

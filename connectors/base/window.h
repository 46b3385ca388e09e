// connectors/base/window.h - forward reading of a file of any size through a bounded buffer, with line numbers.
#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors {

/// Where bytes come from: a file, or a text in memory.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;
  /// Reads up to `to.size()` bytes; fewer only at the end. io with path and offset.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const = 0;
};

/// not_found or io; the message names the path.
[[nodiscard]] Result<std::unique_ptr<ByteSource>> open_file(const std::string& path);
/// Does not copy: `text` must outlive the source.
[[nodiscard]] std::unique_ptr<ByteSource> source_over(std::string_view text);

/// A position in a source and the bytes around it. Bytes from the mark on stay in memory, at most `kept_max` of them;
/// all others are forgotten once they are behind the position.
class Window {
 public:
  Window(const ByteSource& source, std::size_t kept_max) : source_(source), kept_max_(kept_max) {}

  /// The byte at the position, or -1 at the end of the file and after a read error.
  [[nodiscard]] int peek() { return ahead().empty() ? -1 : static_cast<unsigned char>(buffer_[at_]); }
  /// Buffered bytes from the position on; empty at the end only. Invalid after the next call that is not const.
  [[nodiscard]] std::string_view ahead();
  void advance(std::size_t count) { at_ += count; }

  /// Keeps the bytes from here on.
  void mark();
  /// Keeps nothing any more.
  void unmark() { marking_ = false; }
  /// The bytes from the mark to the position; only the first `kept_max` of them where there are more.
  [[nodiscard]] std::string_view marked() const;
  /// False when there were more bytes than could be kept.
  [[nodiscard]] bool marked_is_whole() const { return !overflowed_; }

  [[nodiscard]] std::uint64_t offset() const { return base_ + at_; }
  /// Line of the position, from 1.
  [[nodiscard]] std::uint64_t line();
  /// The read error that ended the file early, if any.
  [[nodiscard]] const Result<void>& status() const { return status_; }

 private:
  void refill();
  void count_lines_to(std::size_t index);

  const ByteSource& source_;
  std::size_t kept_max_;
  std::vector<char> buffer_;
  std::size_t size_ = 0;     ///< Bytes of the buffer that are filled.
  std::size_t at_ = 0;       ///< Index of the position.
  std::size_t counted_ = 0;  ///< Index up to which line ends are counted.
  std::uint64_t base_ = 0;   ///< Offset of the first byte of the buffer.
  std::uint64_t line_ = 1;
  bool marking_ = false;
  std::size_t mark_ = 0;
  bool overflowed_ = false;
  std::string overflow_;  ///< What was kept of a value that became too long.
  bool at_end_ = false;
  Result<void> status_;
};

}  // namespace lotledger::connectors

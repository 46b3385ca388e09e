// connectors/plain/row_cutter.h - a file cut into rows, in bounded memory. A row that is broken costs its own line and
// no other: reading goes on at the next one.
#pragma once

#include "connectors/base/rows.h"
#include "connectors/base/window.h"
#include "connectors/plain/csv.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::plain {

/// Longest row with its line ends; as much of a refused row as its record keeps.
inline constexpr std::size_t k_row_bytes_max = engine::k_rejected_raw_bytes_max;

/// A row as bytes.
struct CutRow {
  RowPlace place;
  std::uint64_t length = 0;  ///< Bytes in the file, without the line end.
  std::string bytes;         ///< At most k_row_bytes_max.
  std::vector<std::string> cells;
  std::string fault;  ///< Why it is no row; empty when it is one.
};

/// Cuts rows. Not for use by two threads at once.
class RowCutter {
 public:
  using Scan = std::function<CsvScan(std::string_view text, bool last)>;
  using Believed = std::function<bool(const std::vector<std::string>& cells)>;
  /// `chunk`: bytes read at once. `source` must outlive the cutter.
  RowCutter(const ByteSource& source, std::size_t chunk) : source_(source), chunk_(chunk) {}

  /// The bytes at the position, `count` of them where there are so many. io as ByteSource.
  [[nodiscard]] Result<std::string_view> peek(std::size_t count);
  /// Passes over `count` bytes that peek() showed.
  void skip(std::size_t count) { at_ += count; }
  /// The next row that is not blank; nullopt at the end. Of a row that runs over line ends and is not believed, only
  /// the first line is taken, and refused: a quote is missing or astray there.
  [[nodiscard]] Result<std::optional<CutRow>> next(const Scan& scan, const Believed& believed);

 private:
  [[nodiscard]] std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
  [[nodiscard]] Result<void> fill();
  [[nodiscard]] Result<CutRow> first_line(std::string fault);
  [[nodiscard]] CutRow take(std::size_t length);

  const ByteSource& source_;
  std::size_t chunk_;
  std::string buffer_;
  std::size_t at_ = 0;      ///< Index of the position in the buffer.
  std::uint64_t base_ = 0;  ///< Offset of the first byte of the buffer.
  std::uint64_t line_ = 1;  ///< Line of the position.
  bool ended_ = false;      ///< The buffer holds the end of the file.
};

}  // namespace lotledger::connectors::plain

// connectors/plain/csv.h - where a row of CSV (RFC 4180) ends and what its cells are. Pure; bytes are not decoded here:
// quotes, delimiters and line ends never occur inside a character of UTF-8 or GB18030.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::plain {

/// The row at the beginning of a text.
struct CsvScan {
  enum class End : std::uint8_t {
    row,     ///< It is whole.
    more,    ///< The text ends before the row does.
    broken,  ///< Quotes are not as RFC 4180 wants them; `what` says how.
  };
  End end = End::more;
  std::size_t length = 0;  ///< Bytes of the row with its line end.
  std::vector<std::string> cells;
  std::string_view what;
};

/// Scans one row. `last`: nothing comes behind `text`.
[[nodiscard]] CsvScan scan_csv(std::string_view text, bool last, char delimiter);
/// The same for a line, which has no cells.
[[nodiscard]] CsvScan scan_line(std::string_view text, bool last);
/// `text` without its line end, LF or CRLF.
[[nodiscard]] std::string_view without_line_end(std::string_view text);

}  // namespace lotledger::connectors::plain

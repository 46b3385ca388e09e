// connectors/plain/row_reader.h - a file of the plain format as rows of named values: CSV with a header, or one JSON
// object a line. Explained in docs/formats/plain.md.
#pragma once

#include "connectors/base/json_tree.h"
#include "connectors/plain/columns.h"
#include "connectors/plain/encoding.h"
#include "connectors/plain/row_cutter.h"

#include <array>
#include <memory>

namespace lotledger::connectors::plain {

/// How a file is to be read: what its own bytes do not say.
struct PlainFormat {
  Kind kind = Kind::receipts;
  char delimiter = ',';
  Encoding encoding = Encoding::utf8;
  bool decimal_comma = false;
  std::optional<std::int16_t> offset_minutes;  ///< Of times without an offset, from UTC.
};

/// One row. Values are decoded and trimmed; empty means absent.
struct Row {
  RowPlace place;
  std::uint64_t length = 0;
  std::string label;   ///< What the source calls it, for people; empty for rows of our own files.
  std::string text;    ///< As it stands in the file, decoded where it can be.
  bool whole = true;   ///< False where `text` is only its beginning.
  bool is_row = true;  ///< False where not even cells could be told apart.
  std::array<std::string, k_columns> values;
  std::vector<Fault> faults;
  [[nodiscard]] const std::string& operator[](Column column) const {
    return values.at(static_cast<std::size_t>(column));
  }
};

/// Bytes that are read at once.
inline constexpr std::size_t k_chunk_bytes = std::size_t{256} << 10;

/// Reads a file from its beginning to its end, in memory that does not depend on its size.
class RowReader {
 public:
  /// Reads the header. invalid_input when the file is empty, is UTF-16, or its header is not sound: all faults of it,
  /// with line and column.
  [[nodiscard]] static Result<std::unique_ptr<RowReader>> over(std::unique_ptr<ByteSource> source, std::string name,
                                                               PlainFormat format, std::size_t chunk = k_chunk_bytes);
  /// The next row, sound or not; nullopt at the end. io when the file can no longer be read.
  [[nodiscard]] Result<std::optional<Row>> next();
  /// The same into `row`, whose memory is used again; false at the end.
  [[nodiscard]] Result<bool> next(Row& row);

  [[nodiscard]] const PlainFormat& format() const { return format_; }
  /// The header line, decoded; empty for JSON.
  [[nodiscard]] const std::string& header() const { return header_; }

 private:
  RowReader(std::unique_ptr<ByteSource> source, std::string name, PlainFormat format, std::size_t chunk);
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<void> read_header();
  [[nodiscard]] Result<void> pass_byte_order_mark();
  [[nodiscard]] std::vector<Fault> take_header(const CutRow& cut);
  [[nodiscard]] bool may_run_over_lines(const std::vector<std::string>& cells) const;
  void take_cells(const CutRow& cut, Row& row);
  void take_members(const CutRow& cut, Row& row);
  void take_member(const JsonValue& member, Row& row);

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  PlainFormat format_;
  RowCutter cutter_;
  Decoder decoder_;
  JsonParser json_;
  bool is_json_ = false;
  std::string header_;
  std::vector<Column> order_;  ///< Columns of the header.
};

/// What is wrong with a cell whose column is not known in this kind, with the name that was probably meant.
[[nodiscard]] Fault unknown_column(Kind kind, std::string_view name);
/// `receipts.csv: line 57, column quantity: "12,5": ...`.
[[nodiscard]] std::string describe(std::string_view file, const Row& row, const Fault& fault);

}  // namespace lotledger::connectors::plain

// cli/output.h - how answers are printed: aligned tables on a terminal, tab-separated when piped, CSV; colour only
// where somebody sees it. Data on stdout, all else on stderr.
#pragma once

#include "cli/text.h"

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::cli {

enum class Format : std::uint8_t { table, tree, json, ndjson, csv, dot };
[[nodiscard]] std::string_view name_of(Format format);

enum class Style : std::uint8_t { plain, strong, good, warn, bad, faint };

/// Where and how a command prints. The streams must outlive it.
struct Output {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool color = false;  ///< Of `out`.
  bool quiet = false;
  Language lang = Language::en;
  Format format = Format::table;

  [[nodiscard]] std::string_view say(Text key) const { return text_of(key, lang); }
  /// `text` with the style's colour where colours are on.
  [[nodiscard]] std::string paint(Style style, std::string_view text) const;
  /// A remark beside the answer: on stderr, unless --quiet.
  void note(std::string_view text) const;
};

/// Columns that `text` (UTF-8) takes on a terminal: CJK counts two, combining marks none, broken bytes one.
[[nodiscard]] std::size_t display_width(std::string_view text);
/// `text` without anything that steers a terminal: control characters become U+FFFD.
[[nodiscard]] std::string printable(std::string_view text);
/// `text` as one word of a shell, in single quotes: recorded text in a command to paste must stay text.
[[nodiscard]] std::string shell_word(std::string_view text);
/// Adds a field of CSV (RFC 4180) to a line: quoted where it has to be.
void append_csv_field(std::string& line, std::string_view text);
/// One line of CSV with CR LF.
[[nodiscard]] std::string csv_line(std::span<const std::string_view> fields);
/// One line of a table in a pipe: cells between tabs, without what steers a terminal or breaks the line.
[[nodiscard]] std::string tab_line(std::span<const std::string_view> cells);

enum class Align : std::uint8_t { left, right };

/// Rows for people. Columns align by display width.
class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as there are columns.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Aligned, with titles, each line after `indent` blanks.
  void print_aligned(const Output& output, std::size_t indent = 0) const;
  /// Aligned on a terminal; else tab-separated, without titles, nothing cut.
  void print(const Output& output) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// A line on stderr that says how far long work has come: only on a terminal, only after a second, gone at the end.
class ProgressLine {
 public:
  /// `total` 0: not known. `output` must outlive it.
  ProgressLine(const Output& output, std::string label, std::uint64_t total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void at(std::uint64_t done);

 private:
  const Output& output_;
  std::string label_;
  std::uint64_t total_;
  std::chrono::steady_clock::time_point next_;
  bool shown_ = false;
};

}  // namespace lotledger::cli

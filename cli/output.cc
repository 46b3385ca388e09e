// cli/output.cc - tables, CSV, colours, display width.
#include "cli/output.h"

#include "engine/base/assert.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <ostream>

namespace lotledger::cli {

std::string_view name_of(Format format) {
  switch (format) {
    case Format::table: return "table";
    case Format::tree: return "tree";
    case Format::json: return "json";
    case Format::ndjson: return "ndjson";
    case Format::csv: return "csv";
    case Format::dot: return "dot";
  }
  return "unknown";
}

namespace {

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain: return "";
    case Style::strong: return "\x1b[1m";
    case Style::good: return "\x1b[32m";
    case Style::warn: return "\x1b[33m";
    case Style::bad: return "\x1b[1;31m";
    case Style::faint: return "\x1b[2m";
  }
  return "";
}

/// Visits characters; a broken byte comes as code point -1 of length 1.
template <typename Visit>
void each_character(std::string_view text, const Visit& visit) {
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (std::size_t at = 0; at < text.size();) {
    utf8proc_int32_t point = -1;
    const auto length = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(text.size() - at), &point);
    const std::size_t taken = length > 0 ? static_cast<std::size_t>(length) : 1;
    visit(length > 0 ? point : -1, text.substr(at, taken));
    at += taken;
  }
}

/// Control characters of C0 and C1, and those that turn the direction of writing.
bool steers(utf8proc_int32_t point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0) || (point >= 0x202a && point <= 0x202e) ||
         (point >= 0x2066 && point <= 0x2069);
}

/// A cell of a table.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::ranges::replace_if(line, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return printable(line);
}

constexpr std::string_view k_replacement = "\xef\xbf\xbd";

}  // namespace

std::string Output::paint(Style style, std::string_view text) const {
  if (!color || style == Style::plain) return std::string(text);
  return std::string(code_of(style)) + std::string(text) + "\x1b[0m";
}

void Output::note(std::string_view text) const {
  if (!quiet) err << "lotledger: " << printable(text) << '\n';
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  each_character(text, [&](utf8proc_int32_t point, std::string_view) {
    const int columns = point < 0 ? 1 : utf8proc_charwidth(point);
    width += columns > 0 ? static_cast<std::size_t>(columns) : 0;
  });
  return width;
}

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  each_character(
      text, [&](utf8proc_int32_t point, std::string_view bytes) { clean += steers(point) ? k_replacement : bytes; });
  return clean;
}

std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : printable(text)) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word.push_back(c);
    }
  }
  return word + "'";
}

void append_csv_field(std::string& line, std::string_view text) {
  if (std::ranges::none_of(text, [](char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; })) {
    line += text;
    return;
  }
  line.push_back('"');
  for (const char c : text) {
    if (c == '"') line.push_back('"');
    line.push_back(c);
  }
  line.push_back('"');
}

std::string csv_line(std::span<const std::string_view> fields) {
  std::string line;
  for (const std::string_view& field : fields) {
    if (&field != &fields.front()) line.push_back(',');
    append_csv_field(line, field);
  }
  return line.append("\r\n");
}

std::string tab_line(std::span<const std::string_view> cells) {
  std::string line;
  for (const std::string_view& cell : cells) {
    if (&cell != &cells.front()) line.push_back('\t');
    line += one_line(cell);
  }
  return line.append("\n");
}

void Table::add(std::vector<std::string> cells) {
  LL_ASSERT(cells.size() == columns_.size(), "a row has one cell per column");
  std::ranges::transform(cells, cells.begin(), one_line);
  rows_.push_back(std::move(cells));
}

void Table::print_aligned(const Output& output, std::size_t indent) const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    std::size_t width = display_width(columns_[column].title);
    for (const auto& row : rows_) width = std::max(width, display_width(row[column]));
    widths.push_back(width);
  }
  const auto cell = [&](std::size_t column, const std::string& text, Style style) {
    const std::string gap(widths[column] - display_width(text), ' ');
    const bool last = column + 1 == columns_.size();
    if (columns_[column].align == Align::right) return gap + output.paint(style, text) + (last ? "" : "  ");
    return output.paint(style, text) + (last ? "" : gap + "  ");
  };
  const auto line = [&](const auto& text_at, Style style) {
    std::string whole(indent, ' ');
    for (std::size_t column = 0; column < columns_.size(); ++column) whole += cell(column, text_at(column), style);
    whole.erase(whole.find_last_not_of(' ') + 1);
    output.out << whole << '\n';
  };
  line([&](std::size_t column) -> const std::string& { return columns_[column].title; }, Style::faint);
  for (const auto& row : rows_)
    line([&](std::size_t column) -> const std::string& { return row[column]; }, Style::plain);
}

void Table::print(const Output& output) const {
  if (output.out_is_terminal) return print_aligned(output);
  for (const auto& row : rows_) output.out << tab_line(std::vector<std::string_view>(row.begin(), row.end()));
}

namespace {
constexpr std::chrono::milliseconds k_silent_first{1000};
constexpr std::chrono::milliseconds k_silent_between{200};
}  // namespace

ProgressLine::ProgressLine(const Output& output, std::string label, std::uint64_t total)
    : output_(output),
      label_(std::move(label)),
      total_(total),
      next_(std::chrono::steady_clock::now() + k_silent_first) {}

ProgressLine::~ProgressLine() {
  if (shown_) output_.err << "\r\x1b[K" << std::flush;
}

void ProgressLine::at(std::uint64_t done) {
  if (!output_.err_is_terminal || output_.quiet) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + k_silent_between;
  shown_ = true;
  output_.err << '\r' << label_ << ": " << done;
  if (total_ > 0) output_.err << " / " << total_ << " (" << done * 100 / total_ << " %)";
  output_.err << "\x1b[K" << std::flush;
}

}  // namespace lotledger::cli

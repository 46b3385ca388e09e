// connectors/plain/row_cutter.cc - one buffer that is moved up as it is read.
#include "connectors/plain/row_cutter.h"

#include <fmt/format.h>
#include <algorithm>

namespace lotledger::connectors::plain {

Result<void> RowCutter::fill() {
  buffer_.erase(0, at_);
  base_ += at_;
  at_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + chunk_);
  LL_ASSIGN(const std::size_t got, source_.read_at(base_ + had, std::span(buffer_).subspan(had)));
  buffer_.resize(had + got);
  ended_ = got < chunk_;
  return {};
}

Result<std::string_view> RowCutter::peek(std::size_t count) {
  while (rest().size() < count && !ended_) LL_TRY(fill());
  return rest().substr(0, count);
}

CutRow RowCutter::take(std::size_t length) {
  CutRow row;
  row.place = {base_ + at_, line_};
  const std::string_view whole = rest().substr(0, length);
  const std::string_view bytes = without_line_end(whole);
  row.length = bytes.size();
  row.bytes = std::string(bytes.substr(0, k_row_bytes_max));
  line_ += static_cast<std::uint64_t>(std::ranges::count(whole, '\n'));
  at_ += length;
  return row;
}

/// The line at the position, refused; of one that is too long the rest is passed over.
Result<CutRow> RowCutter::first_line(std::string fault) {
  const std::size_t end = rest().substr(0, k_row_bytes_max).find('\n');
  CutRow row = take(end == std::string_view::npos ? std::min(rest().size(), k_row_bytes_max) : end + 1);
  row.fault = std::move(fault);
  if (end != std::string_view::npos) return row;
  for (;;) {
    const std::size_t stop = rest().find('\n');
    const std::size_t passed = stop == std::string_view::npos ? rest().size() : stop + 1;
    row.length += without_line_end(rest().substr(0, passed)).size();
    at_ += passed;
    if (stop != std::string_view::npos) ++line_;
    if (stop != std::string_view::npos || ended_) return row;
    LL_TRY(fill());
  }
}

Result<std::optional<CutRow>> RowCutter::next(const Scan& scan, const Believed& believed) {
  for (;;) {
    if (rest().empty() && !ended_) {
      LL_TRY(fill());
      continue;
    }
    if (rest().empty()) return std::nullopt;
    CsvScan found = scan(rest(), ended_);
    if (found.end == CsvScan::End::more && rest().size() <= k_row_bytes_max) {
      LL_TRY(fill());
      continue;
    }
    if (found.end == CsvScan::End::broken) return first_line(std::string(found.what));
    if (found.end == CsvScan::End::more || found.length > k_row_bytes_max)
      return first_line(fmt::format("is longer than {} bytes, or has a quote that is not closed", k_row_bytes_max));
    const std::string_view text = without_line_end(rest().substr(0, found.length));
    if (text.find('\n') != std::string_view::npos && !believed(found.cells))
      return first_line("has a quote that is not closed on this line");
    const bool blank = std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
    CutRow row = take(found.length);
    if (blank) continue;
    row.cells = std::move(found.cells);
    return row;
  }
}

}  // namespace lotledger::connectors::plain

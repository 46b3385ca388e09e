// connectors/plain/csv.cc - one pass over the bytes of a row.
#include "connectors/plain/csv.h"

#include <array>
#include <utility>

namespace lotledger::connectors::plain {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, bool last, char delimiter) : text_(text), last_(last), delimiter_(delimiter) {}

  CsvScan scan() {
    while (found_.end == CsvScan::End::more && !waits_) {
      found_.cells.emplace_back();
      if (at_ < text_.size() && text_[at_] == '"') {
        quoted();
      } else {
        bare();
      }
    }
    return std::move(found_);
  }

 private:
  void bare() {
    const std::size_t end = text_.find_first_of(std::string_view(stops_.data(), stops_.size()), at_);
    if (end != std::string_view::npos && text_[end] == '"')
      return broken("has a quote inside a cell that does not begin with one");
    const std::size_t stop = end == std::string_view::npos ? text_.size() : end;
    found_.cells.back().append(text_.substr(at_, stop - at_));
    at_ = stop;
    if (at_ < text_.size() && text_[at_] == '\n' && found_.cells.back().ends_with('\r')) found_.cells.back().pop_back();
    after_cell();
  }

  void quoted() {
    ++at_;
    for (;;) {
      const std::size_t quote = text_.find('"', at_);
      if (quote == std::string_view::npos) return last_ ? broken("has a quote that is not closed") : wait();
      found_.cells.back().append(text_.substr(at_, quote - at_));
      at_ = quote + 1;
      if (at_ == text_.size() && !last_) return wait();
      if (at_ == text_.size() || text_[at_] != '"') break;
      found_.cells.back() += '"';
      ++at_;
    }
    if (at_ < text_.size() && text_[at_] == '\r') {
      if (at_ + 1 == text_.size() && !last_) return wait();
      if (at_ + 1 == text_.size() || text_[at_ + 1] == '\n') ++at_;
    }
    after_cell();
  }

  /// Behind a cell: a delimiter, the end of the line, or the end of everything.
  void after_cell() {
    if (at_ == text_.size()) return last_ ? done() : wait();
    if (text_[at_] == '\n') {
      ++at_;
      return done();
    }
    if (text_[at_] != delimiter_) return broken("has text behind a closing quote");
    ++at_;
  }

  void done() {
    found_.end = CsvScan::End::row;
    found_.length = at_;
  }
  void wait() { waits_ = true; }
  void broken(std::string_view what) {
    found_.end = CsvScan::End::broken;
    found_.what = what;
  }

  std::string_view text_;
  bool last_;
  char delimiter_;
  std::array<char, 3> stops_{delimiter_, '\n', '"'};
  std::size_t at_ = 0;
  bool waits_ = false;
  CsvScan found_;
};

}  // namespace

CsvScan scan_csv(std::string_view text, bool last, char delimiter) {
  return Scanner(text, last, delimiter).scan();
}

CsvScan scan_line(std::string_view text, bool last) {
  CsvScan found;
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos && !last) return found;
  found.end = CsvScan::End::row;
  found.length = end == std::string_view::npos ? text.size() : end + 1;
  return found;
}

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace lotledger::connectors::plain

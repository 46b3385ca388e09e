// cli/position.cc - places in a ledger, written and read.
#include "cli/position.h"

#include <charconv>

namespace lotledger::cli {
namespace {

template <typename Number>
bool read_whole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return !text.empty() && error == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string position_text(const std::string& ledger, Seq seq) {
  return ledger + ":" + (seq == k_no_seq ? "-" : std::to_string(seq));
}

std::string position_text(const std::string& ledger, EventPosition position) {
  return position_text(ledger, position.seq) + "." + std::to_string(position.index);
}

std::string cut_text(const Cut& cut) {
  std::string text;
  for (const LedgerPosition& at : cut) text += (text.empty() ? "" : ", ") + position_text(at.ledger, at.seq);
  return text;
}

std::string position_text(const Cut& cut, RecordPosition position) {
  return position_text(cut[position.ledger].ledger, position.seq);
}

std::string position_text(const Cut& cut, EventPosition position) {
  return position_text(cut[position.ledger].ledger, position);
}

Result<NamedPosition> parse_position(std::string_view text, const std::string& ledger) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.substr(0, colon) != ledger) {
    return fail(ErrorCode::invalid_input, "position '" + std::string(text) + "' is not one of ledger " + ledger);
  }
  const std::string_view numbers = colon == std::string_view::npos ? text : text.substr(colon + 1);
  const std::size_t dot = numbers.find('.');
  NamedPosition named;
  bool good = read_whole(numbers.substr(0, dot), named.seq) && named.seq != k_no_seq;
  if (dot != std::string_view::npos) good = good && read_whole(numbers.substr(dot + 1), named.event.emplace());
  if (!good) {
    return fail(ErrorCode::invalid_input,
                "'" + std::string(text) + "' is no position; write " + ledger + ":SEQ or " + ledger + ":SEQ.EVENT");
  }
  return named;
}

}  // namespace lotledger::cli

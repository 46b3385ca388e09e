// cli/answer_view.cc - parts of answers for people.
#include "cli/answer_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace lotledger::cli {

std::string_view label(const Output& output, projections::Existence existence) {
  using projections::Existence;
  switch (existence) {
    case Existence::unknown: return output.say(Text::state_unknown);
    case Existence::in_stock: return output.say(Text::state_in_stock);
    case Existence::shipped: return output.say(Text::state_shipped);
    case Existence::returned: return output.say(Text::state_returned);
    case Existence::consumed: return output.say(Text::state_consumed);
    case Existence::scrapped: return output.say(Text::state_scrapped);
    case Existence::sampled: return output.say(Text::sampled);
  }
  return {};
}

std::string_view label(const Output& output, projections::NodeType type) {
  using projections::NodeType;
  switch (type) {
    case NodeType::lot: return output.say(Text::node_lot);
    case NodeType::serial: return output.say(Text::node_serial);
    case NodeType::item_class: return output.say(Text::node_class);
    case NodeType::container: return output.say(Text::node_container);
    case NodeType::process: return output.say(Text::node_process);
    case NodeType::opaque: return output.say(Text::node_opaque);
  }
  return {};
}

std::string_view label(const Output& output, projections::EdgeKind kind) {
  using projections::EdgeKind;
  switch (kind) {
    case EdgeKind::consume: return output.say(Text::edge_consume);
    case EdgeKind::output: return output.say(Text::edge_output);
    case EdgeKind::install: return output.say(Text::edge_install);
    case EdgeKind::member: return output.say(Text::edge_member);
    case EdgeKind::same_as: return output.say(Text::edge_same_as);
    case EdgeKind::contain: return output.say(Text::edge_contain);
  }
  return {};
}

std::string label(const Output& output, const NodeStatus& status) {
  if (!status.existence) return {};
  std::string text(label(output, *status.existence));
  if (status.held) text += ", " + std::string(output.say(Text::held));
  return text;
}

std::string quantity_label(const std::optional<Quantity>& quantity) {
  return quantity ? fmt::format("{} {}", Decimal::of(*quantity).text(), quantity->unit.view()) : std::string();
}

std::string bounds_label(const projections::Bounds& bounds, UnitCode unit) {
  if (!bounds.low && !bounds.high) return {};
  const std::string low = bounds.low ? bounds.low->text() : "?";
  const std::string high = bounds.high ? bounds.high->text() : "?";
  return fmt::format("{} {}", low == high ? low : low + ".." + high, unit.view());
}

std::string time_label(Instant at) {
  const std::string text = format_utc(at);
  constexpr std::size_t k_to_the_minute = 16;
  return text.substr(0, std::min(text.size(), k_to_the_minute)) + "Z";
}

void print_missing(const Output& output, const projections::Completeness& completeness, std::size_t limit) {
  if (completeness.complete()) return;
  output.out << output.paint(Style::bad, output.say(Text::incomplete_block)) << '\n';
  const std::size_t shown = std::min(limit, completeness.missing.size());
  for (std::size_t at = 0; at < shown; ++at) {
    const projections::Missing& missing = completeness.missing[at];
    output.out << fmt::format("  ! {}\n      {}: {}\n      {}: {}\n", printable(missing.what),
                              output.say(Text::where_found), printable(missing.where), output.say(Text::mend_by),
                              printable(missing.remedy));
  }
  const std::size_t rest = completeness.missing.size() - shown;
  if (rest > 0) output.out << "  " << fmt::format(fmt::runtime(output.say(Text::and_more)), rest, "-o json") << '\n';
}

void print_missing_note(const Output& output, const projections::Completeness& completeness) {
  for (const projections::Missing& missing : completeness.missing) {
    output.note(
        fmt::format("{}: {} ({}); {}", output.say(Text::incomplete), missing.what, missing.where, missing.remedy));
  }
}

void note_stale_ledgers(const Output& output, Query& query) {
  print_missing_note(output, {query.stale_ledgers(), {}});
}

projections::Completeness completeness_of_all(Query& query, std::string_view what) {
  projections::Completeness completeness;
  if (const std::size_t rows = query.reader().open_rows().size(); rows > 0) {
    completeness.missing.push_back(
        {std::to_string(rows) + " rejected row(s) are open and may have " + std::string(what), cut_text(query.cut()),
         "lotledger dlq list"});
  }
  query.judge_ledgers(completeness);
  return completeness;
}

void print_caveats(const Output& output, const projections::Completeness& completeness) {
  if (completeness.caveats.empty()) return;
  output.out << output.say(Text::caveats) << '\n';
  for (const std::string& caveat : completeness.caveats) output.out << "  - " << printable(caveat) << '\n';
}

Exit exit_of(const projections::Completeness& completeness) {
  return completeness.complete() ? Exit::ok : Exit::incomplete;
}

}  // namespace lotledger::cli

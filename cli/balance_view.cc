// cli/balance_view.cc - where everything of a lot went, in figures.
#include "cli/balance_view.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ostream>

namespace lotledger::cli {

std::vector<std::pair<std::string, Decimal>> balance_figures(const projections::Balance& balance) {
  return {{"received", balance.received},
          {"produced", balance.produced},
          {"returned", balance.returned},
          {"adjusted", balance.adjusted},
          {"stock", balance.stock},
          {"wip", balance.wip},
          {"in_transit", balance.in_transit},
          {"at_subcontractor", balance.at_subcontractor},
          {"consumed", balance.consumed},
          {"scrapped", balance.scrapped},
          {"shipped", balance.shipped},
          {"sampled", balance.sampled},
          {"unexplained", balance.unexplained}};
}

Json balance_json(const projections::Balance& balance) {
  Json json{{"known", balance.known}, {"unit", balance.known ? text_json(balance.unit.view()) : Json()}};
  for (const auto& [name, figure] : balance_figures(balance)) json[name] = balance.known ? Json(figure.text()) : Json();
  return json;
}

namespace {

std::string_view figure_label(const Output& output, std::string_view figure) {
  constexpr std::pair<std::string_view, Text> k_labels[] = {
      {"received", Text::received},       {"produced", Text::made},
      {"returned", Text::state_returned}, {"adjusted", Text::adjusted},
      {"stock", Text::state_in_stock},    {"wip", Text::wip},
      {"in_transit", Text::in_transit},   {"at_subcontractor", Text::at_subcontractor},
      {"consumed", Text::consumed},       {"scrapped", Text::scrapped},
      {"shipped", Text::shipped},         {"sampled", Text::sampled},
      {"unexplained", Text::unexplained}};
  const auto* found = std::ranges::find(k_labels, figure, &std::pair<std::string_view, Text>::first);
  return found == std::end(k_labels) ? figure : output.say(found->second);
}

}  // namespace

void print_balance(const Output& output, const projections::Balance& balance) {
  if (!balance.known) {
    output.out << "  " << output.paint(Style::warn, output.say(Text::balance_unknown)) << '\n';
    return;
  }
  std::string text = fmt::format("{} ({}):", output.say(Text::root_balance), balance.unit.view());
  for (const auto& [name, figure] : balance_figures(balance)) {
    if (!figure.zero() || name == "unexplained")
      text += fmt::format("  {} {}", figure_label(output, name), figure.text());
  }
  output.out << "  " << output.paint(balance.unexplained.zero() ? Style::plain : Style::bad, text) << '\n';
}

}  // namespace lotledger::cli

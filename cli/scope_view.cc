// cli/scope_view.cc - a recall scope on one screen, in the order in which it is acted on.
#include "cli/scope_view.h"

#include "cli/answer_view.h"
#include "cli/balance_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <ostream>
#include <utility>

namespace lotledger::cli {

using projections::AffectedUnit;
using projections::Consignee;
using projections::Existence;
using projections::NodeType;
using projections::OwnControl;
using projections::RecallScope;

namespace {

constexpr std::size_t k_roots_shown = 3;
constexpr std::size_t k_missing_shown = 5;
constexpr std::size_t k_places_shown = 6;
constexpr std::size_t k_consignees_shown = 10;

template <typename... Args>
std::string say(const Output& output, Text key, const Args&... args) {
  return fmt::format(fmt::runtime(output.say(key)), args...);
}

void heading(const Output& output, Text key) {
  output.out << '\n' << output.paint(Style::strong, output.say(key)) << '\n';
}

void and_more(const Output& output, std::size_t total, std::size_t shown, std::string_view where) {
  if (total > shown) output.out << "  " << say(output, Text::and_more, total - shown, where) << '\n';
}

void print_header(const Output& output, const ScopeAnswer& answer) {
  std::string roots;
  const auto& all = answer.scope.roots;
  for (std::size_t at = 0; at < all.size() && at < k_roots_shown; ++at)
    roots += (at == 0 ? "" : ", ") + ref_of(all[at]);
  if (all.size() > k_roots_shown) roots += ", +" + std::to_string(all.size() - k_roots_shown);
  output.out << output.paint(Style::strong, fmt::format("{} {}", output.say(Text::recall_roots), printable(roots)))
             << '\n';
  output.out << say(output, Text::known_when, time_label(answer.recorded_at), cut_text(answer.cut));
  if (answer.as_of) output.out << ", " << say(output, Text::as_of, format_utc(*answer.as_of));
  const bool complete = answer.scope.completeness.complete();
  output.out << " · "
             << output.paint(complete ? Style::good : Style::bad,
                             output.say(complete ? Text::complete : Text::incomplete))
             << "\n";
}

/// Units under own control at one place.
struct Place {
  std::string name;
  std::size_t units = 0;
  std::size_t held = 0;
};

std::vector<Place> places_of(const Output& output, const ScopeAnswer& answer) {
  std::map<std::string, Place> places;
  for (const OwnControl& own : answer.scope.own_control) {
    const auto named = own.location ? answer.place_names.find(*own.location) : answer.place_names.end();
    const std::string name =
        named == answer.place_names.end() ? std::string(output.say(Text::unknown_location)) : named->second;
    Place& place = places[name];
    place.name = name;
    ++place.units;
    if (answer.scope.affected[own.unit].state.held) ++place.held;
  }
  std::vector<Place> sorted;
  sorted.reserve(places.size());
  for (auto& [name, place] : places) sorted.push_back(std::move(place));
  std::ranges::stable_sort(sorted, [](const Place& a, const Place& b) { return a.units - a.held > b.units - b.held; });
  return sorted;
}

void print_stop_now(const Output& output, const ScopeAnswer& answer) {
  heading(output, Text::stop_now);
  const auto places = places_of(output, answer);
  std::size_t units = 0;
  std::size_t not_held = 0;
  for (const Place& place : places) {
    units += place.units;
    not_held += place.units - place.held;
  }
  if (units == 0) {
    output.out << "  " << output.say(Text::stop_now_none) << '\n';
    return;
  }
  output.out << "  "
             << output.paint(not_held > 0 ? Style::bad : Style::good,
                             say(output, Text::stop_now_summary, units, not_held))
             << '\n';
  Table table({{std::string(output.say(Text::location))},
               {std::string(output.say(Text::units)), Align::right},
               {std::string(output.say(Text::not_held)), Align::right}});
  for (std::size_t at = 0; at < places.size() && at < k_places_shown; ++at) {
    table.add({places[at].name, std::to_string(places[at].units), std::to_string(places[at].units - places[at].held)});
  }
  table.print_aligned(output, 2);
  and_more(output, places.size(), k_places_shown, "-o csv --rows own");
}

/// Counts of affected units: of lots and others, and of serials, certain and possible apart.
struct Counts {
  std::size_t lots = 0, possible_lots = 0, serials = 0, possible_serials = 0;
  void add(const AffectedUnit& unit) {
    const bool serial = unit.type == NodeType::serial;
    ++(unit.certain ? (serial ? serials : lots) : (serial ? possible_serials : possible_lots));
  }
  [[nodiscard]] bool any() const { return lots + possible_lots + serials + possible_serials > 0; }
};

bool is_root(const RecallScope& scope, const AffectedUnit& unit) {
  return std::ranges::any_of(scope.roots, [&](const projections::Node& root) { return root.id == unit.node.id; });
}

void print_where(const Output& output, const RecallScope& scope) {
  heading(output, Text::where_is_every_unit);
  constexpr std::array k_states{Existence::in_stock, Existence::shipped, Existence::returned, Existence::consumed,
                                Existence::scrapped, Existence::sampled, Existence::unknown};
  std::map<Existence, Counts> counts;
  Counts all;
  for (const AffectedUnit& unit : scope.affected) {
    if (is_root(scope, unit)) continue;
    counts[unit.state.existence].add(unit);
    all.add(unit);
  }
  const std::string possible(output.say(Text::possible));
  Table table({{std::string(output.say(Text::status))},
               {std::string(output.say(Text::lots)), Align::right},
               {possible, Align::right},
               {std::string(output.say(Text::serials)), Align::right},
               {possible, Align::right}});
  const auto row = [&](std::string_view name, const Counts& c) {
    table.add({std::string(name), std::to_string(c.lots), std::to_string(c.possible_lots), std::to_string(c.serials),
               std::to_string(c.possible_serials)});
  };
  row(output.say(Text::all_affected), all);
  for (const Existence state : k_states) {
    if (counts[state].any()) row(label(output, state), counts[state]);
  }
  table.print_aligned(output, 2);
  print_balance(output, scope.balance);
}

std::string quantities_label(const std::map<UnitCode, Decimal>& quantities) {
  std::string text;
  for (const auto& [unit, amount] : quantities)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", amount.text(), unit.view());
  return text;
}

std::string consignee_name(const Output& output, const Consignee& consignee) {
  if (consignee.party.bytes().empty()) return std::string(output.say(Text::no_party_named));
  const std::string name = consignee.description ? name_in(consignee.description->names, output.lang) : std::string();
  return name.empty() ? consignee.party.ref() : name;
}

void print_call_first(const Output& output, const RecallScope& scope) {
  heading(output, Text::call_first);
  if (scope.consignees.empty()) {
    output.out << "  " << output.say(Text::call_first_none) << '\n';
    return;
  }
  std::vector<Table::Column> columns;
  for (const Text key : {Text::consignee, Text::country, Text::telephone, Text::units, Text::possible, Text::returned,
                         Text::quantity, Text::reach}) {
    const bool number = key == Text::units || key == Text::possible || key == Text::returned || key == Text::quantity;
    columns.push_back({std::string(output.say(key)), number ? Align::right : Align::left});
  }
  Table table(std::move(columns));
  for (std::size_t at = 0; at < scope.consignees.size() && at < k_consignees_shown; ++at) {
    const Consignee& c = scope.consignees[at];
    const Text reach = reaches_end_user(c) ? Text::reach_end_user : Text::reach_first_consignee;
    table.add({consignee_name(output, c), c.description ? c.description->country : "",
               c.description ? c.description->telephone : "", std::to_string(c.units), std::to_string(c.possible_units),
               std::to_string(c.returned), quantities_label(c.quantity), std::string(output.say(reach))});
  }
  table.print_aligned(output, 2);
  and_more(output, scope.consignees.size(), k_consignees_shown, "-o csv");
}

void print_next(const Output& output, const ScopeAnswer& answer) {
  heading(output, Text::next_commands);
  std::string roots;
  for (const projections::Node& root : answer.scope.roots) roots += " " + shell_word(ref_of(root));
  const bool unheld = std::ranges::any_of(
      answer.scope.own_control, [&](const OwnControl& own) { return !answer.scope.affected[own.unit].state.held; });
  if (unheld) {
    output.out << "  " << output.say(Text::hold_each) << '\n';
    output.out << fmt::format(
        "  lotledger recall scope{} --rows own | cut -f1 | sort -u |\n"
        "    xargs -d '\\n' lotledger lot hold --kind recall --reason '...'\n",
        roots);
  }
  output.out << fmt::format("  lotledger recall scope{} -o csv > consignees.csv\n", roots);
  if (!answer.scope.consignees.empty()) {
    const auto& unit = answer.scope.affected[answer.scope.consignees.front().shipments.front().units.front()];
    output.out << fmt::format("  lotledger recall why {} --lot {}\n", shell_word(ref_of(unit.node)),
                              shell_word(ref_of(answer.scope.roots.front())));
  }
}

}  // namespace

void print_scope(const Output& output, const ScopeAnswer& answer) {
  print_header(output, answer);
  if (!answer.scope.completeness.complete()) output.out << '\n';
  print_missing(output, answer.scope.completeness, k_missing_shown);
  print_stop_now(output, answer);
  print_where(output, answer.scope);
  print_call_first(output, answer.scope);
  print_next(output, answer);
  print_caveats(output, answer.scope.completeness);
}

}  // namespace lotledger::cli

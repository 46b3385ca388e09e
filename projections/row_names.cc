// projections/row_names.cc - raw text taken apart in the ways in which sources write units.
#include "projections/row_names.h"

#include "engine/base/gs1.h"
#include "engine/base/serial_run.h"

#include <algorithm>

namespace lotledger::projections {
namespace {

/// Texts shorter than this are too common to be taken as the name of a lot or serial when they stand alone.
constexpr std::size_t k_bare_text_min = 3;

bool word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
         c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

bool unit_character(char c) {
  return c > ' ' && c != '"' && c != ',' && c != ';' && c != '\\';
}

/// Of a cell of CSV or a text of JSON, whatever the delimiter.
bool cell_character(char c) {
  return c != '"' && c != ',' && c != ';' && c != '|' && c != '\t' && c != '\r' && c != '\n';
}

template <typename In, typename Wanted>
bool any_piece(std::string_view raw, const In& in, const Wanted& wanted) {
  for (std::size_t at = 0; at < raw.size();) {
    std::size_t end = at;
    while (end < raw.size() && in(raw[end])) ++end;
    if (end > at && wanted(raw.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

/// A reference of XML without its `&`, and what it stands for. Others name characters that no key needs escaped.
struct Reference {
  std::string_view name;
  char character;
};
constexpr Reference k_references[] = {{"amp;", '&'},   {"lt;", '<'},  {"gt;", '>'},   {"quot;", '"'},
                                      {"apos;", '\''}, {"#38;", '&'}, {"#x26;", '&'}, {"#60;", '<'}};

/// XML as texts in quotes, with its references resolved; anything else as it is.
std::string without_markup(std::string_view raw) {
  const std::size_t first = raw.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || raw[first] != '<') return std::string(raw);
  std::string text;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const std::string_view rest = raw.substr(i + 1);
    const auto* const found = std::ranges::find_if(
        k_references, [&](const Reference& reference) { return rest.starts_with(reference.name); });
    if (raw[i] == '&' && found != std::end(k_references)) {
      text += found->character;
      i += found->name.size();
    } else {
      text += raw[i] == '<' || raw[i] == '>' || raw[i] == '\'' ? '"' : raw[i];
    }
  }
  return text;
}

/// A cell without blanks around it; a GTIN with 14 digits, as keys have it.
std::string cell_of(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  const std::string_view cell = text.substr(first, text.find_last_not_of(' ') - first + 1);
  return gtin14_of(cell).value_or(std::string(cell));
}

}  // namespace

RowNames::RowNames(const std::vector<Node>& nodes) {
  for (const Node& node : nodes) {
    if (node.is_process()) {
      const std::string id = node.process.substr(2);
      const std::size_t run = id.rfind('/');
      if (run != std::string::npos) items_[cell_of(id.substr(run + 1))].push_back(cell_of(id.substr(0, run)));
      texts_.insert(id);
      continue;
    }
    keys_.insert(node.key.bytes());
    if (const std::string_view serial = node.key.serial(); !serial.empty()) serials_.emplace(serial.size(), serial);
    for (const std::string_view text : {node.key.lot(), node.key.serial()}) {
      if (text.size() >= k_bare_text_min) texts_.emplace(text);
      if (!text.empty()) items_[cell_of(text)].push_back(cell_of(node.key.item()));
    }
  }
}

bool RowNames::mentioned_in(std::string_view row) const {
  const std::string raw = without_markup(row);
  return any_piece(raw, word_character, [&](std::string_view word) { return texts_.contains(std::string(word)); }) ||
         any_piece(raw, unit_character, [&](std::string_view text) { return names_unit(text); }) || names_in_cells(raw);
}

bool RowNames::names_unit(std::string_view text) const {
  if (text.find_first_of(":(/#") == std::string_view::npos) return false;
  if (texts_.contains(std::string(text))) return true;
  const auto named = [&](const Result<UnitRef>& unit) {
    return unit.has_value() && (has(unit->key.bytes()) || (unit->lot && has(unit->lot->bytes())));
  };
  return named(parse_unit_uri(text)) || named(parse_unit(text));
}

bool RowNames::names_in_cells(std::string_view raw) const {
  std::unordered_set<std::string> cells;
  any_piece(raw, cell_character, [&](std::string_view text) {
    cells.insert(cell_of(text));
    return false;
  });
  return names_in_range(cells) || std::ranges::any_of(cells, [&](const std::string& cell) {
           if (texts_.contains(cell) || names_unit(cell)) return true;
           const auto found = items_.find(cell);
           if (found == items_.end()) return false;
           return std::ranges::any_of(found->second, [&](const std::string& item) { return cells.contains(item); });
         });
}

/// A serial of the answer between two cells, with its item in a third.
bool RowNames::names_in_range(const std::unordered_set<std::string>& cells) const {
  const auto item_stands = [&](const std::string& serial) {
    const auto found = items_.find(cell_of(serial));
    return found != items_.end() &&
           std::ranges::any_of(found->second, [&](const std::string& item) { return cells.contains(item); });
  };
  for (const std::string& first : cells) {
    for (const std::string& last : cells) {
      if (first >= last || !serials_between(first, last).has_value()) continue;
      const auto end = serials_.upper_bound({last.size(), last});
      for (auto at = serials_.lower_bound({first.size(), first}); at != end; ++at) {
        if (item_stands(at->second)) return true;
      }
    }
  }
  return false;
}

}  // namespace lotledger::projections

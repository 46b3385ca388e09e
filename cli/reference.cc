// cli/reference.cc - the unit that somebody means.
#include "cli/reference.h"

#include "cli/errors.h"
#include "cli/suggest.h"
#include "engine/base/gs1.h"
#include "projections/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lotledger::cli {
namespace {

using projections::Hit;
using projections::HitKind;

constexpr std::size_t k_candidates_shown = 20;
constexpr std::size_t k_near_shown = 5;

bool names_one_unit(const Hit& hit) {
  return hit.kind == HitKind::unit && (hit.field == "lot" || hit.field == "serial" || hit.field == "container");
}

/// Units that have exactly this lot, serial or container number.
Result<std::set<UnitKey>> units_with_text(Query& query, const std::string& text) {
  LL_ASSIGN(const auto hits, query.find(text));
  std::set<UnitKey> units;
  for (const Hit& hit : hits) {
    if (names_one_unit(hit) && hit.text == text) units.insert(hit.key);
  }
  return units;
}

Error ambiguous(const std::string& text, const std::set<UnitKey>& units) {
  std::string message = fmt::format("'{}' is the text of {} units; say which:", text, units.size());
  std::size_t shown = 0;
  for (const UnitKey& unit : units) {
    if (shown++ == k_candidates_shown) break;
    message += "\n" + unit.ref();
  }
  if (units.size() > k_candidates_shown)
    message += fmt::format("\n... and {} more: lotledger find '{}'", units.size() - k_candidates_shown, text);
  return {ErrorCode::invalid_input, message};
}

/// The part of a reference that a label carries: the lot or serial, else the text itself.
std::string label_of(const UnitKey& key, const std::string& text) {
  if (!key.lot().empty()) return std::string(key.lot());
  return key.serial().empty() ? text : std::string(key.serial());
}

/// Refs of units whose lot or serial is near `label`: the same in another case, or a few letters off.
Result<std::vector<std::string>> near_units(Query& query, const std::string& label) {
  std::set<std::string> same;
  std::vector<std::string> texts;
  std::multimap<std::string, std::string> ref_of;
  const auto add = [&](const Hit& hit) {
    if (!names_one_unit(hit)) return;
    if (hit.text == label) same.insert(hit.key.ref());
    texts.push_back(hit.text);
    ref_of.emplace(hit.text, hit.key.ref());
  };
  // A slip of the pen seldom hits both halves of a text.
  const std::size_t half = label.size() / 2;
  for (const std::string& part : {label.substr(0, half), label.substr(half)}) {
    if (part.size() < 2) continue;
    LL_ASSIGN(const auto hits, query.find(part));
    std::ranges::for_each(hits, add);
  }
  std::vector<std::string> refs(same.begin(), same.end());
  for (const std::string& near : nearest(label, texts, k_near_shown)) {
    const auto [first, last] = ref_of.equal_range(near);
    for (auto at = first; at != last; ++at) {
      if (std::ranges::find(refs, at->second) == refs.end()) refs.push_back(at->second);
    }
  }
  if (refs.size() > k_near_shown) refs.resize(k_near_shown);
  return refs;
}

Result<UnitKey> not_found(Query& query, const UnitKey& key, const std::string& text) {
  std::string message = fmt::format("no event up to {} names the unit '{}'", cut_text(query.cut()), text);
  if (const auto fault = gs1_fault(text)) message += "; " + *fault;
  LL_ASSIGN(const auto near, near_units(query, label_of(key, text)));
  for (const std::string& ref : near) message += "\nnear: " + ref;
  return fail_with_hint(ErrorCode::not_found, std::move(message),
                        "lotledger find TEXT looks in lots, serials, documents and parties");
}

/// The node of a unit that some event names under the times asked for: nodes outlive those filters, mentions do not.
std::optional<projections::NodeId> known_unit(const Query& query, const UnitKey& key) {
  const auto id = query.reader().find(key);
  return id && query.reader().known(*id) ? id : std::nullopt;
}

/// The unit that a look-up found, or that there is none: neither counts where something could not be read.
template <typename Found>
Result<Found> unless_unread(Query& query, Result<Found> found) {
  LL_TRY(query.check());
  return found;
}

/// What `text` names: the key it writes if that is known, else the one unit with that text.
Result<UnitKey> resolve_key(Query& query, const Output& output, const std::string& text, const UnitRef& written) {
  if (known_unit(query, written.key)) return written.key;
  std::set<UnitKey> units;
  if (written.key.type() == UnitType::opaque) {
    LL_ASSIGN(units, units_with_text(query, text));
  }
  std::erase_if(units, [&](const UnitKey& unit) { return !known_unit(query, unit); });
  if (units.size() > 1) return std::unexpected(ambiguous(text, units));
  if (units.empty()) return not_found(query, written.key, text);
  output.note(fmt::format(fmt::runtime(output.say(Text::same_unit)), text, units.begin()->ref()));
  return *units.begin();
}

}  // namespace

Result<projections::Node> resolve_unit(Query& query, const Output& output, const std::string& text) {
  LL_ASSIGN(const UnitRef written, parse_unit(text));
  LL_ASSIGN(const UnitKey key, unless_unread(query, resolve_key(query, output, text, written)));
  const auto id = query.reader().find(key);
  return query.reader().node(id.value_or(projections::k_no_node));
}

Result<UnitRef> resolve_reference(Query& query, const Output& output, const std::string& text) {
  LL_ASSIGN(UnitRef written, parse_unit(text));
  if (written.key.type() != UnitType::opaque) {
    const bool known = known_unit(query, written.key).has_value();
    LL_TRY(query.check());
    if (!known) output.note(written.key.ref() + ": no event names this unit yet");
    return written;
  }
  LL_ASSIGN(written.key, unless_unread(query, resolve_key(query, output, text, written)));
  return written;
}

}  // namespace lotledger::cli

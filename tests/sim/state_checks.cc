// tests/sim/state_checks.cc - one question after another, asked of the read models and of the naive plant.
#include "tests/sim/state_checks.h"

#include "projections/audit_trail.h"
#include "projections/batch_record.h"
#include "projections/dispositions.h"
#include "projections/holds.h"
#include "projections/inventory.h"
#include "projections/parties.h"
#include "projections/search.h"
#include "projections/trace.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace projections;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text.empty() ? "nothing" : text;
}

template <typename Map>
std::string joined_pairs(const Map& pairs) {
  std::vector<std::string> lines;
  for (const auto& [key, value] : pairs) {
    if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
      lines.push_back(key + "=" + value);
    } else {
      lines.push_back(key + "=" + std::to_string(value));
    }
  }
  return joined(lines);
}

std::string differs(const std::string& subject, const std::string& question, const std::string& expected,
                    const std::string& found) {
  return question + " of " + UnitKey(subject).ref() + ": expected " + expected + "; found " + found;
}

std::string_view kind_name(LinkKind kind) {
  static constexpr std::pair<LinkKind, std::string_view> k_names[] = {
      {LinkKind::consumed_in, "consumed_in"},   {LinkKind::output_of, "output_of"},
      {LinkKind::installed_in, "installed_in"}, {LinkKind::packed_in, "packed_in"},
      {LinkKind::commissioned, "commissioned"}, {LinkKind::decommissioned, "decommissioned"},
      {LinkKind::received, "received"},         {LinkKind::shipped, "shipped"},
      {LinkKind::returned, "returned"},         {LinkKind::moved, "moved"},
      {LinkKind::counted, "counted"},           {LinkKind::increased, "increased"},
      {LinkKind::decreased, "decreased"},       {LinkKind::sampled, "sampled"},
      {LinkKind::hold_placed, "hold_placed"},   {LinkKind::hold_lifted, "hold_lifted"},
      {LinkKind::disposed, "disposed"}};
  for (const auto& [known, name] : k_names) {
    if (known == kind) return name;
  }
  return {};
}

/// Questions about one unit, on one genealogy.
class UnitQuestions {
 public:
  UnitQuestions(const ModelView& view, const Plant& plant, const std::string& unit, Verdict& verdict)
      : view_(view),
        plant_(plant),
        unit_(unit),
        verdict_(verdict),
        filter_{std::nullopt, std::nullopt, view.known_at, false},
        reader_(*view.genealogy, filter_),
        containment_(reader_),
        node_(reader_.find(UnitKey(unit))) {}

  void ask() {
    history();
    if (!found_where_it_counts()) return;
    links();
    walk(true);
    walk(false);
    inside();
    status();
    if (UnitKey(unit_).type() == UnitType::lot) stock();
    if (view_.known_at == k_no_seq) found();
  }

 private:
  void fail(Checker checker, const std::string& question, const std::string& expected, const std::string& seen) {
    verdict_.fail(checker, differs(unit_, question, expected, seen));
  }
  void compare(Checker checker, const std::string& question, const std::string& expected, const std::string& seen) {
    if (expected != seen) fail(checker, question, expected, seen);
  }

  /// What no fact that counts mentions is not there for answers.
  bool found_where_it_counts() {
    const bool expected = !plant_.statements(unit_).empty();
    const bool there = node_ && reader_.mentioned(*node_);
    if (expected && !there) fail(Checker::genealogy, "a mention", "one", "none");
    return expected && there;
  }

  void links() {
    std::vector<std::string> seen;
    reader_.links(*node_, [&](const Link& link) {
      if (kind_name(link.kind).empty()) return;
      const std::string quantity =
          link.quantity ? link.quantity->text() + " " + std::string(link.quantity->unit.view()) : "whole";
      seen.push_back(std::string(kind_name(link.kind)) + " " + std::to_string(link.position.seq) + "." +
                     std::to_string(link.position.index) + " " + quantity);
    });
    std::ranges::sort(seen);
    compare(Checker::genealogy, "links", joined(plant_.statements(unit_)), joined(seen));
  }

  void walk(bool down) {
    const Trace trace =
        named(reader_, projections::walk(reader_, containment_, *node_, down ? Direction::down : Direction::up));
    std::map<std::string, std::string> seen;
    for (const TraceNode& at : trace.nodes) {
      if (at.type == NodeType::container) continue;
      const std::string name = at.node.is_process() ? "process " + at.node.process.substr(2) : at.node.key.bytes();
      seen[name] = at.certain ? "certain" : "possible";
    }
    auto expected = plant_.reached(unit_, down);
    std::erase_if(expected, [&](const auto& entry) {
      return !entry.first.starts_with("process ") && UnitKey(entry.first).type() == UnitType::container;
    });
    if (UnitKey(unit_).type() == UnitType::container) return;  // Leads to its contents, which inside() looks at.
    compare(Checker::genealogy, down ? "trace down" : "trace up", joined_pairs(expected), joined_pairs(seen));
  }

  void inside() {
    for (const PlantEvent& event : plant_.events()) {
      if (event.name != "UnitsPacked" && event.name != "UnitsUnpacked") continue;
      std::set<std::string> around;
      for (const Stay& stay : containment_.nested_stays(*node_)) {
        if (stay.from <= event.occurred_at && (!stay.to || event.occurred_at < *stay.to))
          around.insert(reader_.node(stay.container).key.bytes());
      }
      const std::set<std::string> expected = plant_.containers(unit_, event.occurred_at);
      compare(Checker::genealogy, "containers", joined({expected.begin(), expected.end()}),
              joined({around.begin(), around.end()}));
    }
  }

  void status() {
    std::set<std::string> standing;
    for (const StandingHold& hold : standing_holds(reader_, *node_)) standing.insert(hold.id);
    const std::set<std::string> expected = plant_.holds(unit_);
    compare(Checker::status, "holds", joined({expected.begin(), expected.end()}),
            joined({standing.begin(), standing.end()}));
    RecordCache records(*view_.log);
    const auto said = disposition_said(reader_, records, *node_, [](std::string_view) { return true; });
    compare(Checker::status, "disposition", plant_.disposition(unit_),
            said ? std::string(projections::name_of(said->disposition)) : std::string());
  }

  void stock() {
    RecordCache records(*view_.log);
    Parties parties(reader_, records);
    const std::vector<UnitKey> own;
    Movements movements(parties, records, own);
    InventorySources sources{reader_, containment_, movements, "2026-03-05"};
    const SlowStock expected = plant_.stock(unit_);
    const auto rows = inventory(sources, {std::nullopt, node_, std::nullopt});
    if (!rows.has_value()) return fail(Checker::inventory, "rows", "some", rows.error().message);
    std::map<std::string, Thousandths> seen;
    for (const InventoryRow& row : rows->rows) {
      if (!row.quantity) return fail(Checker::inventory, "stock", joined_pairs(expected.places), "an unknown quantity");
      seen[row.bin.location] += in_thousandths(*row.quantity, row.unit);
    }
    std::erase_if(seen, [](const auto& entry) { return entry.second == 0; });
    compare(Checker::inventory, "stock", joined_pairs(expected.places), joined_pairs(seen));
    figures(sources, expected);
  }

  void figures(InventorySources& sources, const SlowStock& expected) {
    const auto balance = balance_of_unit(sources, reader_.node(*node_));
    if (!balance.has_value()) return fail(Checker::inventory, "balance", "one", balance.error().message);
    // Of a lot of which nobody stated a quantity nothing is known.
    if (!balance->known) return compare(Checker::inventory, "balance", joined_pairs(expected.figures), "nothing");
    const std::pair<std::string_view, const Decimal&> figures[] = {
        {"received", balance->received}, {"produced", balance->produced}, {"returned", balance->returned},
        {"adjusted", balance->adjusted}, {"consumed", balance->consumed}, {"scrapped", balance->scrapped},
        {"shipped", balance->shipped},   {"sampled", balance->sampled}};
    std::map<std::string, Thousandths> seen;
    for (const auto& [name, figure] : figures) {
      if (!figure.zero()) seen[std::string(name)] = in_thousandths(figure, balance->unit);
    }
    compare(Checker::inventory, "figures", joined_pairs(expected.figures), joined_pairs(seen));
  }

  static Thousandths in_thousandths(const Decimal& figure, UnitCode unit) {
    auto value = static_cast<std::int64_t>(figure.mantissa());
    const int wanted = unit.view() == "GRM" ? 0 : 3;
    for (int scale = figure.scale(); scale < wanted; ++scale) value *= 10;
    for (int scale = figure.scale(); scale > wanted; --scale) value /= 10;
    return value;
  }

  void history() {
    std::vector<std::pair<Instant, std::string>> expected;
    for (const PlantEvent& event : plant_.events()) {
      if (!event.names(unit_)) continue;
      expected.emplace_back(event.occurred_at, line(event.position, event.withdrawn_by));
    }
    std::ranges::stable_sort(expected, {}, &std::pair<Instant, std::string>::first);
    std::vector<std::string> lines;
    for (const auto& [at, text] : expected) lines.push_back(text);
    std::vector<std::string> seen;
    for (const HistoryEntry& entry : history_of(*view_.batch_record, UnitKey(unit_), filter_))
      seen.push_back(line(entry.position, entry.withdrawn_by));
    compare(Checker::history, "batch record", joined(lines), joined(seen));
  }

  static std::string line(EventPosition position, std::optional<Seq> withdrawn_by) {
    return std::to_string(position.seq) + "." + std::to_string(position.index) +
           (withdrawn_by ? " withdrawn by " + std::to_string(*withdrawn_by) : "");
  }

  void found() {
    const UnitKey key(unit_);
    if (key.type() != UnitType::lot && key.type() != UnitType::serial) return;
    std::string first;
    for (const PlantEvent& event : plant_.events()) {
      if (first.empty() && event.names(unit_)) first = line(event.position, std::nullopt);
    }
    const std::string text = key.ref().substr(key.ref().find_first_of("/#") + 1);
    std::string seen = "nothing";
    for (const Hit& hit : find_text(*view_.search, text)) {
      if (hit.kind == HitKind::unit && hit.key == key) seen = line(hit.first, std::nullopt);
    }
    compare(Checker::search, "first mention", first, seen);
  }

  const ModelView& view_;
  const Plant& plant_;
  const std::string& unit_;
  Verdict& verdict_;
  TimeFilter filter_;
  GenealogyReader reader_;
  Containment containment_;
  std::optional<NodeId> node_;
};

std::string entry_text(Seq seq, std::uint32_t index, std::string_view actor, std::string_view action, Instant at) {
  return std::to_string(seq) + "." + std::to_string(index) + " " + std::string(action) + " by " + std::string(actor) +
         " at " + std::to_string(at.utc_us);
}

std::string actor_text(const engine::Actor& actor) {
  return actor.id.text + (actor.on_behalf_of.empty() ? "" : " for " + actor.on_behalf_of);
}

}  // namespace

void check_unit(const ModelView& view, const Plant& plant, const std::string& unit, Verdict& verdict) {
  UnitQuestions(view, plant, unit, verdict).ask();
  for (const StoreReader* store : {view.genealogy, view.batch_record, view.search})
    verdict.require(Checker::replay, store->failure());
}

void check_audit(const ModelView& view, const Plant& plant, Verdict& verdict) {
  std::vector<std::string> expected;
  for (const PlantEvent& event : plant.events())
    expected.push_back(entry_text(event.position.seq, event.position.index,
                                  actor_text(event.told->submission.body.actor), event.name, event.told->recorded_at));
  std::size_t next = 0;
  AuditQuery query;
  query.known_at = view.known_at;
  const auto read = audit_entries(*view.audit_trail, *view.log, query, [&](const AuditEntry& entry) {
    const std::string seen =
        entry_text(entry.position.seq, entry.position.index, entry.actor, entry.action, entry.recorded_at);
    const std::string wanted = next < expected.size() ? expected[next] : "the end";
    ++next;
    return verdict.require(Checker::audit, seen == wanted, "audit trail: expected " + wanted + "; found " + seen);
  });
  if (!verdict.require(Checker::audit, read) || !verdict.ok()) return;
  verdict.require(
      Checker::audit, next == expected.size(),
      "audit trail: expected " + std::to_string(expected.size()) + " entries; found " + std::to_string(next));
}

void check_facts(const StoreFacts& facts, const Decisions& decisions, const Plant& plant, Verdict& verdict) {
  for (Seq seq = 0; seq < decisions.next(); ++seq) {
    const bool fact = decisions.facts().contains(seq);
    verdict.require(Checker::facts, facts.is_fact(seq) == fact,
                    "record " + std::to_string(seq) + (fact ? " is a fact" : " is no fact") + ", found otherwise");
    verdict.require(Checker::facts, facts.withdrawn(seq) == decisions.withdrawn(seq),
                    "withdrawal of record " + std::to_string(seq) + ": found otherwise");
  }
  for (const auto& [id, seq] : decisions.event_ids())
    verdict.require(Checker::facts, facts.fact(id) == seq, "position of " + id + ": expected " + std::to_string(seq));
  for (const auto& [stream, seq] : decisions.streams())
    verdict.require(Checker::facts, facts.last_in_stream(stream) == seq,
                    "last record of stream " + stream + ": expected " + std::to_string(seq));
  for (const std::string& unit : plant.units()) {
    for (const char* hold : {"H-0", "H-1", "H-2"}) {
      const bool stands = decisions.hold_stands(unit, hold);
      verdict.require(Checker::facts, facts.hold_stands(UnitKey(unit), HoldId{hold}) == stands,
                      std::string("hold ") + hold + " on " + UnitKey(unit).ref() + ": found otherwise");
    }
  }
}

void check_same_content(const StoreReader& live, const StoreReader& replayed, std::string_view name, Verdict& verdict) {
  const std::string subject = "projection " + std::string(name);
  if (live.position().head != replayed.position().head) {
    verdict.fail(Checker::replay, subject + " stands at record " + std::to_string(live.position().head.seq) +
                                      ", the replay at " + std::to_string(replayed.position().head.seq));
    return;
  }
  std::map<std::string, std::string> expected;
  replayed.scan("", "", [&](std::string_view key, std::string_view value) {
    expected.emplace(key, value);
    return true;
  });
  std::size_t entries = 0;
  live.scan("", "", [&](std::string_view key, std::string_view value) {
    ++entries;
    const auto found = expected.find(std::string(key));
    return verdict.require(Checker::replay, found != expected.end() && found->second == value,
                           subject + ": key " + to_hex(bytes_of(key)) + " differs from the replay's");
  });
  if (!verdict.ok()) return;
  verdict.require(
      Checker::replay, entries == expected.size(),
      subject + " holds " + std::to_string(entries) + " entries, the replay " + std::to_string(expected.size()));
  verdict.require(Checker::replay, live.digest() == replayed.digest(), subject + ": digest differs from the replay's");
  verdict.require(Checker::replay, live.failure());
}

}  // namespace lotledger::tests

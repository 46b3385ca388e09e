// projections/ledger_genealogy.cc - nodes and links of one ledger under a filter of times.
#include "projections/ledger_genealogy.h"

#include "projections/genealogy_keys.h"
#include "projections/unreadable.h"

#include <algorithm>

namespace lotledger::projections {

namespace keys = genealogy_keys;

namespace {
/// Up to here all withdrawals are read at once; above, each is looked up when a fact needs it, so that cost follows the
/// answer.
constexpr std::size_t k_withdrawals_loaded_max = 4096;
}  // namespace

LedgerGenealogy::LedgerGenealogy(const StoreReader& store, const GraphView* graph, const TimeFilter& filter,
                                 LedgerIndex ledger)
    : store_(store), graph_(graph), filter_(filter), ledger_(ledger) {
  shows_all_ =
      graph_ != nullptr && !filter_.as_of && !filter_.reported_at && known_seq(graph_->graph().head().position.seq);
  all_withdrawals_loaded_ = true;
  store_.scan_prefix("v", [&](std::string_view key, std::string_view value) {
    if (withdrawals_.size() == k_withdrawals_loaded_max) {
      all_withdrawals_loaded_ = false;
      return false;
    }
    withdrawals_.emplace(load_be64(key.data() + 1), load_be64(value.data()));
    return true;
  });
  if (!all_withdrawals_loaded_) withdrawals_.clear();
}

std::optional<Seq> LedgerGenealogy::own_withdrawal(Seq seq) const {
  auto at = withdrawals_.find(seq);
  if (at == withdrawals_.end()) {
    if (all_withdrawals_loaded_) return std::nullopt;
    std::string value;
    const bool stored = store_.get(keys::by_number('v', seq), value);
    at = withdrawals_.emplace(seq, stored ? std::optional<Seq>(load_be64(value.data())) : std::nullopt).first;
  }
  if (!at->second || !known_seq(*at->second)) return std::nullopt;
  return at->second;
}

std::optional<RecordPosition> LedgerGenealogy::withdrawn_by(Seq seq) const {
  if (const auto own = own_withdrawal(seq)) return RecordPosition{*own, ledger_};
  if (foreign_.empty()) return std::nullopt;
  const auto foreign = foreign_.find(seq);
  return foreign == foreign_.end() ? std::nullopt : std::optional(foreign->second);
}

std::vector<Seq> LedgerGenealogy::withdrawals() const {
  std::vector<Seq> found;
  const auto keep = [&](Seq withdrawal) {
    if (known_seq(withdrawal)) found.push_back(withdrawal);
  };
  store_.scan_prefix("v", [&](std::string_view, std::string_view value) {
    keep(load_be64(value.data()));
    return true;
  });
  store_.scan_prefix("w", [&](std::string_view key, std::string_view value) {
    if (value.empty()) keep(load_be64(key.data() + 1));  // The others are among the applied ones.
    return true;
  });
  return found;
}

bool LedgerGenealogy::in_time(const Link& link) const {
  if (!known_seq(link.position.seq)) return false;
  if (filter_.as_of && link.occurred_at > *filter_.as_of) return false;
  return !filter_.reported_at || link.reported_at <= *filter_.reported_at;
}

bool LedgerGenealogy::visible(const Link& link) const {
  return in_time(link) && (filter_.include_voided || !withdrawn_by(link.position.seq));
}

std::optional<NodeId> LedgerGenealogy::find(std::string_view name) const {
  std::string value;
  if (!store_.get(keys::node_by_name(name), value)) return std::nullopt;
  return load_be64(value.data());
}

bool LedgerGenealogy::in_time(NodeId node, const PackedLink& link) const {
  const PackedFact& fact = graph_->graph().fact(link);
  if (!known_seq(fact.seq)) return false;
  if (filter_.as_of && Instant{fact.occurred_at} > *filter_.as_of) return false;
  return !filter_.reported_at || graph_->graph().reported_at(node, link) <= *filter_.reported_at;
}

bool LedgerGenealogy::visible(NodeId node, const PackedLink& link) const {
  if (!in_time(node, link)) return false;
  if (filter_.include_voided || (!link.withdrawn() && foreign_.empty())) return true;
  return !withdrawn_by(graph_->graph().fact(link).seq);
}

std::optional<std::span<const PackedLink>> LedgerGenealogy::packed_links(NodeId id,
                                                                         std::optional<LinkKind> kind) const {
  const auto all = packed(id);
  return all && kind ? Graph::of_kind(*all, *kind) : all;
}

Node LedgerGenealogy::node(NodeId id) const {
  if (graph_ != nullptr) {
    if (auto found = graph_->graph().node(id)) return std::move(*found);
  }
  std::string value;
  if (!store_.get(keys::by_number('i', id), value)) return {};
  return keys::read_node(id, value);
}

NodeType LedgerGenealogy::type(NodeId id) const {
  const PackedNode* const row = graph_ == nullptr ? nullptr : graph_->graph().row(id);
  if (row != nullptr) return row->type;
  const Node found = node(id);
  return node_type_of(found.is_process() ? found.process : found.key.bytes());
}

NodeId LedgerGenealogy::class_of(NodeId id) const {
  const PackedNode* const row = graph_ == nullptr ? nullptr : graph_->row(id);
  if (row != nullptr) return row->item_class;
  const auto item_class = node(id).key.item_class();
  if (!item_class) return k_no_node;
  const auto [at, fresh] = classes_.try_emplace(item_class->bytes(), k_no_node);
  if (fresh) at->second = find(item_class->bytes()).value_or(k_no_node);
  return at->second;
}

void LedgerGenealogy::links(NodeId id, std::optional<LinkKind> kind, const Visit& visit) const {
  if (const auto packed = packed_links(id, kind)) {
    for (const PackedLink& one : *packed) {
      if (!shows(id, one)) continue;
      Link link = graph_->graph().unpack(id, one);
      link.position.ledger = ledger_;
      visit(link);
    }
    return;
  }
  store_.scan_prefix(keys::link_prefix(id, kind), [&](std::string_view key, std::string_view value) {
    Link link = keys::read_link(key, value);
    if (!visible(link)) return true;
    link.position.ledger = ledger_;
    visit(link);
    return true;
  });
}

bool LedgerGenealogy::any(NodeId id, std::optional<LinkKind> kind) const {
  if (const auto packed = packed_links(id, kind))
    return std::ranges::any_of(*packed, [&](const PackedLink& link) { return shows(id, link); });
  bool found = false;
  store_.scan_prefix(keys::link_prefix(id, kind), [&](std::string_view key, std::string_view value) {
    found = visible(keys::read_link(key, value));
    return !found;
  });
  return found;
}

bool LedgerGenealogy::known(NodeId id) const {
  if (const auto packed = packed_links(id, std::nullopt))
    return std::ranges::any_of(*packed, [&](const PackedLink& link) { return in_time(id, link); });
  bool found = false;
  store_.scan_prefix(keys::link_prefix(id), [&](std::string_view key, std::string_view value) {
    found = in_time(keys::read_link(key, value));
    return !found;
  });
  return found;
}

void LedgerGenealogy::class_members(const UnitKey& item_class, const std::function<void(NodeId)>& visit) const {
  store_.scan_prefix(keys::node_by_name(item_class.bytes()), [&](std::string_view key, std::string_view value) {
    const UnitKey unit{std::string(key.substr(1))};
    if (unit.item_class() == item_class) visit(load_be64(value.data()));
    return true;
  });
}

void LedgerGenealogy::units(const std::function<void(NodeId)>& visit) const {
  store_.scan_prefix("n", [&](std::string_view key, std::string_view value) {
    const UnitType type = unit_type_of(key.substr(1));
    if (type == UnitType::lot || type == UnitType::serial) visit(load_be64(value.data()));
    return true;
  });
}

void LedgerGenealogy::named_processes(const std::function<void(NodeId)>& visit) const {
  store_.scan_prefix(keys::node_by_name(keys::k_named_process), [&](std::string_view, std::string_view value) {
    visit(load_be64(value.data()));
    return true;
  });
}

void LedgerGenealogy::subjects(const std::function<void(std::string_view)>& visit) const {
  std::string last;
  bool any = false;
  store_.scan_prefix("p", [&](std::string_view key, std::string_view) {
    const std::string_view subject = keys::described_subject(key);
    if (any && subject == last) return true;
    last = subject;
    any = true;
    visit(subject);
    return true;
  });
}

std::vector<Description> LedgerGenealogy::descriptions(const UnitKey& party) const {
  std::vector<Description> found;
  const std::string prefix = keys::description_prefix(party.bytes());
  store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
    const char* rest = key.data() + prefix.size();
    const Instant at{static_cast<std::int64_t>(load_be64(rest) ^ (std::uint64_t{1} << 63))};
    const EventPosition position{load_be64(rest + 8), load_be32(rest + 16), ledger_};
    if (known_seq(position.seq) && !withdrawn_by(position.seq)) found.push_back({at, position});
    return true;
  });
  return found;
}

std::vector<RecordPosition> LedgerGenealogy::open_rows() const {
  std::vector<RecordPosition> open;
  store_.scan_prefix("r", [&](std::string_view key, std::string_view value) {
    const Seq row = load_be64(key.data() + 1);
    const bool closed = !value.empty() && known_seq(load_be64(value.data()));
    if (known_seq(row) && !closed) open.push_back({row, ledger_});
    return true;
  });
  return open;
}

std::vector<RecordPosition> LedgerGenealogy::waiting_withdrawals() const {
  std::vector<RecordPosition> waiting;
  store_.scan_prefix("w", [&](std::string_view key, std::string_view value) {
    const Seq withdrawal = load_be64(key.data() + 1);
    const bool applied = !value.empty() && known_seq(load_be64(value.data()));
    if (known_seq(withdrawal) && !applied) waiting.push_back({withdrawal, ledger_});
    return true;
  });
  return waiting;
}

std::vector<Corrective> LedgerGenealogy::corrective_references() const {
  std::vector<Corrective> references;
  store_.scan_prefix("c", [&](std::string_view key, std::string_view) {
    const Seq withdrawal = load_be64(key.data() + key.size() - 8);
    if (known_seq(withdrawal))
      references.push_back({std::string(key.substr(1, key.size() - 10)), {withdrawal, ledger_}});
    return true;
  });
  return references;
}

std::vector<RecordPosition> LedgerGenealogy::unreadable_records() const {
  std::vector<RecordPosition> unreadable;
  for (const Seq seq : projections::unreadable_records(store_, filter_.known_at)) unreadable.push_back({seq, ledger_});
  return unreadable;
}

}  // namespace lotledger::projections

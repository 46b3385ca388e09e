// projections/genealogy_reader.cc - nodes and links under a filter of times.
#include "projections/genealogy.h"
#include "projections/genealogy_keys.h"

namespace lotledger::projections {

namespace keys = genealogy_keys;

namespace {
/// Up to here all withdrawals are read at once; above, each is looked up when a fact needs it, so that cost follows the
/// answer.
constexpr std::size_t k_withdrawals_loaded_max = 4096;
}  // namespace

GenealogyReader::GenealogyReader(const StoreReader& store, TimeFilter filter) : store_(store), filter_(filter) {
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

std::optional<Seq> GenealogyReader::withdrawn_by(Seq seq) const {
  auto at = withdrawals_.find(seq);
  if (at == withdrawals_.end()) {
    if (all_withdrawals_loaded_) return std::nullopt;
    std::string value;
    const bool stored = store_.get(keys::by_number('v', seq), value);
    at = withdrawals_.emplace(seq, stored ? std::optional<Seq>(load_be64(value.data())) : std::nullopt).first;
  }
  if (!at->second || !known(*at->second)) return std::nullopt;
  return at->second;
}

bool GenealogyReader::visible(const Link& link) const {
  if (!known(link.position.seq)) return false;
  if (filter_.as_of && link.occurred_at > *filter_.as_of) return false;
  if (filter_.reported_at && link.reported_at > *filter_.reported_at) return false;
  return filter_.include_voided || !withdrawn_by(link.position.seq);
}

std::optional<NodeId> GenealogyReader::find(const UnitKey& key) const {
  return find_process(key.bytes());
}

std::optional<NodeId> GenealogyReader::find_process(std::string_view process) const {
  std::string value;
  if (!store_.get(keys::node_by_name(process), value)) return std::nullopt;
  return load_be64(value.data());
}

Node GenealogyReader::node(NodeId id) const {
  std::string value;
  if (!store_.get(keys::by_number('i', id), value)) return {};
  return keys::read_node(id, value);
}

void GenealogyReader::links(NodeId id, const std::function<void(const Link&)>& visit) const {
  store_.scan_prefix(keys::link_prefix(id), [&](std::string_view key, std::string_view value) {
    const Link link = keys::read_link(key, value);
    if (visible(link)) visit(link);
    return true;
  });
}

void GenealogyReader::links(NodeId id, LinkKind kind, const std::function<void(const Link&)>& visit) const {
  store_.scan_prefix(keys::link_prefix(id, kind), [&](std::string_view key, std::string_view value) {
    const Link link = keys::read_link(key, value);
    if (visible(link)) visit(link);
    return true;
  });
}

bool GenealogyReader::any(NodeId id, LinkKind kind) const {
  bool found = false;
  store_.scan_prefix(keys::link_prefix(id, kind), [&](std::string_view key, std::string_view value) {
    found = visible(keys::read_link(key, value));
    return !found;
  });
  return found;
}

bool GenealogyReader::mentioned(NodeId id) const {
  bool found = false;
  store_.scan_prefix(keys::link_prefix(id), [&](std::string_view key, std::string_view value) {
    found = visible(keys::read_link(key, value));
    return !found;
  });
  return found;
}

void GenealogyReader::class_members(const UnitKey& item_class, const std::function<void(NodeId)>& visit) const {
  const std::string prefix = keys::node_by_name(item_class.bytes());
  store_.scan_prefix(prefix, [&](std::string_view key, std::string_view value) {
    const UnitKey unit{std::string(key.substr(1))};
    const NodeId id = load_be64(value.data());
    if (unit.item_class() == item_class && mentioned(id)) visit(id);
    return true;
  });
}

std::vector<GenealogyReader::Description> GenealogyReader::descriptions(const UnitKey& party) const {
  std::vector<Description> found;
  const std::string prefix = keys::description_prefix(party.bytes());
  store_.scan_prefix(prefix, [&](std::string_view key, std::string_view) {
    const char* rest = key.data() + prefix.size();
    const Instant at{static_cast<std::int64_t>(load_be64(rest) ^ (std::uint64_t{1} << 63))};
    const EventPosition position{load_be64(rest + 8), load_be32(rest + 16)};
    if (known(position.seq) && !withdrawn_by(position.seq)) found.push_back({at, position});
    return true;
  });
  return found;
}

std::vector<Seq> GenealogyReader::open_rows() const {
  std::vector<Seq> open;
  store_.scan_prefix("r", [&](std::string_view key, std::string_view value) {
    const Seq row = load_be64(key.data() + 1);
    const bool closed = !value.empty() && known(load_be64(value.data()));
    if (known(row) && !closed) open.push_back(row);
    return true;
  });
  return open;
}

std::vector<Seq> GenealogyReader::waiting_withdrawals() const {
  std::vector<Seq> waiting;
  store_.scan_prefix("w", [&](std::string_view key, std::string_view value) {
    const Seq withdrawal = load_be64(key.data() + 1);
    const bool applied = !value.empty() && known(load_be64(value.data()));
    if (known(withdrawal) && !applied) waiting.push_back(withdrawal);
    return true;
  });
  return waiting;
}

std::vector<GenealogyReader::Corrective> GenealogyReader::corrective_references() const {
  std::vector<Corrective> references;
  store_.scan_prefix("c", [&](std::string_view key, std::string_view) {
    const Seq withdrawal = load_be64(key.data() + key.size() - 8);
    if (known(withdrawal)) references.push_back({std::string(key.substr(1, key.size() - 10)), withdrawal});
    return true;
  });
  return references;
}

std::vector<Seq> GenealogyReader::unreadable_records() const {
  std::vector<Seq> unreadable;
  store_.scan_prefix("b", [&](std::string_view key, std::string_view) {
    if (const Seq seq = load_be64(key.data() + 1); known(seq)) unreadable.push_back(seq);
    return true;
  });
  return unreadable;
}

}  // namespace lotledger::projections

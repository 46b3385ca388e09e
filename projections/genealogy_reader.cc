// projections/genealogy_reader.cc - several ledgers read as one.
#include "projections/genealogy_reader.h"

#include "engine/base/assert.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace lotledger::projections {

namespace {

/// A node of one ledger as one number: which ledger, and its number there. The number of a unit in the first ledger
/// that knows it stands for it in all; where there is one ledger, that is the number in its store.
constexpr unsigned k_ledger_shift = 48;

NodeId numbered(LedgerIndex ledger, NodeId local) {
  LL_ASSERT(local >> k_ledger_shift == 0, "a store numbers fewer than 2^48 nodes");
  return NodeId{ledger} << k_ledger_shift | local;
}
LedgerIndex ledger_of(NodeId node) {
  return static_cast<LedgerIndex>(node >> k_ledger_shift);
}
NodeId local_of(NodeId node) {
  return node & ((NodeId{1} << k_ledger_shift) - 1);
}

/// What a statement says, whoever recorded it.
auto statement(const Link& link) {
  return std::tuple(link.kind, link.other, link.occurred_at, link.observed_only);
}

}  // namespace

GenealogyReader::GenealogyReader(const StoreReader& store, const TimeFilter& filter, const GraphView* graph) {
  ledgers_.emplace_back(store, graph, filter, LedgerIndex{0});
}

GenealogyReader::GenealogyReader(const std::vector<CutLedger>& ledgers, const TimeFilter& filter,
                                 SharedEvents& shared) {
  LL_ASSERT(!ledgers.empty(), "an answer stands on at least one ledger");
  for (const CutLedger& ledger : ledgers) {
    TimeFilter own = filter;
    own.known_at = ledger.known_at;
    ledgers_.emplace_back(*ledger.store, ledger.graph, own, static_cast<LedgerIndex>(ledgers_.size()));
  }
  if (ledgers_.size() == 1) return;
  shared_ = &shared;
  apply_withdrawals();
}

void GenealogyReader::apply_withdrawals() {
  for (LedgerIndex from = 0; from < ledgers_.size(); ++from) {
    for (const Seq seq : ledgers_[from].withdrawals()) {
      const RecordPosition withdrawal{seq, from};
      for (LedgerIndex in = 0; in < ledgers_.size(); ++in) {
        const auto fact = in == from ? std::nullopt : shared_->withdrawn_in(in, withdrawal);
        if (!fact) continue;
        ledgers_[in].withdraw(*fact, withdrawal);
        arrived_.insert(withdrawal);
      }
    }
  }
}

std::optional<NodeId> GenealogyReader::find_named(std::string_view name) const {
  for (LedgerIndex ledger = 0; ledger < ledgers_.size(); ++ledger) {
    if (const auto local = ledgers_[ledger].find(name)) return numbered(ledger, *local);
  }
  return std::nullopt;
}

NodeId GenealogyReader::common(NodeId in_ledger) const {
  if (ledger_of(in_ledger) == 0) return in_ledger;
  const auto [found, fresh] = common_.try_emplace(in_ledger);
  if (fresh) {
    const Node node = ledgers_[ledger_of(in_ledger)].node(local_of(in_ledger));
    found->second = find_named(node.is_process() ? node.process : node.key.bytes()).value_or(in_ledger);
  }
  return found->second;
}

const std::vector<NodeId>& GenealogyReader::copies(NodeId id) const {
  const auto [found, fresh] = copies_.try_emplace(id);
  if (!fresh) return found->second;
  const Node own = node(id);
  found->second.push_back(id);
  for (std::size_t ledger = std::size_t{ledger_of(id)} + 1; ledger < ledgers_.size(); ++ledger) {
    const auto local = ledgers_[ledger].find(own.is_process() ? own.process : own.key.bytes());
    if (local) found->second.push_back(numbered(static_cast<LedgerIndex>(ledger), *local));
  }
  return found->second;
}

Node GenealogyReader::node(NodeId id) const {
  Node node = ledgers_[ledger_of(id)].node(local_of(id));
  if (node.id != k_no_node) node.id = id;
  return node;
}

const std::string& GenealogyReader::key_bytes(NodeId id) const {
  const auto [at, fresh] = keys_.try_emplace(id);
  if (fresh && id != k_no_node) at->second = node(id).key.bytes();
  return at->second;
}

NodeType GenealogyReader::type(NodeId id) const {
  return ledgers_[ledger_of(id)].type(local_of(id));
}

NodeId GenealogyReader::class_of(NodeId id) const {
  if (ledgers_.size() == 1) return ledgers_.front().class_of(id);
  const auto item_class = node(id).key.item_class();
  if (!item_class) return k_no_node;
  const auto [at, fresh] = classes_.try_emplace(item_class->bytes(), k_no_node);
  if (fresh) at->second = find(*item_class).value_or(k_no_node);
  return at->second;
}

void GenealogyReader::read_links(NodeId id, std::optional<LinkKind> kind, const LedgerGenealogy::Visit& visit) const {
  if (ledgers_.size() == 1) return ledgers_.front().links(id, kind, visit);
  if (id == k_no_node) return;
  std::vector<Link> links;
  for (const NodeId copy : copies(id)) {
    ledgers_[ledger_of(copy)].links(local_of(copy), kind, [&](const Link& link) {
      links.push_back(link);
      for (NodeId Link::* node : {&Link::other, &Link::place, &Link::from, &Link::owner}) {
        if (link.*node != k_no_node) links.back().*node = common(numbered(ledger_of(copy), link.*node));
      }
    });
  }
  drop_repeated(links);
  std::ranges::sort(links, {}, [](const Link& link) { return std::tuple(link.kind, link.other, link.position); });
  std::ranges::for_each(links, visit);
}

/// An event that two ledgers hold is told once, by the first of them.
void GenealogyReader::drop_repeated(std::vector<Link>& links) const {
  std::ranges::sort(links, {}, [](const Link& link) { return std::tuple(statement(link), link.position.ledger); });
  std::vector<Link> kept;
  for (auto first = links.begin(); first != links.end();) {
    const auto last =
        std::find_if(first, links.end(), [&](const Link& link) { return statement(link) != statement(*first); });
    std::set<std::string> told;
    for (auto at = first; at != last;) {
      const LedgerIndex ledger = at->position.ledger;
      const auto end = std::find_if(at, last, [&](const Link& link) { return link.position.ledger != ledger; });
      const bool alone = at == first && end == last;
      std::vector<std::string> telling;
      for (; at != end; ++at) {
        const std::string identity = alone ? std::string() : shared_->identity(at->position.record());
        if (!identity.empty() && told.contains(identity)) continue;
        kept.push_back(*at);
        telling.push_back(identity);
      }
      told.insert(std::make_move_iterator(telling.begin()), std::make_move_iterator(telling.end()));
    }
    first = last;
  }
  links = std::move(kept);
}

bool GenealogyReader::any_link(NodeId id, std::optional<LinkKind> kind) const {
  if (ledgers_.size() == 1) return ledgers_.front().any(id, kind);
  return id != k_no_node && std::ranges::any_of(copies(id), [&](NodeId copy) {
           return ledgers_[ledger_of(copy)].any(local_of(copy), kind);
         });
}

bool GenealogyReader::known(NodeId id) const {
  return id != k_no_node &&
         std::ranges::any_of(copies(id), [&](NodeId copy) { return ledgers_[ledger_of(copy)].known(local_of(copy)); });
}

void GenealogyReader::class_members(const UnitKey& item_class, const std::function<void(NodeId)>& visit) const {
  std::set<NodeId> members;
  for (LedgerIndex ledger = 0; ledger < ledgers_.size(); ++ledger) {
    ledgers_[ledger].class_members(item_class, [&](NodeId local) { members.insert(common(numbered(ledger, local))); });
  }
  for (const NodeId member : members) {
    if (mentioned(member)) visit(member);
  }
}

void GenealogyReader::units(const std::function<void(NodeId)>& visit) const {
  std::set<NodeId> units;
  for (LedgerIndex ledger = 0; ledger < ledgers_.size(); ++ledger)
    ledgers_[ledger].units([&](NodeId local) { units.insert(common(numbered(ledger, local))); });
  for (const NodeId unit : units) {
    if (mentioned(unit)) visit(unit);
  }
}

void GenealogyReader::named_processes(const std::function<void(NodeId)>& visit) const {
  std::set<NodeId> processes;
  for (LedgerIndex ledger = 0; ledger < ledgers_.size(); ++ledger)
    ledgers_[ledger].named_processes([&](NodeId local) { processes.insert(common(numbered(ledger, local))); });
  for (const NodeId process : processes) {
    if (mentioned(process)) visit(process);
  }
}

void GenealogyReader::subjects(const std::function<void(const UnitKey&)>& visit) const {
  std::set<std::string, std::less<>> subjects;
  for (const LedgerGenealogy& ledger : ledgers_) ledger.subjects([&](std::string_view key) { subjects.emplace(key); });
  for (const std::string& key : subjects) {
    const UnitKey subject{key};
    if (!descriptions(subject).empty()) visit(subject);
  }
}

std::optional<RecordPosition> GenealogyReader::withdrawn_by(RecordPosition record) const {
  return ledgers_[record.ledger].withdrawn_by(record.seq);
}

namespace {

template <typename Item, typename Read>
std::vector<Item> of_all(const std::vector<LedgerGenealogy>& ledgers, const Read& read) {
  std::vector<Item> all;
  for (const LedgerGenealogy& ledger : ledgers) {
    std::vector<Item> own = read(ledger);
    all.insert(all.end(), std::make_move_iterator(own.begin()), std::make_move_iterator(own.end()));
  }
  return all;
}

}  // namespace

std::vector<Description> GenealogyReader::descriptions(const UnitKey& party) const {
  auto found = of_all<Description>(ledgers_, [&](const LedgerGenealogy& ledger) { return ledger.descriptions(party); });
  std::ranges::stable_sort(found, {}, &Description::at);
  return found;
}

std::vector<RecordPosition> GenealogyReader::open_rows() const {
  return of_all<RecordPosition>(ledgers_, [](const LedgerGenealogy& ledger) { return ledger.open_rows(); });
}

std::vector<RecordPosition> GenealogyReader::waiting_withdrawals() const {
  auto waiting =
      of_all<RecordPosition>(ledgers_, [](const LedgerGenealogy& ledger) { return ledger.waiting_withdrawals(); });
  std::erase_if(waiting, [&](const RecordPosition& at) { return arrived_.contains(at); });
  return waiting;
}

std::vector<Corrective> GenealogyReader::corrective_references() const {
  return of_all<Corrective>(ledgers_, [](const LedgerGenealogy& ledger) { return ledger.corrective_references(); });
}

std::vector<RecordPosition> GenealogyReader::unreadable_records() const {
  return of_all<RecordPosition>(ledgers_, [](const LedgerGenealogy& ledger) { return ledger.unreadable_records(); });
}

}  // namespace lotledger::projections

// projections/graph_writer.cc - two scans of the store, nodes and links, each in key order.
#include "projections/graph_writer.h"

#include "projections/genealogy_keys.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace lotledger::projections {

namespace keys = genealogy_keys;

namespace {

constexpr std::uint64_t k_number_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t k_units_max = 256;
constexpr Seq k_due_records_min = 10'000;
constexpr Seq k_due_share = 10;  // One of so many.

template <typename Value>
void append_value(std::string& to, const Value& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

class GraphWriter {
 public:
  GraphWriter(engine::Disk& disk, const std::string& folder, const StoreReader& store)
      : disk_(disk), folder_(folder), store_(store) {
    head_.position = store.position().head;
    head_.fold_version = store.position().fold_version;
    head_.units.emplace_back();  // That of links without quantity.
  }

  Result<bool> write() {
    if (head_.position.seq == k_no_seq || head_.position.seq > k_number_max) return false;
    LL_TRY(disk_.make_folders(folder_));
    LL_TRY(remove(true));  // What an interrupted attempt left, or a damaged one.
    LL_TRY(write_names());
    find_withdrawn();
    LL_TRY(write_links());
    LL_TRY(store_.failure());
    if (!fits_) {
      LL_TRY(remove(true));
      return false;
    }
    LL_TRY(engine::replace_file(disk_, graph_file(folder_, head_.position.seq, "head"), encode_head(head_)));
    LL_TRY(remove(false));
    return true;
  }

 private:
  /// Removes the files of the graph at this position, or all others.
  Result<void> remove(bool own) {
    LL_ASSIGN(const auto names, disk_.list(folder_));
    const std::string prefix = std::to_string(head_.position.seq) + ".";
    for (const std::string& name : names) {
      if (name.starts_with(prefix) == own) LL_TRY(disk_.remove(folder_ + "/" + name));
    }
    return {};
  }

  Result<CheckedWriter> create(std::string_view which) {
    return CheckedWriter::create(disk_, graph_file(folder_, head_.position.seq, which));
  }

  Result<void> write_names() {
    LL_ASSIGN(CheckedWriter names, create("names"));
    LL_ASSIGN(CheckedWriter offsets, create("offsets"));
    store_.scan_prefix("i", [&](std::string_view key, std::string_view value) {
      const NodeId id = load_be64(key.data() + 1);
      fits_ &= id == ++head_.nodes && id < k_number_max;
      whats_.push_back(what_of(keys::read_node(id, value)));
      offsets.append_value(names.size());
      names.append(bytes_of(value));
      return fits_;
    });
    offsets.append_value(names.size());
    head_.name_bytes = names.size();
    LL_TRY(names.finish());
    return offsets.finish();
  }

  /// What is known of a node before its links are read. Kept for all nodes while the graph is written.
  struct What {
    std::uint32_t item_class = 0;
    std::uint32_t item = 0;
    NodeType type = NodeType::opaque;
  };
  What what_of(const Node& node) {
    What what;
    what.type = node_type_of(node.is_process() ? node.process : node.key.bytes());
    if (const auto item_class = node.key.item_class()) what.item_class = class_node(item_class->bytes());
    if (const std::string_view item = node.key.item(); !item.empty())
      what.item = items_.try_emplace(std::string(item), static_cast<std::uint32_t>(items_.size() + 1)).first->second;
    return what;
  }

  std::uint32_t class_node(const std::string& item_class) {
    const auto [at, fresh] = classes_.try_emplace(item_class, 0);
    std::string value;
    if (fresh && store_.get(keys::node_by_name(item_class), value))
      at->second = static_cast<std::uint32_t>(load_be64(value.data()));
    return at->second;
  }

  void find_withdrawn() {
    withdrawn_.resize(head_.position.seq + 1);
    store_.scan_prefix("v", [&](std::string_view key, std::string_view) {
      const Seq seq = load_be64(key.data() + 1);
      if (seq < withdrawn_.size()) withdrawn_[seq] = true;
      return true;
    });
  }

  Result<void> write_links() {
    LL_ASSIGN(CheckedWriter nodes, create("nodes"));
    LL_ASSIGN(CheckedWriter links, create("links"));
    LL_ASSIGN(CheckedWriter facts, create("facts"));
    LL_ASSIGN(CheckedWriter rest, create("rest"));
    NodeId at = 1;
    PackedNode node = row_of(at, 0);
    const auto next_node = [&] {
      nodes.append_value(node);
      node = row_of(++at, rest.size());
    };
    store_.scan_prefix("l", [&](std::string_view key, std::string_view value) {
      while (at < load_be64(key.data() + 1)) next_node();
      const Link link = keys::read_link(key, value);
      const std::uint64_t offset = rest.size() - node.rest;
      fits_ &= offset < k_number_max && node.count < k_number_max;
      links.append_value(packed(link));
      facts.append_value(fact_of(link, static_cast<std::uint32_t>(offset)));
      rest.append(bytes_of(rest_of(link)));
      node.flags |= node_flag(link.kind);
      ++node.count;
      ++head_.links;
      return fits_;
    });
    while (fits_ && at <= head_.nodes) next_node();
    head_.rest_bytes = rest.size();
    LL_TRY(nodes.finish());
    LL_TRY(links.finish());
    LL_TRY(facts.finish());
    return rest.finish();
  }

  /// The row of a node before its links are counted.
  [[nodiscard]] PackedNode row_of(NodeId id, std::uint64_t rest) const {
    PackedNode row;
    row.first = head_.links;
    row.rest = rest;
    if (id > whats_.size()) return row;  // Behind the last.
    const What& what = whats_[id - 1];
    row.item_class = what.item_class;
    row.item = what.item;
    row.type = what.type;
    return row;
  }

  static std::uint8_t node_flag(LinkKind kind) {
    if (kind == LinkKind::packed_in) return PackedNode::k_packed;
    return kind == LinkKind::consumed_in || kind == LinkKind::installed_in ? PackedNode::k_used : std::uint8_t{0};
  }

  [[nodiscard]] bool is_class(NodeId id) const {
    return id != k_no_node && id <= whats_.size() && whats_[id - 1].type == NodeType::item_class;
  }

  PackedLink packed(const Link& link) {
    PackedLink packed;
    packed.other = static_cast<std::uint32_t>(link.other);
    packed.kind_bits = static_cast<std::uint8_t>(link.kind);
    if (withdrawn_[link.position.seq]) packed.kind_bits |= PackedLink::k_withdrawn;
    if (is_class(link.other)) packed.kind_bits |= PackedLink::k_to_class;
    packed.flags = flags_of(link);
    if (link.quantity) {
      packed.scale = link.quantity->scale;
      packed.unit = unit_number(link.quantity->unit);
    }
    return packed;
  }

  static PackedFact fact_of(const Link& link, std::uint32_t rest) {
    PackedFact fact;
    fact.occurred_at = link.occurred_at.utc_us;
    fact.mantissa = link.quantity ? link.quantity->mantissa : 0;
    fact.seq = static_cast<std::uint32_t>(link.position.seq);
    fact.rest = rest;
    return fact;
  }

  static std::uint8_t flags_of(const Link& link) {
    unsigned flags = 0;
    const auto set = [&flags](bool so, std::uint8_t flag) { flags |= so ? flag : 0U; };
    set(link.observed_only, PackedLink::k_observed_only);
    set(link.quantity.has_value(), PackedLink::k_has_quantity);
    set(link.position.index != 0, PackedLink::k_has_index);
    set(link.place != k_no_node, PackedLink::k_has_place);
    set(link.from != k_no_node, PackedLink::k_has_from);
    set(link.owner != k_no_node, PackedLink::k_has_owner);
    set(!link.detail.empty(), PackedLink::k_has_detail);
    return static_cast<std::uint8_t>(flags);
  }

  /// What Graph::unpack reads, in that order.
  const std::string& rest_of(const Link& link) {
    rest_.clear();
    append_value(rest_, link.reported_at.utc_us);
    if (link.position.index != 0) append_value(rest_, link.position.index);
    for (const NodeId node : {link.place, link.from, link.owner}) {
      if (node != k_no_node) append_value(rest_, static_cast<std::uint32_t>(node));
    }
    if (!link.detail.empty()) {
      append_value(rest_, static_cast<std::uint32_t>(link.detail.size()));
      rest_.append(link.detail);
    }
    return rest_;
  }

  std::uint8_t unit_number(const UnitCode& unit) {
    // Links of one node are mostly in one unit of measure.
    if (head_.units[last_unit_] != unit) {
      const auto found = std::ranges::find(head_.units, unit);
      last_unit_ = static_cast<std::size_t>(found - head_.units.begin());
      if (found == head_.units.end()) head_.units.push_back(unit);
      fits_ &= head_.units.size() <= k_units_max;
    }
    return static_cast<std::uint8_t>(last_unit_);
  }

  engine::Disk& disk_;
  const std::string& folder_;
  const StoreReader& store_;
  GraphHead head_;
  std::unordered_map<std::string, std::uint32_t> classes_;
  std::unordered_map<std::string, std::uint32_t> items_;
  std::vector<What> whats_;  ///< Of each node.
  std::vector<bool> withdrawn_;
  std::size_t last_unit_ = 0;
  std::string rest_;
  bool fits_ = true;
};

}  // namespace

Result<bool> write_graph(engine::Disk& disk, const std::string& folder, const StoreReader& store) {
  return GraphWriter(disk, folder, store).write();
}

bool graph_due(const std::optional<GraphHead>& newest, Seq seq) {
  if (seq == k_no_seq) return false;
  if (newest && newest->position.seq > seq) return true;  // Of a history that this store does not hold.
  const Seq since = newest ? seq - newest->position.seq : seq + 1;
  return since >= std::max(k_due_records_min, seq / k_due_share);
}

}  // namespace lotledger::projections

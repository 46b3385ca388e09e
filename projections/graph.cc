// projections/graph.cc - reading packed nodes and links in place.
#include "projections/graph.h"

#include "engine/log/crc32c.h"
#include "projections/genealogy_keys.h"
#include "projections/packed.h"

#include <algorithm>
#include <charconv>

namespace lotledger::projections {

namespace {

constexpr std::string_view k_magic = "LLGRAPH2";
constexpr std::size_t k_head_bytes_max = std::size_t{64} * 1024;
constexpr std::size_t k_crc_bytes = sizeof(std::uint32_t);
/// Links of a node up to which looking at each is faster than halving.
constexpr std::size_t k_few_links = 16;

/// The seq of a head file's name; nullopt for any other name.
std::optional<Seq> seq_of_head(std::string_view name) {
  constexpr std::string_view k_end = ".head";
  if (!name.ends_with(k_end)) return std::nullopt;
  name.remove_suffix(k_end.size());
  Seq seq = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), seq);
  if (error != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return seq;
}

Result<GraphHead> read_head(engine::Disk& disk, const std::string& folder, Seq seq) {
  const std::string path = graph_file(folder, seq, "head");
  LL_ASSIGN(const ByteVector bytes, engine::read_file(disk, path, k_head_bytes_max));
  auto head = decode_head(bytes);
  if (!head.has_value()) return fail(head.error().code, path + ": " + head.error().message);
  if (head->position.seq != seq) return fail(ErrorCode::corrupt, path + ": is the head of another graph");
  return head;
}

}  // namespace

std::string graph_file(const std::string& folder, Seq seq, std::string_view which) {
  return folder + "/" + std::to_string(seq) + "." + std::string(which);
}

ByteVector encode_head(const GraphHead& head) {
  Packer packer;
  packer.text(k_magic);
  packer.number(head.position.seq);
  packer.text(text_of(head.position.leaf.bytes));
  for (const std::uint64_t number :
       {std::uint64_t{head.fold_version}, head.nodes, head.links, head.name_bytes, head.rest_bytes})
    packer.number(number);
  packer.number(head.units.size());
  for (const UnitCode& unit : head.units) packer.text(unit.view());
  const std::string text = packer.take();
  ByteVector bytes(bytes_of(text).begin(), bytes_of(text).end());
  bytes.resize(bytes.size() + k_crc_bytes);
  store_le(bytes.data() + text.size(), engine::crc32c(bytes_of(text)));
  return bytes;
}

Result<GraphHead> decode_head(Bytes bytes) {
  if (bytes.size() < k_crc_bytes) return fail(ErrorCode::corrupt, "too short");
  const Bytes body = bytes.first(bytes.size() - k_crc_bytes);
  if (engine::crc32c(body) != load_le<std::uint32_t>(body.data() + body.size()))
    return fail(ErrorCode::corrupt, "its checksum is wrong");
  Unpacker unpacker(text_of(body));
  if (unpacker.text() != k_magic) return fail(ErrorCode::corrupt, "is no head of a graph of this version");
  GraphHead head;
  head.position.seq = unpacker.number();
  const std::string leaf = unpacker.text();
  if (leaf.size() != head.position.leaf.bytes.size()) return fail(ErrorCode::corrupt, "names no leaf hash");
  std::ranges::copy(bytes_of(leaf), head.position.leaf.bytes.begin());
  head.fold_version = static_cast<std::uint32_t>(unpacker.number());
  for (std::uint64_t* number : {&head.nodes, &head.links, &head.name_bytes, &head.rest_bytes})
    *number = unpacker.number();
  const std::uint64_t units = unpacker.number();
  for (std::uint64_t unit = 0; unit < units && !unpacker.end(); ++unit) {
    const std::string text = unpacker.text();
    UnitCode& code = head.units.emplace_back();
    text.copy(code.text.data(), code.text.size() - 1);
  }
  return head;
}

Graph::Graph(GraphHead head, CheckedMap names, CheckedMap offsets, CheckedMap nodes, CheckedMap links, CheckedMap facts,
             CheckedMap rest)
    : head_(std::move(head)),
      names_(std::move(names)),
      offsets_(std::move(offsets)),
      nodes_(std::move(nodes)),
      links_(std::move(links)),
      facts_(std::move(facts)),
      rest_(std::move(rest)),
      packed_nodes_(reinterpret_cast<const PackedNode*>(nodes_.data())),
      packed_links_(reinterpret_cast<const PackedLink*>(links_.data())),
      packed_facts_(reinterpret_cast<const PackedFact*>(facts_.data())),
      rests_(rest_.data()),
      checked_(head_.nodes + 1) {}

Result<std::unique_ptr<Graph>> Graph::open(engine::Disk& disk, const std::string& folder, Seq seq) {
  LL_ASSIGN(GraphHead head, read_head(disk, folder, seq));
  const auto map = [&](std::string_view which, std::uint64_t size) {
    return CheckedMap::open(disk, graph_file(folder, seq, which), size);
  };
  LL_ASSIGN(CheckedMap names, map("names", head.name_bytes));
  LL_ASSIGN(CheckedMap offsets, map("offsets", (head.nodes + 1) * sizeof(std::uint64_t)));
  LL_ASSIGN(CheckedMap nodes, map("nodes", head.nodes * sizeof(PackedNode)));
  LL_ASSIGN(CheckedMap links, map("links", head.links * sizeof(PackedLink)));
  LL_ASSIGN(CheckedMap facts, map("facts", head.links * sizeof(PackedFact)));
  LL_ASSIGN(CheckedMap rest, map("rest", head.rest_bytes));
  return std::unique_ptr<Graph>(new Graph(std::move(head), std::move(names), std::move(offsets), std::move(nodes),
                                          std::move(links), std::move(facts), std::move(rest)));
}

bool Graph::intact() const {
  const CheckedMap* const files[] = {&names_, &offsets_, &nodes_, &links_, &facts_, &rest_};
  return std::ranges::all_of(files, [](const CheckedMap* file) { return file->intact(); });
}

bool Graph::check(NodeId node) const {
  const std::uint64_t index = node - 1;
  const bool last = node == head_.nodes;
  checked_[node] = [&] {
    if (nodes_.at(index * sizeof(PackedNode), (last ? 1 : 2) * sizeof(PackedNode)) == nullptr) return false;
    const PackedNode& packed = packed_nodes_[index];
    if (links_.at(packed.first * sizeof(PackedLink), packed.count * sizeof(PackedLink)) == nullptr) return false;
    if (facts_.at(packed.first * sizeof(PackedFact), packed.count * sizeof(PackedFact)) == nullptr) return false;
    const std::uint64_t end = last ? head_.rest_bytes : packed_nodes_[index + 1].rest;
    return end >= packed.rest && rest_.at(packed.rest, end - packed.rest) != nullptr;
  }();
  damaged_ |= !checked_[node];
  return checked_[node];
}

std::span<const PackedLink> Graph::of_kind(std::span<const PackedLink> links, LinkKind kind) {
  const PackedLink* first = links.data();
  const PackedLink* const end = first + links.size();
  if (links.size() > k_few_links) {
    first = std::partition_point(first, end, [kind](const PackedLink& link) { return link.kind() < kind; });
    return {first, std::partition_point(first, end, [kind](const PackedLink& link) { return link.kind() == kind; })};
  }
  while (first != end && first->kind() < kind) ++first;
  const PackedLink* last = first;
  while (last != end && last->kind() == kind) ++last;
  return {first, last};
}

namespace {

template <typename Value>
Value taken(const std::uint8_t*& from) {
  const auto value = load_le<Value>(from);
  from += sizeof(Value);
  return value;
}

}  // namespace

Instant Graph::reported_at(NodeId node, const PackedLink& link) const {
  return Instant{load_le<std::int64_t>(rests_ + packed_nodes_[node - 1].rest + fact(link).rest)};
}

Link Graph::unpack(NodeId node, const PackedLink& packed) const {
  Link link;
  link.kind = packed.kind();
  link.other = packed.other;
  const PackedFact& said = fact(packed);
  link.position.seq = said.seq;
  link.occurred_at.utc_us = said.occurred_at;
  link.observed_only = packed.has(PackedLink::k_observed_only);
  if (packed.has(PackedLink::k_has_quantity)) link.quantity = Quantity{said.mantissa, packed.scale, unit(packed)};
  const std::uint8_t* rest = rests_ + packed_nodes_[node - 1].rest + said.rest;
  link.reported_at.utc_us = taken<std::int64_t>(rest);
  if (packed.has(PackedLink::k_has_index)) link.position.index = taken<std::uint32_t>(rest);
  if (packed.has(PackedLink::k_has_place)) link.place = taken<std::uint32_t>(rest);
  if (packed.has(PackedLink::k_has_from)) link.from = taken<std::uint32_t>(rest);
  if (packed.has(PackedLink::k_has_owner)) link.owner = taken<std::uint32_t>(rest);
  if (packed.has(PackedLink::k_has_detail)) {
    const auto size = taken<std::uint32_t>(rest);
    link.detail = text_of({rest, size});
  }
  return link;
}

std::optional<Node> Graph::node(NodeId id) const {
  if (id == k_no_node || id > head_.nodes) return std::nullopt;
  // The one behind it tells where its name ends.
  const auto* const offsets = offsets_.at((id - 1) * sizeof(std::uint64_t), 2 * sizeof(std::uint64_t));
  if (offsets == nullptr) return damage();
  const auto first = load_le<std::uint64_t>(offsets);
  const auto last = load_le<std::uint64_t>(offsets + sizeof(std::uint64_t));
  const std::uint8_t* const bytes = last < first ? nullptr : names_.at(first, last - first);
  if (bytes == nullptr) return damage();
  return genealogy_keys::read_node(id, text_of({bytes, static_cast<std::size_t>(last - first)}));
}

Result<std::optional<GraphHead>> newest_graph(engine::Disk& disk, const std::string& folder,
                                              std::uint32_t fold_version) {
  std::optional<GraphHead> newest;
  const auto names = disk.list(folder);
  if (!names.has_value() && names.error().code == ErrorCode::not_found) return newest;
  LL_TRY(names);
  for (const std::string& name : *names) {
    const auto seq = seq_of_head(name);
    if (!seq || (newest && *seq < newest->position.seq)) continue;
    auto head = read_head(disk, folder, *seq);
    if (head.has_value() && head->fold_version == fold_version) newest = std::move(*head);
  }
  return newest;
}

}  // namespace lotledger::projections

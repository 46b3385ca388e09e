// projections/genealogy_keys.cc - bytes of the genealogy store's keys and values.
#include "projections/genealogy_keys.h"

#include "engine/base/assert.h"

namespace lotledger::projections::genealogy_keys {

namespace {
/// Sign bit flipped, so that byte order of keys is order of time before 1970 too.
constexpr std::uint64_t k_sign = std::uint64_t{1} << 63;
std::uint64_t ordered(Instant at) {
  return static_cast<std::uint64_t>(at.utc_us) ^ k_sign;
}

constexpr std::uint8_t k_observed = 1;
constexpr std::uint8_t k_has_quantity = 2;
constexpr std::uint8_t k_has_place = 4;
constexpr std::uint8_t k_has_from = 8;
constexpr std::uint8_t k_has_owner = 16;
constexpr std::uint8_t k_has_detail = 32;

std::uint8_t flags_of(const Link& link) {
  unsigned flags = 0;
  const auto set = [&flags](bool so, std::uint8_t flag) { flags |= so ? flag : 0U; };
  set(link.observed_only, k_observed);
  set(link.quantity.has_value(), k_has_quantity);
  set(link.place != k_no_node, k_has_place);
  set(link.from != k_no_node, k_has_from);
  set(link.owner != k_no_node, k_has_owner);
  set(!link.detail.empty(), k_has_detail);
  return static_cast<std::uint8_t>(flags);
}

/// Takes values off the front of what is left.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}
  std::uint64_t number() {
    const std::uint64_t value = load_be64(rest_.data());
    rest_.remove_prefix(8);
    return value;
  }
  std::uint8_t byte() {
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }
  std::string_view text(std::size_t size) {
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

Quantity read_quantity(Reader& reader) {
  Quantity quantity;
  quantity.mantissa = static_cast<std::int64_t>(reader.number());
  quantity.scale = reader.byte();
  const std::string_view unit = reader.text(reader.byte());
  unit.copy(quantity.unit.text.data(), quantity.unit.text.size() - 1);
  return quantity;
}
}  // namespace

std::string by_number(char space, std::uint64_t number) {
  std::string key(1, space);
  append_be64(key, number);
  return key;
}

std::string number_value(std::uint64_t number) {
  std::string value;
  append_be64(value, number);
  return value;
}

void append_node(std::string& value, NodeId node) {
  append_be64(value, node);
}

void each_node(std::string_view value, const std::function<void(NodeId)>& visit) {
  for (std::size_t at = 0; at + sizeof(NodeId) <= value.size(); at += sizeof(NodeId))
    visit(load_be64(value.data() + at));
}

std::string link_prefix(NodeId node, std::optional<LinkKind> kind) {
  std::string key = by_number('l', node);
  if (kind) key.push_back(static_cast<char>(*kind));
  return key;
}

std::string link_key(NodeId node, const Link& link, std::uint32_t ordinal) {
  std::string key;
  key.reserve(34);
  key.push_back('l');
  append_be64(key, node);
  key.push_back(static_cast<char>(link.kind));
  append_be64(key, link.other);
  append_be64(key, link.position.seq);
  append_be32(key, link.position.index);
  append_be32(key, ordinal);
  return key;
}

std::string link_value(const Link& link) {
  std::string value;
  value.reserve(48);
  append_be64(value, static_cast<std::uint64_t>(link.occurred_at.utc_us));
  append_be64(value, static_cast<std::uint64_t>(link.reported_at.utc_us));
  value.push_back(static_cast<char>(flags_of(link)));
  if (link.quantity) {
    append_be64(value, static_cast<std::uint64_t>(link.quantity->mantissa));
    value.push_back(static_cast<char>(link.quantity->scale));
    const std::string_view unit = link.quantity->unit.view();
    value.push_back(static_cast<char>(unit.size()));
    value.append(unit);
  }
  for (const NodeId node : {link.place, link.from, link.owner}) {
    if (node != k_no_node) append_be64(value, node);
  }
  return value.append(link.detail);
}

Link read_link(std::string_view key, std::string_view value) {
  LL_ASSERT(key.size() == 34, "a link key has 34 bytes");
  Link link;
  link.kind = static_cast<LinkKind>(key[9]);
  link.other = load_be64(key.data() + 10);
  link.position = {load_be64(key.data() + 18), load_be32(key.data() + 26)};
  Reader reader(value);
  link.occurred_at.utc_us = static_cast<std::int64_t>(reader.number());
  link.reported_at.utc_us = static_cast<std::int64_t>(reader.number());
  const std::uint8_t flags = reader.byte();
  link.observed_only = (flags & k_observed) != 0;
  if ((flags & k_has_quantity) != 0) link.quantity = read_quantity(reader);
  if ((flags & k_has_place) != 0) link.place = reader.number();
  if ((flags & k_has_from) != 0) link.from = reader.number();
  if ((flags & k_has_owner) != 0) link.owner = reader.number();
  if ((flags & k_has_detail) != 0) link.detail = std::string(reader.rest());
  return link;
}

std::string description_prefix(std::string_view party) {
  std::string key = "p" + std::string(party);
  key.push_back('\0');
  return key;
}

std::string_view described_subject(std::string_view key) {
  constexpr std::size_t k_behind = 1 + 8 + 8 + 4;  // 00, time, seq, event.
  LL_ASSERT(key.size() > k_behind, "a description key names its subject");
  return key.substr(1, key.size() - 1 - k_behind);
}

std::string description_key(std::string_view party, Instant at, EventPosition position) {
  std::string key = description_prefix(party);
  append_be64(key, ordered(at));
  append_be64(key, position.seq);
  append_be32(key, position.index);
  return key;
}

std::string corrective_key(std::string_view event_id, Seq withdrawal) {
  std::string key = "c" + std::string(event_id);
  key.push_back('\0');
  append_be64(key, withdrawal);
  return key;
}

std::string node_value(std::string_view name, std::string_view original) {
  std::string value;
  append_be32(value, static_cast<std::uint32_t>(name.size()));
  value.append(name);
  value.append(original);
  return value;
}

Node read_node(NodeId id, std::string_view value) {
  const std::size_t size = load_be32(value.data());
  const std::string_view name = value.substr(4, size);
  Node node;
  node.id = id;
  node.written = std::string(value.substr(4 + size));
  if (name.starts_with('x')) {
    node.process = std::string(name);
  } else {
    node.key = UnitKey(std::string(name));
  }
  return node;
}

}  // namespace lotledger::projections::genealogy_keys

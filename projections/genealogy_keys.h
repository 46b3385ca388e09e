// projections/genealogy_keys.h - bytes of the genealogy store's keys and values; for the fold and the reader only.
//
//   n <unit key or process name>                    -> node id
//   i <node id>                                     -> node record
//   l <node id><kind><other><seq><event><ordinal>   -> link value
//   # next                                          -> next node id
//   t <seq>                                         -> nodes that the record links, or that it withdraws links of
//   v <seq>                                         -> withdrawn by seq
//   p <party, location or item key> 00 <time><seq><event> -> (nothing); also what conversion_subject() and
//                                                      order_subject() name
//   empty r <seq>                                         -> open, or closed by seq w <seq> -> waiting, or applied at
//   seq c <event id> 00 <withdrawal seq>                -> (nothing) b <seq>                                         ->
//   record that could not be read
#pragma once

#include "engine/base/bytes.h"
#include "projections/genealogy.h"

namespace lotledger::projections::genealogy_keys {

inline constexpr std::string_view k_next_node = "#next";
/// How process_name() begins where a process has an id.
inline constexpr std::string_view k_named_process = "xt";

[[nodiscard]] inline std::string node_by_name(std::string_view name) {
  return "n" + std::string(name);
}
[[nodiscard]] std::string by_number(char space, std::uint64_t number);
/// Prefix of all links of a node, of one kind where given.
[[nodiscard]] std::string link_prefix(NodeId node, std::optional<LinkKind> kind = std::nullopt);
/// `ordinal` tells apart several mentions of one pair in one event.
[[nodiscard]] std::string link_key(NodeId node, const Link& link, std::uint32_t ordinal);
[[nodiscard]] std::string link_value(const Link& link);
[[nodiscard]] Link read_link(std::string_view key, std::string_view value);
[[nodiscard]] std::string description_prefix(std::string_view party);
/// The party of a description's key.
[[nodiscard]] std::string_view described_subject(std::string_view key);
[[nodiscard]] std::string description_key(std::string_view party, Instant at, EventPosition position);
[[nodiscard]] std::string corrective_key(std::string_view event_id, Seq withdrawal);
[[nodiscard]] std::string number_value(std::uint64_t number);
/// Nodes that a record touches, as the value of `t <seq>`; and back.
void append_node(std::string& value, NodeId node);
void each_node(std::string_view value, const std::function<void(NodeId)>& visit);
/// Value of a node record: the name's length, the name, the original writing (empty: the canonical URI).
[[nodiscard]] std::string node_value(std::string_view name, std::string_view original);
[[nodiscard]] Node read_node(NodeId id, std::string_view value);

}  // namespace lotledger::projections::genealogy_keys

// projections/dispositions.cc - dispositions of whole units, and concessions upstream.
#include "projections/dispositions.h"

#include "engine/codec/parts.h"

#include <algorithm>
#include <set>

namespace lotledger::projections {
namespace {

using engine::codec::view_of;

/// Links that give the disposition of all of the unit, by time, then position.
std::vector<Link> said_of_all(const GenealogyReader& reader, NodeId unit) {
  std::vector<Link> said;
  reader.links(unit, LinkKind::disposed, [&](const Link& link) {
    if (!link.quantity && link.place == k_no_node) said.push_back(link);
  });
  std::ranges::stable_sort(said, {}, &Link::occurred_at);
  return said;
}

bool counts(RecordCache& records, const Link& link, const Believed& believed) {
  const schema::Body* body = records.body(link.position.record());
  if (body == nullptr) return false;
  return body->command_id() != nullptr || believed(view_of(body->source()->system()));
}

DispositionSaid read(RecordCache& records, const Link& link) {
  DispositionSaid said;
  said.disposition = disposition_named(link.detail);
  const schema::Event* event = records.event(link.position);
  const schema::LotArea* area = event == nullptr ? nullptr : event->area_as_lot();
  if (area == nullptr) return said;
  if (const auto* decided = area->event_as_lot_dispositioned()) {
    said.release = static_cast<engine::ReleaseKind>(decided->release());
    said.market = view_of(decided->market());
  } else if (const auto* reported = area->event_as_status_reported()) {
    said.market = view_of(reported->market());
  }
  return said;
}

/// Whether anybody had said by `at` that the unit is under concession.
bool under_concession(const GenealogyReader& reader, NodeId unit, Instant at) {
  bool found = false;
  reader.links(unit, LinkKind::disposed, [&](const Link& link) {
    const bool concession = disposition_named(link.detail) == StockDisposition::concession;
    found = found || (concession && link.occurred_at <= at);
  });
  return found;
}

/// Walks from a unit to what went into it, each unit once.
class Upstream {
 public:
  explicit Upstream(const GenealogyReader& reader) : reader_(reader) {}

  std::set<NodeId> conditional(NodeId unit) {
    reach(unit);
    reader_.links(unit, LinkKind::lot_of, [this](const Link& link) { reach(link.other); });
    while (!waiting_.empty()) {
      const NodeId at = waiting_.back();
      waiting_.pop_back();
      reader_.links(at, LinkKind::output_of, [this](const Link& made) { inputs_of(made.other); });
    }
    return std::move(found_);
  }

 private:
  void reach(NodeId unit) {
    if (seen_.insert(unit).second) waiting_.push_back(unit);
  }

  void inputs_of(NodeId process) {
    if (!seen_.insert(process).second) return;
    reader_.links(process, LinkKind::input, [this](const Link& input) {
      if (under_concession(reader_, input.other, input.occurred_at)) found_.insert(input.other);
      reach(input.other);
    });
  }

  const GenealogyReader& reader_;
  std::set<NodeId> seen_;
  std::vector<NodeId> waiting_;
  std::set<NodeId> found_;
};

}  // namespace

std::optional<DispositionSaid> disposition_said(const GenealogyReader& reader, RecordCache& records, NodeId unit,
                                                const Believed& believed) {
  std::vector<Link> said = said_of_all(reader, unit);
  while (!said.empty() && !counts(records, said.back(), believed)) said.pop_back();
  return said.empty() ? std::nullopt : std::optional(read(records, said.back()));
}

std::vector<UnitKey> open_concessions(const GenealogyReader& reader, RecordCache& records, NodeId unit,
                                      const Believed& believed) {
  std::vector<UnitKey> open;
  for (const NodeId input : Upstream(reader).conditional(unit)) {
    const auto said = disposition_said(reader, records, input, believed);
    if (said && said->disposition == StockDisposition::concession) open.push_back(reader.node(input).key);
  }
  std::ranges::sort(open);
  return open;
}

}  // namespace lotledger::projections

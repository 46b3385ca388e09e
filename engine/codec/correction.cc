// engine/codec/correction.cc - events of the area correction: values to schemas/correction.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeCorrection {
  Builder& builder;
  Offset<schema::CorrectionArea> operator()(const EventWithdrawn& event) const {
    const auto id = event.event ? builder.CreateString(event.event->text) : 0;
    const auto reason = encode_text(builder, event.error_reason);
    std::vector<Offset<flatbuffers::String>> ids;
    ids.reserve(event.corrective_events.size());
    for (const EventId& corrective : event.corrective_events) ids.push_back(builder.CreateString(corrective.text));
    const auto corrective_ids = ids.empty() ? 0 : builder.CreateVector(ids);
    const auto units = encode(builder, event.units);
    const auto declared = encode_instant(event.declared_at);
    const auto created = schema::CreateEventWithdrawn(builder, id, optional_of<std::uint64_t>(event.target), reason,
                                                      declared, corrective_ids, units);
    return wrap(schema::CorrectionEvent::event_withdrawn, created.Union());
  }
  Offset<schema::CorrectionArea> operator()(const WithdrawalApplied& event) const {
    const auto created = schema::CreateWithdrawalApplied(builder, event.withdrawal);
    return wrap(schema::CorrectionEvent::withdrawal_applied, created.Union());
  }
  [[nodiscard]] Offset<schema::CorrectionArea> wrap(schema::CorrectionEvent type, Offset<void> event) const {
    return schema::CreateCorrectionArea(builder, type, event);
  }
};

EventWithdrawn decode_event(const schema::EventWithdrawn& event) {
  EventWithdrawn out;
  if (event.event_id() != nullptr) out.event = EventId{event.event_id()->str()};
  out.target = event.target_seq();
  out.error_reason = decode_text(event.error_reason());
  if (event.declared_at().has_value()) out.declared_at = Instant{*event.declared_at()};
  if (event.corrective_event_ids() != nullptr) {
    out.corrective_events.reserve(event.corrective_event_ids()->size());
    for (const auto* id : *event.corrective_event_ids()) out.corrective_events.push_back(EventId{id->str()});
  }
  out.units = decode(event.units());
  return out;
}

WithdrawalApplied decode_event(const schema::WithdrawalApplied& event) {
  return {event.withdrawal_seq()};
}

}  // namespace

Offset<schema::CorrectionArea> encode(Builder& builder, const CorrectionEvent& event) {
  return std::visit(EncodeCorrection{builder}, event);
}

CorrectionEvent decode(const schema::CorrectionArea& area) {
  switch (area.event_type()) {
    case schema::CorrectionEvent::event_withdrawn: return decode_event(*area.event_as_event_withdrawn());
    case schema::CorrectionEvent::withdrawal_applied: return decode_event(*area.event_as_withdrawal_applied());
    case schema::CorrectionEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec

// engine/codec/intake.cc - events of the area intake: values to schemas/intake.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

Offset<flatbuffers::Vector<Offset<schema::Fault>>> encode_faults(Builder& builder, const std::vector<Fault>& faults) {
  if (faults.empty()) return 0;
  std::vector<Offset<schema::Fault>> offsets;
  offsets.reserve(faults.size());
  for (const Fault& fault : faults) {
    const auto field = encode_text(builder, fault.field);
    const auto value = encode_text(builder, fault.value);
    const auto message = builder.CreateString(fault.message);
    const auto hint = encode_text(builder, fault.hint);
    offsets.push_back(schema::CreateFault(builder, field, value, message, hint));
  }
  return builder.CreateVector(offsets);
}

struct EncodeIntake {
  Builder& builder;
  Offset<schema::IntakeArea> operator()(const RowRejected& event) const {
    const auto raw = encode_bytes(builder, bytes_of(event.raw));
    const auto faults = encode_faults(builder, event.faults);
    const auto created =
        schema::CreateRowRejected(builder, static_cast<schema::RejectKind>(event.kind), raw, event.raw_bytes, faults,
                                  optional_of<std::uint64_t>(event.conflicts_with));
    return wrap(schema::IntakeEvent::row_rejected, created.Union());
  }
  Offset<schema::IntakeArea> operator()(const RowRepaired& event) const {
    const auto created = schema::CreateRowRepaired(builder, event.rejected);
    return wrap(schema::IntakeEvent::row_repaired, created.Union());
  }
  Offset<schema::IntakeArea> operator()(const RowDiscarded& event) const {
    const auto created = schema::CreateRowDiscarded(builder, event.rejected);
    return wrap(schema::IntakeEvent::row_discarded, created.Union());
  }
  [[nodiscard]] Offset<schema::IntakeArea> wrap(schema::IntakeEvent type, Offset<void> event) const {
    return schema::CreateIntakeArea(builder, type, event);
  }
};

RowRejected decode_event(const schema::RowRejected& event) {
  RowRejected out;
  out.kind = static_cast<RejectKind>(event.kind());
  if (event.raw() != nullptr) out.raw.assign(event.raw()->begin(), event.raw()->end());
  out.raw_bytes = event.raw_bytes();
  if (event.faults() != nullptr) {
    out.faults.reserve(event.faults()->size());
    for (const auto* fault : *event.faults()) {
      out.faults.push_back({decode_text(fault->field()), decode_text(fault->value()), fault->message()->str(),
                            decode_text(fault->hint())});
    }
  }
  out.conflicts_with = event.conflicts_with();
  return out;
}

RowRepaired decode_event(const schema::RowRepaired& event) {
  return {event.rejected_seq()};
}

RowDiscarded decode_event(const schema::RowDiscarded& event) {
  return {event.rejected_seq()};
}

}  // namespace

Offset<schema::IntakeArea> encode(Builder& builder, const IntakeEvent& event) {
  return std::visit(EncodeIntake{builder}, event);
}

IntakeEvent decode(const schema::IntakeArea& area) {
  switch (area.event_type()) {
    case schema::IntakeEvent::row_rejected: return decode_event(*area.event_as_row_rejected());
    case schema::IntakeEvent::row_repaired: return decode_event(*area.event_as_row_repaired());
    case schema::IntakeEvent::row_discarded: return decode_event(*area.event_as_row_discarded());
    case schema::IntakeEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec

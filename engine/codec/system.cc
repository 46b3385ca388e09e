// engine/codec/system.cc - events of the area system: values to schemas/system.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

struct EncodeSystem {
  Builder& builder;
  Offset<schema::SystemArea> operator()(const LedgerCreated& event) const {
    const auto name = builder.CreateString(event.name);
    std::vector<Offset<flatbuffers::String>> parties;
    parties.reserve(event.own_parties.size());
    for (const UnitKey& party : event.own_parties) parties.push_back(builder.CreateString(party.bytes()));
    const auto own = builder.CreateVector(parties);
    const auto created = schema::CreateLedgerCreated(builder, name, static_cast<schema::Environment>(event.environment),
                                                     event.records_per_segment, own);
    return wrap(schema::SystemEvent::ledger_created, created.Union());
  }
  Offset<schema::SystemArea> operator()(const FormatRaised& event) const {
    const auto created = schema::CreateFormatRaised(builder, event.min_reader, event.min_writer);
    return wrap(schema::SystemEvent::format_raised, created.Union());
  }
  Offset<schema::SystemArea> operator()(const CommandRefused& event) const {
    const auto command = builder.CreateString(event.command);
    const auto rule = builder.CreateString(event.rule);
    const auto clause = encode_text(builder, event.clause);
    const auto detail = encode_text(builder, event.detail);
    const auto units = encode(builder, event.units);
    const auto created = schema::CreateCommandRefused(builder, command, rule, clause, detail, units);
    return wrap(schema::SystemEvent::command_refused, created.Union());
  }
  Offset<schema::SystemArea> operator()(const EpochOpened& event) const {
    const auto node = builder.CreateString(event.node);
    const auto created = schema::CreateEpochOpened(builder, node, event.previous_epoch, event.previous_writer);
    return wrap(schema::SystemEvent::epoch_opened, created.Union());
  }
  Offset<schema::SystemArea> operator()(const SoftwareActivated& event) const {
    const auto version = builder.CreateString(event.version);
    const auto previous = encode_text(builder, event.previous);
    const auto created = schema::CreateSoftwareActivated(builder, version, previous);
    return wrap(schema::SystemEvent::software_activated, created.Union());
  }
  [[nodiscard]] Offset<schema::SystemArea> wrap(schema::SystemEvent type, Offset<void> event) const {
    return schema::CreateSystemArea(builder, type, event);
  }
};

LedgerCreated decode_event(const schema::LedgerCreated& event) {
  LedgerCreated out;
  out.name = event.name()->str();
  out.environment = static_cast<Environment>(event.environment());
  out.records_per_segment = event.records_per_segment();
  if (event.own_parties() != nullptr) {
    out.own_parties.reserve(event.own_parties()->size());
    for (const auto* party : *event.own_parties()) out.own_parties.emplace_back(party->str());
  }
  return out;
}

FormatRaised decode_event(const schema::FormatRaised& event) {
  return {event.min_reader(), event.min_writer()};
}

CommandRefused decode_event(const schema::CommandRefused& event) {
  return {event.command()->str(), event.rule()->str(), decode_text(event.clause()), decode_text(event.detail()),
          decode(event.units())};
}

EpochOpened decode_event(const schema::EpochOpened& event) {
  return {event.node()->str(), event.previous_epoch(), event.previous_writer()};
}

SoftwareActivated decode_event(const schema::SoftwareActivated& event) {
  return {event.version()->str(), decode_text(event.previous())};
}

}  // namespace

Offset<schema::SystemArea> encode(Builder& builder, const SystemEvent& event) {
  return std::visit(EncodeSystem{builder}, event);
}

SystemEvent decode(const schema::SystemArea& area) {
  switch (area.event_type()) {
    case schema::SystemEvent::ledger_created: return decode_event(*area.event_as_ledger_created());
    case schema::SystemEvent::format_raised: return decode_event(*area.event_as_format_raised());
    case schema::SystemEvent::command_refused: return decode_event(*area.event_as_command_refused());
    case schema::SystemEvent::epoch_opened: return decode_event(*area.event_as_epoch_opened());
    case schema::SystemEvent::software_activated: return decode_event(*area.event_as_software_activated());
    case schema::SystemEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec

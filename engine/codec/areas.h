// engine/codec/areas.h - one pair of functions per area; each is defined in the file named after the area.
#pragma once

#include "engine/codec/parts.h"
#include "engine/event.h"

#include "schemas/event_generated.h"

namespace lotledger::engine::codec {

[[nodiscard]] Offset<schema::SystemArea> encode(Builder& builder, const SystemEvent& event);
[[nodiscard]] Offset<schema::LotArea> encode(Builder& builder, const LotEvent& event);
[[nodiscard]] Offset<schema::ProductionArea> encode(Builder& builder, const ProductionEvent& event);
[[nodiscard]] Offset<schema::WarehouseArea> encode(Builder& builder, const WarehouseEvent& event);
[[nodiscard]] Offset<schema::OrderArea> encode(Builder& builder, const OrderEvent& event);
[[nodiscard]] Offset<schema::IdentityArea> encode(Builder& builder, const IdentityEvent& event);
[[nodiscard]] Offset<schema::PartyArea> encode(Builder& builder, const PartyEvent& event);
[[nodiscard]] Offset<schema::CorrectionArea> encode(Builder& builder, const CorrectionEvent& event);
[[nodiscard]] Offset<schema::IntakeArea> encode(Builder& builder, const IntakeEvent& event);
[[nodiscard]] Offset<schema::ItemArea> encode(Builder& builder, const ItemEvent& event);
[[nodiscard]] Offset<schema::JudgementArea> encode(Builder& builder, const JudgementEvent& event);

[[nodiscard]] SystemEvent decode(const schema::SystemArea& area);
[[nodiscard]] LotEvent decode(const schema::LotArea& area);
[[nodiscard]] ProductionEvent decode(const schema::ProductionArea& area);
[[nodiscard]] WarehouseEvent decode(const schema::WarehouseArea& area);
[[nodiscard]] OrderEvent decode(const schema::OrderArea& area);
[[nodiscard]] IdentityEvent decode(const schema::IdentityArea& area);
[[nodiscard]] PartyEvent decode(const schema::PartyArea& area);
[[nodiscard]] CorrectionEvent decode(const schema::CorrectionArea& area);
[[nodiscard]] IntakeEvent decode(const schema::IntakeArea& area);
[[nodiscard]] ItemEvent decode(const schema::ItemArea& area);
[[nodiscard]] JudgementEvent decode(const schema::JudgementArea& area);

}  // namespace lotledger::engine::codec

// projections/shared_events.cc - by their source's id.
#include "projections/shared_events.h"

#include "engine/codec/parts.h"

namespace lotledger::projections {

using engine::codec::view_of;

namespace {

std::string identity_of(const schema::Body& body) {
  const std::string_view id = view_of(body.source()->message_id());
  if (body.command_id() != nullptr || id.empty() || body.content_digest() == nullptr) return {};
  const auto* digest = body.content_digest();
  return std::string(reinterpret_cast<const char*>(digest->data()), digest->size()).append(id);
}

}  // namespace

const std::string& SharedEvents::identity(RecordPosition record) {
  const auto [found, fresh] = identities_.try_emplace(record);
  const schema::Body* body = fresh ? records_.body(record) : nullptr;
  if (body != nullptr) found->second = identity_of(*body);
  return found->second;
}

std::optional<Seq> SharedEvents::withdrawn_in(LedgerIndex ledger, RecordPosition withdrawal) {
  const schema::Body* body = records_.body(withdrawal);
  const auto* area = body == nullptr ? nullptr : body->events()->Get(0)->area_as_correction();
  const auto* event = area == nullptr ? nullptr : area->event_as_event_withdrawn();
  return event == nullptr ? std::nullopt : fact_(ledger, view_of(event->event_id()));
}

}  // namespace lotledger::projections

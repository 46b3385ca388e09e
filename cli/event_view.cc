// cli/event_view.cc - one event in a few words.
#include "cli/event_view.h"

#include "engine/codec/parts.h"
#include "projections/event_names.h"
#include "projections/event_units.h"

#include <nlohmann/json.hpp>

namespace lotledger::cli {

using engine::codec::view_of;

namespace {

constexpr std::size_t k_units_named = 3;

std::string subject_of(const std::vector<std::string>& units) {
  std::string text;
  for (std::size_t at = 0; at < units.size() && at < k_units_named; ++at) {
    text += (at == 0 ? "" : ", ") + UnitKey(units[at]).ref();
  }
  if (units.size() > k_units_named) text += ", +" + std::to_string(units.size() - k_units_named);
  return text;
}

std::string actor_of(const schema::Body& body) {
  const std::string_view on_behalf_of = view_of(body.actor()->on_behalf_of());
  return body.actor()->id()->str() + (on_behalf_of.empty() ? "" : " for " + std::string(on_behalf_of));
}

void add_context(Json& json, const schema::Event& event) {
  const schema::Context* context = event.context();
  json["business_step"] = context == nullptr ? Json() : text_json(view_of(context->business_step()));
  json["disposition"] = context == nullptr ? Json() : text_json(view_of(context->disposition()));
  const auto location = projections::location_of(event);
  json["location"] = location ? Json(location->ref()) : Json();
  json["documents"] = documents_json(event);
}

}  // namespace

Json documents_json(const schema::Event& event) {
  Json json = Json::array();
  if (event.context() == nullptr || event.context()->documents() == nullptr) return json;
  for (const schema::DocumentRef* document : *event.context()->documents()) {
    json.push_back({{"type", text_json(view_of(document->type()))}, {"id", document->id()->str()}});
  }
  return json;
}

Json event_json(Query& query, EventPosition position) {
  Json json{{"position", query.text(position)}, {"type", nullptr}};
  const schema::Event* event = query.records().event(position);
  if (event == nullptr) return json;
  json["type"] = std::string(projections::event_name(*event));
  const auto at = event->occurred_at();
  json["at"] = at.has_value() ? Json(format_zoned({Instant{*at}, event->offset_minutes()})) : Json();
  add_context(json, *event);
  const auto units = projections::units_named(*event);
  json["subject"] = subject_of(units);
  json["units"] = units.size();
  const schema::Body& body = *query.records().body(position.record());
  json["actor"] = actor_of(body);
  json["reason"] = body.reason() == nullptr ? Json() : text_json(view_of(body.reason()->text()));
  const auto withdrawn = query.reader().withdrawn_by(position.record());
  json["withdrawn_by"] = withdrawn ? Json(position_text(query.cut(), *withdrawn)) : Json();
  return json;
}

}  // namespace lotledger::cli

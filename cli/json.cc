// cli/json.cc - members that JSON answers share.
#include "cli/json.h"

#include <nlohmann/json.hpp>

namespace lotledger::cli {

Json position_json(const std::string& ledger, Seq position) {
  Json json = Json::object();
  json[ledger] = position == k_no_seq ? Json() : Json(std::to_string(position));
  return json;
}

Json position_json(const Cut& cut) {
  Json json = Json::object();
  for (const LedgerPosition& at : cut) json.update(position_json(at.ledger, at.seq));
  return json;
}

Json text_json(std::string_view text) {
  return text.empty() ? Json() : Json(std::string(text));
}

Json decimal_json(const std::optional<Decimal>& number) {
  return number ? Json(number->text()) : Json();
}

Json instant_json(const std::optional<Instant>& at) {
  return at ? Json(format_utc(*at)) : Json();
}

Json quantities_json(const std::map<UnitCode, Decimal>& quantities) {
  Json json = Json::array();
  for (const auto& [unit, amount] : quantities)
    json.push_back({{"quantity", amount.text()}, {"unit", std::string(unit.view())}});
  return json;
}

void add_member(Json& object, std::string_view name, Json value) {
  constexpr std::size_t k_usual_members = 16;
  if (object.is_null()) object = Json::object();
  auto& members = object.get_ref<Json::object_t&>();
  if (members.empty()) members.reserve(k_usual_members);
  members.emplace_back(name, std::move(value));
}

void add_completeness(Json& to, const projections::Completeness& completeness) {
  to["complete"] = completeness.complete();
  to["missing"] = Json::array();
  for (const auto& missing : completeness.missing) {
    to["missing"].push_back({{"what", missing.what}, {"where", missing.where}, {"remedy", missing.remedy}});
  }
  to["caveats"] = completeness.caveats;
}

std::string pretty(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}
std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace lotledger::cli

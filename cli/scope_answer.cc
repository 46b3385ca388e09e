// cli/scope_answer.cc - a recall scope, gathered, and its JSON form.
#include "cli/scope_answer.h"

#include "cli/balance_view.h"
#include "cli/json_document.h"
#include "cli/trace_answer.h"
#include "engine/base/random.h"
#include "engine/evidence/sealed.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace lotledger::cli {

using projections::AffectedUnit;
using projections::Consignee;
using projections::NodeType;
using projections::OwnControl;
using projections::RecallScope;
using projections::ScopeShipment;

namespace {

/// What a lot or the lots of a serial are called.
std::vector<std::string> lots_of(const Query& query, const AffectedUnit& unit) {
  if (unit.type == NodeType::lot) return {unit.node.key.ref()};
  std::set<std::string> lots;
  query.reader().links(unit.node.id, projections::LinkKind::lot_of,
                       [&](const projections::Link& link) { lots.insert(query.reader().node(link.other).key.ref()); });
  return {lots.begin(), lots.end()};
}

/// Opens personal fields where the keys are at hand.
class Contacts {
 public:
  explicit Contacts(const std::string& keys_folder) : keys_(*disk_, random_, keys_folder) {}

  Result<Contact> of(const engine::PartyRecorded& party) {
    Contact contact;
    LL_ASSIGN(contact.recall_contact, open(party.recall_contact));
    LL_ASSIGN(contact.email, open(party.email));
    return contact;
  }

 private:
  /// A destroyed key is no fault: the field stays sealed. A field that does not verify is.
  Result<std::string> open(const std::optional<SealedField>& field) {
    if (!field) return std::string();
    auto text = keys_.open(*field);
    if (!text.has_value() && text.error().code == ErrorCode::not_found) return std::string("sealed");
    return text;
  }

  std::unique_ptr<engine::Disk> disk_ = engine::posix_disk();
  SystemRandom random_;
  engine::KeyStore keys_;
};

}  // namespace

Result<ScopeAnswer> answer_scope(Query& query, const std::vector<projections::Node>& roots, Language language) {
  std::vector<projections::NodeId> ids;
  ids.reserve(roots.size());
  for (const projections::Node& root : roots) ids.push_back(root.id);
  projections::ScopeSources sources{query.reader(),     query.containment(),  query.records(),
                                    query.fact_known(), query.ledger_names(), query.own_parties()};
  ScopeAnswer answer;
  answer.cut = query.cut();
  answer.as_of = query.filter().as_of;
  LL_ASSIGN(answer.recorded_at, query.recorded_at());
  LL_ASSIGN(answer.scope, projections::recall_scope(sources, ids));
  query.judge_ledgers(answer.scope.completeness);
  for (const AffectedUnit& unit : answer.scope.affected) answer.lots.push_back(lots_of(query, unit));
  for (const OwnControl& own : answer.scope.own_control) {
    if (!own.location || answer.place_names.contains(*own.location)) continue;
    answer.place_names.emplace(*own.location, query.name_of_party(*own.location, language));
  }
  Contacts contacts(query.keys_folder());
  for (const Consignee& consignee : answer.scope.consignees) {
    if (!consignee.description) continue;
    LL_ASSIGN(answer.contacts[consignee.party], contacts.of(*consignee.description));
  }
  LL_TRY(query.check());
  return answer;
}

bool reaches_end_user(const Consignee& consignee) {
  return consignee.description && consignee.description->role == "hospital";
}

std::vector<std::size_t> sorted_affected(const RecallScope& scope) {
  std::vector<std::size_t> order(scope.affected.size());
  std::vector<std::string> refs;
  for (std::size_t at = 0; at < order.size(); ++at) {
    order[at] = at;
    refs.push_back(ref_of(scope.affected[at].node));
  }
  std::ranges::sort(order, {}, [&](std::size_t at) {
    const AffectedUnit& unit = scope.affected[at];
    return std::tuple(unit.depth, projections::name_of(unit.type), std::string_view(refs[at]));
  });
  return order;
}

Json affected_json(const ScopeAnswer& answer, std::size_t unit) {
  const AffectedUnit& at = answer.scope.affected[unit];
  Json json = node_json({at.node, at.type, at.depth, at.certain, at.bounds, at.bounds_unit, status_of(at.state)});
  json["lots"] = answer.lots[unit];
  return json;
}

Json shipment_json(const ScopeAnswer& answer, const ScopeShipment& shipment) {
  std::set<std::string> lots;
  std::set<std::string> serials;
  const std::set<std::size_t> units(shipment.units.begin(), shipment.units.end());
  for (const std::size_t unit : units) {
    lots.insert(answer.lots[unit].begin(), answer.lots[unit].end());
    if (answer.scope.affected[unit].type == NodeType::serial) serials.insert(ref_of(answer.scope.affected[unit].node));
  }
  Json json{{"at", format_utc(shipment.at)}};
  json["document"] = shipment.documents.empty() ? Json() : Json(shipment.documents.front());
  json["documents"] = shipment.documents;
  json["lots"] = lots;
  json["serials"] = serials;
  json["units"] = units.size();
  json["quantity"] = quantities_json(shipment.quantity);
  json["position"] = position_text(answer.cut, shipment.position);
  return json;
}

namespace {

void add_description(Json& json, const Consignee& consignee) {
  const engine::PartyRecorded nobody;
  const engine::PartyRecorded& party = consignee.description ? *consignee.description : nobody;
  json["name"] = party.names.empty() ? Json() : Json(party.names.front().value);
  json["name_latin"] = text_json(latin_name(party.names));
  json["address"] = {{"street", text_json(party.street)},
                     {"city", text_json(party.city)},
                     {"postal_code", text_json(party.postal_code)},
                     {"region", text_json(party.region)},
                     {"country", text_json(party.country)}};
  json["country"] = text_json(party.country);
  json["telephone"] = text_json(party.telephone);
  json["role"] = text_json(party.role);
}

void add_contact(Json& json, const ScopeAnswer& answer, const UnitKey& party) {
  const auto contact = answer.contacts.find(party);
  const bool known = contact != answer.contacts.end();
  json["recall_contact"] = known ? text_json(contact->second.recall_contact) : Json();
  json["email"] = known ? text_json(contact->second.email) : Json();
}

}  // namespace

Json consignee_json(const ScopeAnswer& answer, const Consignee& consignee) {
  Json json{{"party", consignee.party.bytes().empty() ? Json() : Json(consignee.party.ref())}};
  add_description(json, consignee);
  add_contact(json, answer, consignee.party);
  json["reach"] = reaches_end_user(consignee) ? "end user" : "first consignee";
  json["units"] = consignee.units;
  json["possible_units"] = consignee.possible_units;
  json["returned"] = consignee.returned;
  json["quantity"] = quantities_json(consignee.quantity);
  std::set<std::string> refs;
  json["shipments"] = Json::array();
  for (const ScopeShipment& shipment : consignee.shipments) {
    for (const std::size_t unit : shipment.units) refs.insert(ref_of(answer.scope.affected[unit].node));
    json["shipments"].push_back(shipment_json(answer, shipment));
  }
  json["unit_refs"] = refs;
  return json;
}

Json own_control_json(const ScopeAnswer& answer, const OwnControl& own) {
  const AffectedUnit& unit = answer.scope.affected[own.unit];
  Json json{{"ref", ref_of(unit.node)},
            {"epc", unit.node.original()},
            {"location", own.location ? Json(own.location->ref()) : Json()}};
  const auto name = own.location ? answer.place_names.find(*own.location) : answer.place_names.end();
  json["location_name"] = name == answer.place_names.end() ? Json() : Json(name->second);
  json["status"] = std::string(projections::name_of(unit.state.existence));
  json["held"] = unit.state.held;
  json["quantity"] = decimal_json(own.quantity);
  json["unit"] = own.quantity ? text_json(own.unit_code.view()) : Json();
  return json;
}

void print_scope_json(std::ostream& out, const ScopeAnswer& answer) {
  const RecallScope& scope = answer.scope;
  std::set<std::string> roots;
  for (const projections::Node& root : scope.roots) roots.insert(ref_of(root));
  Json head{{"kind", "recall_scope"}, {"roots", roots}, {"position", position_json(answer.cut)}};
  add_completeness(head, scope.completeness);
  JsonDocument document(out);
  document.add_members(head);
  document.begin_list("affected");
  for (const std::size_t unit : sorted_affected(scope)) document.add_element(affected_json(answer, unit));
  document.end_list();
  document.begin_list("consignees");
  for (const Consignee& consignee : scope.consignees) document.add_element(consignee_json(answer, consignee));
  document.end_list();
  document.begin_list("own_control");
  for (const OwnControl& own : scope.own_control) document.add_element(own_control_json(answer, own));
  document.end_list();
  document.add("balance", balance_json(scope.balance));
  document.finish();
}

}  // namespace lotledger::cli

// tests/sim/workload.cc - submissions of a small plant.
#include "tests/sim/workload.h"

#include "engine/base/assert.h"

#include <algorithm>

namespace lotledger::tests {
namespace {

using namespace engine;

constexpr std::int64_t k_minute_us = 60'000'000;
constexpr std::size_t k_lots_max = 9;
constexpr std::size_t k_first_submissions = 6;

UnitRef unit_named(const std::string& text) {
  auto parsed = parse_unit(text);
  LL_ASSERT(parsed.has_value(), "a workload names units that can be read");
  return *parsed;
}

UnitCode code_of(std::string_view text) {
  auto parsed = UnitCode::parse(text);
  LL_ASSERT(parsed.has_value(), "a workload names units of measure that can be read");
  return *parsed;
}

const std::vector<std::string>& locations() {
  static const std::vector<std::string> names{"urn:sim:goods-in", "urn:sim:line", "urn:sim:warehouse"};
  return names;
}

const std::vector<std::string>& containers() {
  static const std::vector<std::string> names{"(00)340123451111111111", "(00)340123451111111128"};
  return names;
}

}  // namespace

Workload::Workload(Dice dice, const FaultSet& faults, const Decisions& decisions, FaultCounts& counts)
    : dice_(dice), faults_(faults), decisions_(decisions), counts_(counts) {}

std::vector<Submission> Workload::batch(std::size_t size) {
  std::vector<Submission> made;
  for (std::size_t i = 0; i < size; ++i) made.push_back(next());
  return made;
}

Submission Workload::next() {
  if (!delayed_.empty() && dice_.chance(25)) {
    const std::size_t at = dice_.below(delayed_.size());
    Submission late = std::move(delayed_[at]);
    delayed_.erase(delayed_.begin() + static_cast<std::ptrdiff_t>(at));
    count(counts_, Fault::reordered);
    return late;
  }
  const bool known = told_.size() > k_first_submissions;
  if (known && faults_.has(Fault::duplicate) && dice_.chance(10)) return again();
  if (known && faults_.has(Fault::contradiction) && dice_.chance(4)) return contradicting();
  Submission submission = fresh();
  told_.push_back(submission);
  if (!faults_.has(Fault::reordered) || !dice_.chance(12)) return submission;
  delayed_.push_back(std::move(submission));
  Submission other = fresh();
  told_.push_back(other);
  return other;
}

Submission Workload::again() {
  count(counts_, Fault::duplicate);
  return dice_.pick(told_);
}

Submission Workload::contradicting() {
  Submission other = dice_.pick(told_);
  // Of the other kinds the content is a part of the id.
  if (other.dedup != DedupKind::event && other.dedup != DedupKind::command) return again();
  other.body.content = sha256("other content " + std::to_string(dice_.below(3)));
  count(counts_, Fault::contradiction);
  return other;
}

Submission Workload::fresh() {
  using Make = Submission (Workload::*)();
  static constexpr std::pair<Make, std::size_t> k_kinds[] = {
      {&Workload::received, 16}, {&Workload::moved, 12}, {&Workload::produced, 18}, {&Workload::divided, 8},
      {&Workload::installed, 8}, {&Workload::packed, 8}, {&Workload::emptied, 2},   {&Workload::shipped, 10},
      {&Workload::returned, 4},  {&Workload::ended, 5},  {&Workload::corrected, 6}, {&Workload::reported, 4},
      {&Workload::decided, 4},   {&Workload::held, 12},  {&Workload::equated, 2},   {&Workload::voided, 8},
      {&Workload::withdrawn, 7}, {&Workload::row, 3},    {&Workload::closed, 4}};
  if (lots_.size() < 2) return received();
  std::size_t sum = 0;
  for (const auto& [make, weight] : k_kinds) sum += weight;
  std::size_t left = dice_.below(sum);
  for (const auto& [make, weight] : k_kinds) {
    if (left < weight) return (this->*make)();
    left -= weight;
  }
  return received();
}

Submission Workload::fact(AreaEvent event, const std::string& location) {
  Submission submission;
  Body& body = submission.body;
  body.actor.id = ActorId{dice_.chance(70) ? "scanner" : "erp"};
  if (dice_.chance(20)) body.actor.on_behalf_of = "op.chen";
  body.source.system = "mes";
  body.source.message_id = "urn:sim:event:" + std::to_string(++ids_);
  body.source_text = "{\"eventID\":\"" + body.source.message_id + "\"}";
  body.content = sha256(body.source_text);
  Event told;
  told.occurred = ZonedInstant{Instant{k_plant_begins_us + ++minutes_ * k_minute_us}, 60};
  if (dice_.chance(20)) body.reported_at = Instant{told.occurred->at.utc_us + k_minute_us};
  if (!location.empty()) told.context.business_location = unit_named(location).key;
  if (dice_.chance(15)) told.tags.push_back("line:" + std::to_string(dice_.below(3)));
  told.body = std::move(event);
  body.events.push_back(std::move(told));
  return submission;
}

Submission Workload::command(Command order) {
  Submission submission;
  Body& body = submission.body;
  submission.dedup = DedupKind::command;
  body.actor = {ActorId{"qa.lee"}, "quality", ""};
  body.source.system = "cli";
  body.command = CommandId{"order-" + std::to_string(++ids_)};
  body.content = sha256(body.command->text);
  // Orders without a reason are refused.
  if (!dice_.chance(10)) body.reason.text = "because of " + body.command->text;
  submission.command = std::move(order);
  return submission;
}

Workload::Lot& Workload::make_lot(bool raw) {
  // Names of both kinds differ, because what is bought is not made, and what is made is not bought.
  const std::string name =
      (raw ? "RM-" : "FG-") + std::to_string(lots_.size() % 3) + "/L" + std::to_string(lots_.size());
  return lots_.emplace_back(Lot{name, !raw, {}});
}

Workload::Lot& Workload::some_lot() {
  return lots_[dice_.below(lots_.size())];
}

std::string Workload::location() {
  return dice_.pick(locations());
}
std::string Workload::container() {
  return dice_.pick(containers());
}

UnitAmount Workload::put(Lot& lot, const std::string& location) {
  const std::int64_t much = 1 + static_cast<std::int64_t>(dice_.below(20));
  lot.at[location] += much;
  UnitAmount amount{unit_named(lot.name), Quantity{much, 0, code_of(lot.pieces ? "EA" : "KGM")}};
  if (lot.pieces) return amount;
  if (dice_.chance(20)) amount.quantity = Quantity{much * 1000, 0, code_of("GRM")};
  if (dice_.chance(20)) amount.quantity = Quantity{much * 10 + 5, 1, code_of("KGM")};
  return amount;
}

UnitAmount Workload::take(Lot& lot, const std::string& location) {
  const std::int64_t there = std::max<std::int64_t>(lot.at[location], 2);
  const std::int64_t much = 1 + static_cast<std::int64_t>(dice_.below(static_cast<std::size_t>(there)));
  lot.at[location] -= much;
  return {unit_named(lot.name), Quantity{much, 0, code_of(lot.pieces ? "EA" : "KGM")}};
}

Submission Workload::received() {
  const std::string here = location();
  std::vector<Lot*> raw;
  for (Lot& lot : lots_) {
    if (!lot.pieces) raw.push_back(&lot);
  }
  const bool another = raw.empty() || (lots_.size() < k_lots_max && dice_.chance(40));
  Lot& lot = another ? make_lot(true) : *raw[dice_.below(raw.size())];
  UnitsReceived event{{put(lot, here)}};
  if (dice_.chance(20)) event.expires_on = "2027-06-30";
  Submission submission = fact(WarehouseEvent{std::move(event)}, here);
  submission.body.events.front().context.documents.push_back({"po", "PO-" + std::to_string(dice_.below(4))});
  return submission;
}

Submission Workload::moved() {
  Lot& lot = some_lot();
  const std::string from = location();
  const std::string to = location();
  const UnitAmount amount = take(lot, from);
  lot.at[to] += amount.quantity->mantissa;
  return fact(WarehouseEvent{UnitsMoved{{amount}, MoveKind::move, unit_named(from).key}}, to);
}

Submission Workload::produced() {
  const std::string here = location();
  UnitsTransformed event;
  event.process_id = "WO-" + std::to_string(orders_);
  if (dice_.chance(60)) event.process_id = "WO-" + std::to_string(++orders_);
  event.inputs.push_back(take(lots_[dice_.below(std::min<std::size_t>(lots_.size(), 3))], here));
  if (dice_.chance(40)) event.inputs.push_back(take(some_lot(), here));
  const bool another = lots_.size() < k_lots_max && dice_.chance(70);
  if (another) event.outputs.push_back(put(make_lot(false), here));
  for (Lot& lot : lots_) {
    const bool made = !event.outputs.empty() || !lot.pieces || lot.name == event.inputs.front().unit.original;
    if (!made) event.outputs.push_back(put(lot, here));
  }
  return fact(ProductionEvent{std::move(event)}, here);
}

/// A part of a lot becomes one of its own, or two lots become one.
Submission Workload::divided() {
  const std::string here = location();
  UnitsTransformed event;
  event.process_id = "SPLIT-" + std::to_string(++orders_);
  event.kind = dice_.chance(70) ? ProcessKind::split : ProcessKind::merge;
  Lot& lot = some_lot();
  const bool pieces = lot.pieces;
  event.inputs.push_back(take(lot, here));
  if (lots_.size() < k_lots_max) {
    Lot& part = lots_.emplace_back(Lot{"FG-1/L" + std::to_string(lots_.size()), pieces, {}});
    part.at[here] += event.inputs.front().quantity->mantissa;
    event.outputs.push_back({unit_named(part.name), event.inputs.front().quantity});
  }
  return fact(ProductionEvent{std::move(event)}, here);
}

Submission Workload::installed() {
  const std::string here = location();
  const std::string device = "DEV#" + std::to_string(dice_.chance(60) ? ++serials_ : serials_);
  Lot& lot = some_lot();
  return fact(ProductionEvent{PartsInstalled{unit_named(device), {take(lot, here)}, false}}, here);
}

Submission Workload::packed() {
  Lot& lot = some_lot();
  const std::string here = location();
  const std::int64_t much = 1 + static_cast<std::int64_t>(dice_.below(3));
  const UnitAmount amount{unit_named(lot.name), Quantity{much, 0, code_of(lot.pieces ? "EA" : "KGM")}};
  return fact(LotEvent{UnitsPacked{unit_named(container()), {amount}, false}}, here);
}

Submission Workload::emptied() {
  return fact(LotEvent{UnitsUnpacked{unit_named(container()), {}}}, location());
}

Submission Workload::shipped() {
  const std::string here = location();
  UnitsShipped event;
  if (dice_.chance(50)) event.units.push_back(take(some_lot(), here));
  if (event.units.empty() || dice_.chance(20)) event.units.push_back({unit_named(container()), std::nullopt});
  Submission submission = fact(OrderEvent{std::move(event)}, here);
  Context& context = submission.body.events.front().context;
  context.business_step = "shipping";
  context.destinations.push_back({"owning_party", unit_named("(417)4000001000005").key, {}});
  context.documents.push_back({"desadv", "DN-" + std::to_string(++orders_)});
  return submission;
}

Submission Workload::returned() {
  const std::string here = location();
  return fact(OrderEvent{UnitsReturned{{put(some_lot(), here)}}}, here);
}

Submission Workload::ended() {
  const std::string here = location();
  if (dice_.chance(50)) return fact(WarehouseEvent{UnitsSampled{{take(some_lot(), here)}}}, here);
  return fact(LotEvent{UnitsDecommissioned{{take(some_lot(), here)}, EndKind::scrapped}}, here);
}

Submission Workload::corrected() {
  const std::string here = location();
  Lot& lot = some_lot();
  if (dice_.chance(50)) return fact(WarehouseEvent{UnitsCounted{{put(lot, here)}}}, here);
  const bool decrease = dice_.chance(50);
  return fact(WarehouseEvent{StockAdjusted{{decrease ? take(lot, here) : put(lot, here)}, decrease}}, here);
}

Submission Workload::reported() {
  static const std::vector<ReportedStatus> k_said{ReportedStatus::pending, ReportedStatus::released,
                                                  ReportedStatus::concession, ReportedStatus::rejected};
  StatusReported event;
  event.unit = unit_named(some_lot().name);
  event.status = dice_.pick(k_said);
  return fact(LotEvent{std::move(event)}, "");
}

Submission Workload::decided() {
  static const std::vector<Disposition> k_decided{Disposition::pending, Disposition::released, Disposition::concession,
                                                  Disposition::rejected};
  LotDispositioned event;
  event.unit = unit_named(some_lot().name);
  event.disposition = dice_.pick(k_decided);
  RecordEvent order;
  order.event.occurred = ZonedInstant{Instant{k_plant_begins_us + ++minutes_ * k_minute_us}, 0};
  order.event.body = LotEvent{std::move(event)};
  return command(std::move(order));
}

Submission Workload::held() {
  const HoldId hold{"H-" + std::to_string(dice_.below(3))};
  const UnitRef unit = unit_named(some_lot().name);
  Submission submission =
      dice_.chance(60) ? command(PlaceHold{hold, unit, HoldKind::quality}) : command(LiftHold{hold, unit});
  if (!dice_.chance(25)) return submission;
  Condition condition;
  condition.stream = "unit:" + unit.key.bytes();
  const auto last = decisions_.streams().find(condition.stream);
  if (last != decisions_.streams().end()) condition.last_seq = last->second;
  if (dice_.chance(25)) condition.last_seq = 1;  // Looked at it long ago.
  submission.condition = condition;
  return submission;
}

Submission Workload::equated() {
  return command(
      EquateUnits{unit_named(some_lot().name), unit_named("urn:sim:alias:" + std::to_string(dice_.below(3)))});
}

Submission Workload::voided() {
  const std::set<Seq>& facts = decisions_.facts();
  VoidFact order;
  order.target = dice_.below(static_cast<std::size_t>(decisions_.next()) + 1);
  if (!facts.empty() && dice_.chance(85)) {
    auto chosen = facts.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(dice_.below(facts.size())));
    order.target = *chosen;
  }
  return command(std::move(order));
}

Submission Workload::withdrawn() {
  Submission submission;
  submission.dedup = DedupKind::withdrawal;
  Body& body = submission.body;
  body.actor.id = ActorId{"mes"};
  body.source.system = "mes";
  // Of an event that was told, or of one that comes later.
  body.source.message_id = "urn:sim:event:" + std::to_string(1 + dice_.below(static_cast<std::size_t>(ids_) + 8));
  body.content = sha256("declaration " + std::to_string(dice_.below(2)));
  EventWithdrawn event;
  event.event = EventId{body.source.message_id};
  event.error_reason = "incorrect_data";
  body.events.emplace_back().body = CorrectionEvent{std::move(event)};
  return submission;
}

Submission Workload::row() {
  Submission submission;
  submission.dedup = DedupKind::row;
  Body& body = submission.body;
  body.actor.id = ActorId{"connector"};
  body.source.system = "csv";
  const std::string raw = "RM-1;12,5;row " + std::to_string(dice_.below(12));
  body.content = sha256(raw);
  body.events.emplace_back().body =
      IntakeEvent{RowRejected{RejectKind::invalid, raw, raw.size(), {{"quantity", "12,5", "is no number", ""}}, {}}};
  return submission;
}

Submission Workload::closed() {
  std::vector<Seq> open = decisions_.open_rows();
  open.push_back(1);
  const Seq chosen = dice_.pick(open);
  if (dice_.chance(50)) return command(DiscardRow{chosen});
  Submission submission = received();
  submission.repairs = chosen;
  return submission;
}

}  // namespace lotledger::tests

// engine/event.h - the body of a record as plain values: who says what, and the events that stand or fall together.
// Mirrors schemas/event.fbs. Built at the edge and by deciding, written by engine/codec; folding reads FlatBuffers in
// place.
#pragma once

#include "engine/correction.h"
#include "engine/identity.h"
#include "engine/intake.h"
#include "engine/item.h"
#include "engine/judgement.h"
#include "engine/lot.h"
#include "engine/order.h"
#include "engine/party.h"
#include "engine/production.h"
#include "engine/system.h"
#include "engine/warehouse.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// One line per area, in the order of schemas/event.fbs.
using AreaEvent = std::variant<SystemEvent, LotEvent, ProductionEvent, WarehouseEvent, OrderEvent, IdentityEvent,
                               PartyEvent, CorrectionEvent, IntakeEvent, ItemEvent, JudgementEvent>;

/// Tags of an event for conditional append; more are refused.
inline constexpr std::size_t k_tags_max = 16;

struct Event {
  std::optional<ZonedInstant> occurred;
  std::optional<Instant> occurred_until;
  Context context;
  std::string stream;
  std::vector<std::string> tags;
  AreaEvent body;
  friend bool operator==(const Event&, const Event&) = default;
};

struct Actor {
  ActorId id;
  std::string role;
  std::string on_behalf_of;
  friend bool operator==(const Actor&, const Actor&) = default;
};

struct Source {
  std::string system;  ///< Registered name of the source (`epcis`, `cli`, ...).
  std::string device;
  std::string message_id;  ///< The source's own id; EPCIS event id or CBV event hash.
  std::optional<std::uint64_t> sequence;
  std::string file;  ///< Name as given, for people; the landed copy is named by file_hash.
  std::optional<Digest> file_hash;
  std::optional<std::uint64_t> offset;
  std::optional<std::uint64_t> line;
  friend bool operator==(const Source&, const Source&) = default;
};

struct Reason {
  std::string code;
  std::string text;
  std::string language;
  friend bool operator==(const Reason&, const Reason&) = default;
};

enum class Assurance : std::uint8_t { none, login, signed_, imported_legacy };

struct Body {
  Actor actor;
  Source source;
  std::optional<CommandId> command;
  std::string correlation_id;
  std::optional<Seq> causation;
  Reason reason;
  std::optional<Instant> reported_at;
  std::string software;
  std::string rule_pack;
  std::string region;
  Assurance assurance = Assurance::none;
  Digest content{};
  std::uint32_t interpretation = 0;
  std::string source_text;
  std::string source_context;
  std::vector<Event> events;
  friend bool operator==(const Body&, const Body&) = default;
};

}  // namespace lotledger::engine

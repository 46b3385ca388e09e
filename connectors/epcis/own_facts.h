// connectors/epcis/own_facts.h - what the fields of our own say of an event's facts. The inverse of what
// event_writer.cc writes. Explained in docs/areas/epcis.md "Own fields".
#pragma once

#include "connectors/base/json_tree.h"
#include "connectors/epcis/document.h"
#include "connectors/epcis/own_fields.h"
#include "engine/event.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lotledger::connectors::epcis {

/// Reads the own fields of one event; what is wrong with them is added to `faults`. Event, place and faults must
/// outlive it.
class OwnFacts {
 public:
  OwnFacts(const Event& event, const Origin& place, std::vector<Fault>& faults);

  /// Whether the fields make an ObjectEvent another fact than its action and step say.
  [[nodiscard]] bool tells() const { return kind_ != nullptr && kind_->type == EventType::object; }
  /// Those facts: what happened to `units`. Precondition: tells().
  [[nodiscard]] std::vector<engine::AreaEvent> facts(std::vector<UnitAmount> units, const Context& context);
  /// Adds lots and quantities that the standard has no place for.
  void complete(std::vector<UnitAmount>& units);
  /// Adds to facts that the standard tells what it has no words for.
  void complete(std::vector<engine::AreaEvent>& facts);
  /// The context without what stands there for readers of the standard only.
  [[nodiscard]] Context without_own(Context context) const;
  /// When the event ended, where it says so.
  [[nodiscard]] std::optional<Instant> until();
  /// The text of a field; empty where it is absent.
  [[nodiscard]] std::string text(std::string_view name);
  /// To be called last: fields that no fact of the event asked for are faults.
  void finish();

 private:
  struct UnitWords {
    std::string uri;
    std::optional<UnitKey> lot;
    std::optional<Quantity> quantity;
    bool used = false;
  };

  void fault(FaultCode code, std::string_view name, std::string_view value, std::string what);
  void take_kind();
  void take_units();
  [[nodiscard]] UnitWords words_of(const JsonValue& entry);
  [[nodiscard]] std::optional<UnitKey> key(std::string_view name, std::string_view uri);
  [[nodiscard]] std::optional<Quantity> number(std::string_view text, const std::string& unit);
  [[nodiscard]] std::string date(std::string_view name);
  template <typename Enum, std::size_t count>
  [[nodiscard]] Enum choice(std::string_view name, const std::array<std::string_view, count>& words, Enum usual);
  [[nodiscard]] std::vector<engine::AreaEvent> status(const UnitAmount& amount, const Context& context);
  void complete(engine::UnitsReceived& fact);
  void complete(engine::UnitsShipped& fact);
  void complete(engine::UnitsTransformed& fact);

  const Event& event_;
  const Origin& place_;
  std::vector<Fault>& faults_;
  const OwnKind* kind_ = nullptr;
  std::map<std::string, const Extension*> fields_;  ///< By local name.
  std::set<std::string> asked_;
  std::map<std::string, UnitWords> units_;  ///< By bytes of the unit's key.
};

}  // namespace lotledger::connectors::epcis

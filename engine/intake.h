// engine/intake.h - what sources delivered and could not be taken: events, commands and rules of the area.
// Events: schemas/intake.fbs. Explained in docs/areas/intake.md.
#pragma once

#include "engine/base/decision.h"
#include "engine/base/ids.h"
#include "engine/facts.h"

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lotledger::engine {

/// One thing wrong with a row or event, for the person who must mend it.
struct Fault {
  std::string field;    ///< JSON path, column or element.
  std::string value;    ///< What stands there.
  std::string message;  ///< What is wrong with it.
  std::string hint;     ///< How to mend it; may be empty.
  friend bool operator==(const Fault&, const Fault&) = default;
};

enum class RejectKind : std::uint8_t { invalid, conflict, unreadable };
[[nodiscard]] std::string_view name_of(RejectKind kind);

/// Raw bytes of a rejected row that are kept in its record; the whole is in the landed file.
inline constexpr std::size_t k_rejected_raw_bytes_max = std::size_t{64} << 10;

struct RowRejected {
  RejectKind kind = RejectKind::invalid;
  std::string raw;  ///< At most k_rejected_raw_bytes_max bytes.
  std::uint64_t raw_bytes = 0;
  std::vector<Fault> faults;
  std::optional<Seq> conflicts_with;
  friend bool operator==(const RowRejected&, const RowRejected&) = default;
};

/// Stands in the record that holds the repaired event.
struct RowRepaired {
  Seq rejected = 0;
  friend bool operator==(const RowRepaired&, const RowRepaired&) = default;
};

struct RowDiscarded {
  Seq rejected = 0;
  friend bool operator==(const RowDiscarded&, const RowDiscarded&) = default;
};

using IntakeEvent = std::variant<RowRejected, RowRepaired, RowDiscarded>;

inline constexpr std::array k_intake_rules{
    Rule{"INTAKE-1", "21 CFR 11.10(e)", "discarding a rejected row needs a reason", "丢弃被拒绝的行必须说明原因",
         "give --reason"},
    Rule{"INTAKE-2", "21 CFR 11.10(e)", "only an open row can be repaired or discarded",
         "只能修复或丢弃仍处于待处理状态的行", "name a position that `dlq list` shows as open"},
};

struct DiscardRow {
  Seq rejected = 0;
  friend bool operator==(const DiscardRow&, const DiscardRow&) = default;
};

/// Pure. Accepts with one RowDiscarded; refuses with INTAKE-1 or INTAKE-2.
[[nodiscard]] Decision<IntakeEvent> decide(const Facts& facts, const DiscardRow& command, std::string_view reason);
/// Pure. INTAKE-2 when `rejected` is no open row; used when a repaired event is submitted for it.
[[nodiscard]] Decision<RowRepaired> decide_repair(const Facts& facts, Seq rejected);

}  // namespace lotledger::engine

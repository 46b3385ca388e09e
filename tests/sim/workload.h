// tests/sim/workload.h - what the submitters of a simulated plant hand in: material is received, moved, made into
// products, split and merged, packed, shipped, returned, counted, sampled and scrapped; lots are held, released and
// voided; rows are rejected, repaired and discarded; messages come twice, late, or contradict one another.
#pragma once

#include "tests/sim/decisions.h"
#include "tests/sim/dice.h"
#include "tests/sim/faults.h"

#include <map>
#include <string>
#include <vector>

namespace lotledger::tests {

/// Facts happen at this instant and in the minutes after it, each at one of its own.
inline constexpr std::int64_t k_plant_begins_us = 1'772'438'400'000'000;

class Workload {
 public:
  /// `decisions` must outlive it: what a submitter knows of the ledger. Counts its faults in `counts`.
  Workload(Dice dice, const FaultSet& faults, const Decisions& decisions, FaultCounts& counts);

  /// `size` submissions, one after another.
  [[nodiscard]] std::vector<engine::Submission> batch(std::size_t size);
  /// A fact under an id of its own that is never told again.
  [[nodiscard]] engine::Submission unheard() { return fresh_fact(); }

 private:
  struct Lot {
    std::string name;  ///< As parse_unit() reads it.
    bool pieces = false;
    std::map<std::string, std::int64_t> at;  ///< Amounts by location, as this plant believes.
  };

  [[nodiscard]] engine::Submission next();
  [[nodiscard]] engine::Submission fresh();
  [[nodiscard]] engine::Submission fresh_fact() { return received(); }
  [[nodiscard]] engine::Submission again();
  [[nodiscard]] engine::Submission contradicting();

  [[nodiscard]] engine::Submission received();
  [[nodiscard]] engine::Submission moved();
  [[nodiscard]] engine::Submission produced();
  [[nodiscard]] engine::Submission divided();
  [[nodiscard]] engine::Submission installed();
  [[nodiscard]] engine::Submission packed();
  [[nodiscard]] engine::Submission emptied();
  [[nodiscard]] engine::Submission shipped();
  [[nodiscard]] engine::Submission returned();
  [[nodiscard]] engine::Submission ended();
  [[nodiscard]] engine::Submission corrected();
  [[nodiscard]] engine::Submission reported();
  [[nodiscard]] engine::Submission decided();
  [[nodiscard]] engine::Submission held();
  [[nodiscard]] engine::Submission equated();
  [[nodiscard]] engine::Submission voided();
  [[nodiscard]] engine::Submission withdrawn();
  [[nodiscard]] engine::Submission row();
  [[nodiscard]] engine::Submission closed();

  [[nodiscard]] engine::Submission fact(engine::AreaEvent event, const std::string& location);
  [[nodiscard]] engine::Submission command(engine::Command order);
  [[nodiscard]] Lot& make_lot(bool raw);
  [[nodiscard]] Lot& some_lot();
  [[nodiscard]] UnitAmount take(Lot& lot, const std::string& location);
  [[nodiscard]] UnitAmount put(Lot& lot, const std::string& location);
  [[nodiscard]] std::string location();
  [[nodiscard]] std::string container();

  Dice dice_;
  FaultSet faults_;
  const Decisions& decisions_;
  FaultCounts& counts_;
  std::vector<Lot> lots_;
  std::vector<engine::Submission> told_;     ///< To be told again.
  std::vector<engine::Submission> delayed_;  ///< Told before what came meanwhile.
  std::int64_t minutes_ = 0;
  std::uint64_t ids_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t serials_ = 0;
};

}  // namespace lotledger::tests

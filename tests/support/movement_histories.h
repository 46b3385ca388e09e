// tests/support/movement_histories.h - random histories of a warehouse, as properties want them (see histories.h).
#pragma once

#include "tests/support/test_ledger.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lotledger::tests {

/// One movement: what happens, to which unit, in which container and how much, when, under which papers and whereto,
/// and what is special about it.
using Movement = std::array<std::uint8_t, 6>;

/// Units that movements() moves: lots by weight and by piece, serials of one of them, nested containers.
[[nodiscard]] const std::vector<std::string>& moved_units();
/// The party of the ledger's own and a hospital, to which movements() ships.
[[nodiscard]] const std::string& own_party();
[[nodiscard]] const std::string& hospital();

/// Whether the step tells that a shipment did not happen.
[[nodiscard]] bool voids_a_shipment(const Movement& step);

/// A submission, and when it comes (minute).
struct TimedSubmission {
  engine::Submission submission;
  std::int64_t now = 0;
};
/// What movements() submits, in its order.
[[nodiscard]] std::vector<TimedSubmission> movement_submissions(const std::vector<Movement>& steps);

/// Histories of a small warehouse, in which it all happens within a few minutes and often at one instant: lots and
/// serials are made, packed whole and in parts, seen inside, unpacked, shipped by themselves, in containers and both at
/// once, to others and between own sites; shipments are voided, delivered, returned; units are used, removed, ended,
/// held; facts are withdrawn.
[[nodiscard]] std::unique_ptr<VectorLog> movements(const std::vector<Movement>& steps);

}  // namespace lotledger::tests

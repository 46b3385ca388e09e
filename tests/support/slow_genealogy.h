// tests/support/slow_genealogy.h - the genealogy as slowly and obviously as it can be said: lists of statements and
// closures over plain sets. The fast one is compared with it on random histories.
#pragma once

#include "engine/event.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lotledger::tests {

/// One statement about material, as a test writes it: a fact with its id and time.
struct Statement {
  std::string id;
  std::int64_t minute = 0;
  engine::AreaEvent event;
};

/// What a walk must reach: unit key bytes (or "process <id>") to "certain" or "possible". Containers are not in it.
using Reached = std::map<std::string, std::string>;

/// The walk over the statements that count: those whose id is not in `withdrawn`.
[[nodiscard]] Reached slow_walk(const std::vector<Statement>& statements, const std::set<std::string>& withdrawn,
                                const std::string& root, bool down);

/// Containers (key bytes) in which the child lies, directly or nested, at a minute.
[[nodiscard]] std::set<std::string> slow_containers(const std::vector<Statement>& statements,
                                                    const std::set<std::string>& withdrawn, const std::string& child,
                                                    std::int64_t minute);

}  // namespace lotledger::tests

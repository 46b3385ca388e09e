// Did you mean.
#include "cli/suggest.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace lotledger::tests {

using namespace cli;

TEST_CASE("suggest: edit distance") {
  struct Row {
    std::string_view a, b;
    std::size_t distance;
  };
  constexpr Row rows[] = {
      {"", "", 0},           {"", "abc", 3},           {"abc", "", 3},         {"trace", "trace", 0},
      {"trcae", "trace", 1}, {"trac", "trace", 1},     {"tracee", "trace", 1}, {"trbce", "trace", 1},
      {"ca", "abc", 3},      {"kitten", "sitting", 3},
  };
  for (const Row& row : rows) {
    CAPTURE(row.a);
    CAPTURE(row.b);
    CHECK(edit_distance(row.a, row.b) == row.distance);
  }
}

TEST_CASE("suggest: edit distance is symmetric, and zero only for equal texts") {
  CHECK(rc::check("edit distance", [](const std::string& a, const std::string& b) {
    RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
    RC_ASSERT((edit_distance(a, b) == 0) == (a == b));
    RC_ASSERT(edit_distance(a, b) <= std::max(a.size(), b.size()));
  }));
}

TEST_CASE("suggest: near names only, nearest first") {
  const std::vector<std::string> names{"trace", "recall", "replay", "audit", "unit"};
  CHECK(nearest("trcae", names, 3) == std::vector<std::string>{"trace"});
  CHECK(nearest("re", names, 3) == std::vector<std::string>{"recall", "replay"});
  CHECK(nearest("recal", names, 1) == std::vector<std::string>{"recall"});
  CHECK(nearest("zzzzzz", names, 3).empty());
  CHECK(nearest("tr", {"xy"}, 3).empty());
  CHECK(did_you_mean("trcae", names) == "; did you mean 'trace'?");
  CHECK(did_you_mean("qqqqq", names).empty());
}

}  // namespace lotledger::tests

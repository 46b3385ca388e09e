// cli/list_answer.cc - what a list may be missing.
#include "cli/list_answer.h"

#include "cli/answer_view.h"

namespace lotledger::cli {

ListAnswer list_answer(const Output& output, Query& query, std::string_view kind) {
  const auto completeness = completeness_of_all(query, "told of more, or of changes");
  ListAnswer answer{{{"kind", kind}, {"position", position_json(query.cut())}}, exit_of(completeness)};
  add_completeness(answer.head, completeness);
  print_missing_note(output, completeness);
  return answer;
}

}  // namespace lotledger::cli

// cli/policy_file.h - a rule policy as people write it: TOML, docs/formats/policy.md.
#pragma once

#include "cli/query.h"
#include "engine/judgement.h"

#include <string>

namespace lotledger::cli {

/// The policy that `text` states; places are looked up by `query`. invalid_input names file, line, key and value, and
/// what may stand there.
[[nodiscard]] Result<engine::PolicyActivated> parse_policy(Query& query, const std::string& file,
                                                           const std::string& text);

}  // namespace lotledger::cli

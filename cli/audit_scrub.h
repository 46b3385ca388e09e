// cli/audit_scrub.h - audit scrub: a command of the group that cli/audit.cc makes.
#pragma once

#include "cli/command.h"

namespace lotledger::cli {

void add_audit_scrub(CommandTable& table);

}  // namespace lotledger::cli

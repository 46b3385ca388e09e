// cli/commands.h - the table of all commands: each group of commands adds its rows.
#pragma once

#include "cli/command.h"

namespace lotledger::cli {

/// Every command of this program, in the order in which help shows them.
[[nodiscard]] const CommandTable& all_commands();

// One line per group; each is defined in the file named after the group.
void add_init(CommandTable& table);
void add_ingest(CommandTable& table);
void add_connect(CommandTable& table);
void add_find(CommandTable& table);
void add_trace(CommandTable& table);
void add_recall(CommandTable& table);
void add_unit(CommandTable& table);
void add_lot(CommandTable& table);
void add_lot_decisions(CommandTable& table);
void add_lot_why(CommandTable& table);
void add_inventory(CommandTable& table);
void add_lot_list(CommandTable& table);
void add_master(CommandTable& table);
void add_master_list(CommandTable& table);
void add_order(CommandTable& table);
void add_order_list(CommandTable& table);
void add_record(CommandTable& table);
void add_rules(CommandTable& table);
void add_export_plain(CommandTable& table);
void add_event(CommandTable& table);
void add_audit(CommandTable& table);
void add_export(CommandTable& table);
void add_replay(CommandTable& table);
void add_projection(CommandTable& table);
void add_dlq(CommandTable& table);
void add_kafka(CommandTable& table);
void add_demo(CommandTable& table);
void add_doctor(CommandTable& table);
void add_completion(CommandTable& table);

}  // namespace lotledger::cli

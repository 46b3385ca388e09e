// cli/commands.cc - one line per group of commands.
#include "cli/commands.h"

namespace lotledger::cli {

const CommandTable& all_commands() {
  static const CommandTable k_table = [] {
    CommandTable table;
    for (const auto add :
         {add_init,   add_ingest,      add_connect,       add_find,         add_trace,     add_recall,
          add_unit,   add_lot,         add_lot_decisions, add_lot_why,      add_lot_list,  add_inventory,
          add_master, add_master_list, add_order,         add_order_list,   add_record,    add_rules,
          add_event,  add_audit,       add_export,        add_export_plain, add_replay,    add_projection,
          add_dlq,    add_kafka,       add_demo,          add_doctor,       add_completion}) {
      add(table);
    }
    return table;
  }();
  return k_table;
}

}  // namespace lotledger::cli

// cli/demo.cc - demo generate: a year of a believable plant, as files to ingest. The plant: cli/demo/plant.h.
#include "cli/commands.h"
#include "cli/demo/plant.h"
#include "cli/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <limits>
#include <ostream>

namespace lotledger::cli {
namespace {

constexpr std::uint64_t k_events_default = 100'000;

Json scope_json(const DemoScope& scope) {
  return {{"devices", scope.devices},
          {"lots", scope.lots},
          {"in_plant", scope.in_plant},
          {"at_customers", scope.at_customers},
          {"returned", scope.returned},
          {"destroyed", scope.destroyed},
          {"consignees", scope.consignees.size()}};
}

Json summary_json(const DemoOptions& options, const DemoSummary& summary) {
  Json json{{"kind", "demo"},
            {"out", options.out.string()},
            {"events", summary.events},
            {"devices_made", summary.devices_made},
            {"files", summary.files}};
  json["bad_lot"] = summary.bad_lot;
  json["device"] = summary.device;
  json["lot_text"] = summary.lot_text;
  json["twins"] = summary.twins;
  json["repaired_row"] = summary.repaired_row;
  json["before"] = scope_json(summary.before);
  json["after"] = scope_json(summary.after);
  return json;
}

void print_summary(const Output& output, const DemoOptions& options, const DemoSummary& summary) {
  const std::string out = printable(options.out.string());
  output.out << fmt::format(fmt::runtime(output.say(Text::demo_written)), summary.events, summary.files.size(), out)
             << "\n\n"
             << output.say(Text::next_commands) << '\n';
  output.out << fmt::format("  export LOTLEDGER_DATA={}/data\n  lotledger init --ledger DEMO --own-party {}\n", out,
                            summary.own_party);
  output.out << fmt::format("  (cd {} && lotledger ingest $(sed '/^#/d' MANIFEST.txt))\n", out);
  output.out << fmt::format("  lotledger recall scope {}\n  lotledger recall why '{}' --lot {}\n", summary.bad_lot,
                            summary.device, summary.bad_lot);
  output.out << fmt::format("  less {}/STORY.md\n", out);
}

Result<Exit> run_generate(const Call& call) {
  DemoOptions options;
  options.out = std::filesystem::absolute(call.text("DIR"));
  LL_ASSIGN(options.events, call.number("events", k_events_default, {k_demo_events_min, k_demo_events_max}));
  LL_ASSIGN(options.seed, call.number("seed", 1, {0, std::numeric_limits<std::uint64_t>::max()}));
  LL_ASSIGN(const DemoSummary summary, generate_demo(options));
  if (call.out.format == Format::json) {
    call.out.out << pretty(summary_json(options, summary)) << '\n';
  } else {
    print_summary(call.out, options, summary);
  }
  return Exit::ok;
}

}  // namespace

void add_demo(CommandTable& table) {
  table.groups.push_back({"demo", {"a plant to try things on", "试用工厂"}});
  Command generate;
  generate.path = "demo generate";
  generate.summary = {"write a year of CSV and EPCIS files of an infusion pump maker, with a recall in it",
                      "生成输液泵制造商一年的 CSV 与 EPCIS 文件，含一次召回"};
  generate.arguments = {{"DIR", {"new or empty folder", "新目录或空目录"}}};
  generate.options = {{"events", "N", {"how many rows and events (default 100000)", "数据行与事件数（默认 100000）"}},
                      {"seed", "N", {"same seed, same bytes (default 1)", "相同种子得到相同字节（默认 1）"}}};
  generate.formats = {Format::table, Format::json};
  generate.examples = {{"demo generate /tmp/plant", {"then follow what it prints", "然后按输出提示操作"}},
                       {"demo generate /tmp/big --events 1000000 --seed 7", {"a large one", "大规模数据"}}};
  generate.run = run_generate;
  table.commands.push_back(std::move(generate));
}

}  // namespace lotledger::cli

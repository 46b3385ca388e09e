// cli/ingest_command.cc - ingest FILE...: files of sources into the ledger. The work: cli/ingest.h.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/ingest_view.h"
#include "cli/json.h"
#include "cli/query.h"
#include "cli/submit.h"

#include <nlohmann/json.hpp>

#include <ostream>

namespace lotledger::cli {
namespace {

Json report_json(const FileReport& report) {
  Json json{{"file", report.file},
            {"accepted", report.accepted},
            {"duplicates", report.duplicates},
            {"rejected", report.rejected}};
  json["conflicts"] = report.conflicts;
  json["unresolved"] = report.unresolved;
  json["error"] = report.error ? Json(report.error->message) : Json();
  return json;
}

Json ingest_json(const LedgerInfo& info, const IngestReport& report) {
  Json json{{"kind", "ingest"}, {"files", report.files.size()}};
  const Json total = report_json(report.total());
  for (const char* member : {"accepted", "duplicates", "rejected", "conflicts", "unresolved"})
    json[member] = total[member];
  json["taken"] = report.taken;
  json["position"] = position_json(info.name(), report.position);
  json["reports"] = Json::array();
  for (const FileReport& file : report.files) json["reports"].push_back(report_json(file));
  return json;
}

void print_table(const Output& output, const IngestReport& report) {
  Table table({{std::string(output.say(Text::file))},
               {std::string(output.say(Text::accepted)), Align::right},
               {std::string(output.say(Text::duplicates)), Align::right},
               {std::string(output.say(Text::rejected)), Align::right},
               {std::string(output.say(Text::conflicts)), Align::right},
               {std::string(output.say(Text::unresolved)), Align::right}});
  const auto row = [&](const FileReport& file) {
    table.add({file.file, std::to_string(file.accepted), std::to_string(file.duplicates), std::to_string(file.rejected),
               std::to_string(file.conflicts), std::to_string(file.unresolved)});
  };
  for (const FileReport& file : report.files) row(file);
  FileReport total = report.total();
  total.file = std::string(1, '=');
  if (report.files.size() > 1) row(total);
  table.print(output);
}

Result<Exit> run_ingest(const Call& call) {
  if (call.all("FILE").empty()) return fail(ErrorCode::invalid_input, "'ingest' needs at least one FILE");
  LL_ASSIGN(DataFolder folder, data_folder(call));
  LL_ASSIGN(const LedgerInfo info, folder.ledger(call.settings.ledger));
  IngestOptions options;
  LL_ASSIGN(options.actor, actor_of(call));
  LL_ASSIGN(options.read, read_options_of(call));
  options.strict = call.has("strict");
  ProgressLine progress(call.out, "ingest", 0);
  options.progress = [&](const std::string&, std::uint64_t events) { progress.at(events); };
  LL_ASSIGN(const IngestReport report, ingest_files(folder, info, call.all("FILE"), options));
  print_faults(call.out, report.files);
  if (call.out.format == Format::json) {
    call.out.out << pretty(ingest_json(info, report)) << '\n';
  } else {
    print_table(call.out, report);
  }
  if (!report.taken) call.out.note("--strict: nothing was taken, because something is wrong");
  return report.taken ? worst_of(report.files) : Exit::invalid_data;
}

}  // namespace

void add_ingest(CommandTable& table) {
  Command ingest;
  ingest.path = "ingest";
  ingest.summary = {"take files of sources into the ledger", "将来源文件导入账本"};
  ingest.arguments = {{"FILE",
                       {"plain rows (receipts.csv, shipments-03.ndjson, ...) or EPCIS (2.0 JSON-LD, 2.0 or 1.2 XML)",
                        "普通数据行（receipts.csv、shipments-03.ndjson 等）或 EPCIS（2.0 JSON-LD，2.0 或 1.2 XML）"},
                       Times::repeated}};
  ingest.options = {{"strict", "", {"one bad row or event, and nothing is taken", "有一个错误行或事件则全部不导入"}}};
  ingest.options = ingest.options + read_options();
  ingest.formats = {Format::table, Format::json};
  ingest.examples = {{"ingest 2026-03-*.jsonld",
                      {"in the order given; taking a file twice changes nothing", "按给定顺序；重复导入不产生变化"}},
                     {"ingest receipts.csv shipments.csv --timezone +08:00",
                      {"rows of an ERP; 'connect template' shows their columns", "ERP 数据行；列见 connect template"}},
                     {"ingest --strict supplier.jsonld -o json", {"all or nothing", "全部或全不"}}};
  ingest.run = run_ingest;
  table.commands.push_back(std::move(ingest));
}

}  // namespace lotledger::cli

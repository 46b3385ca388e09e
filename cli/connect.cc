// cli/connect.cc - connect template, check, lint: for whoever makes an ERP or MES export files for us.
#include "cli/commands.h"
#include "cli/ingest_view.h"
#include "cli/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lotledger::cli {
namespace {

namespace plain = connectors::plain;

Result<Exit> run_template(const Call& call) {
  const auto kind = plain::kind_named(call.text("KIND"));
  if (!kind) return fail(ErrorCode::invalid_input, "'" + call.text("KIND") + "' is no kind of rows");
  call.out.out << plain::template_of(*kind);
  return Exit::ok;
}

/// An unsound mapping is invalid data, whose faults are the message.
Result<Exit> run_lint(const Call& call) {
  const auto mapping = load_mapping(call.text("MAPPING"));
  if (!mapping.has_value() && mapping.error().code != ErrorCode::invalid_input) return std::unexpected(mapping.error());
  if (!mapping.has_value()) {
    call.out.err << printable(mapping.error().message) << '\n';
    return Exit::invalid_data;
  }
  call.out.note(fmt::format("{}: sound; {} rows of {} models", call.text("MAPPING"), mapping->rows.size(),
                            mapping->models.size()));
  return Exit::ok;
}

Json check_json(const std::vector<FileReport>& reports) {
  Json json{{"kind", "connect_check"}, {"files", Json::array()}};
  for (const FileReport& report : reports) {
    json["files"].push_back({{"file", report.file},
                             {"rows", report.rows},
                             {"rejected", report.rejected},
                             {"faults", report.messages},
                             {"notes", report.notes},
                             {"error", report.error ? Json(report.error->message) : Json()}});
  }
  return json;
}

void print_check(const Output& output, const std::vector<FileReport>& reports) {
  Table table({{std::string(output.say(Text::file))},
               {std::string(output.say(Text::rows)), Align::right},
               {std::string(output.say(Text::rejected)), Align::right}});
  for (const FileReport& report : reports)
    table.add({report.file, std::to_string(report.rows), std::to_string(report.rejected)});
  table.print(output);
}

Result<Exit> run_check(const Call& call) {
  if (call.all("FILE").empty()) return fail(ErrorCode::invalid_input, "'connect check' needs at least one FILE");
  LL_ASSIGN(const ReadOptions read, read_options_of(call));
  const std::vector<FileReport> reports = check_files(call.all("FILE"), read);
  print_faults(call.out, reports);
  if (call.out.format == Format::json) {
    call.out.out << pretty(check_json(reports)) << '\n';
  } else {
    print_check(call.out, reports);
  }
  return worst_of(reports);
}

}  // namespace

void add_connect(CommandTable& table) {
  table.groups.push_back({"connect", {"making files that ingest can read", "准备可导入的文件"}});
  Command columns;
  columns.path = "connect template";
  columns.summary = {"print the header and an example row of a kind of plain rows", "输出一类数据行的表头与示例行"};
  columns.arguments = {{"KIND", {"what the rows tell", "行类型"}, Times::required, plain::kind_names()}};
  columns.examples = {{"connect template receipts > receipts.csv",
                       {"leave out columns that are not needed; their order is free", "可省略不需要的列；列顺序任意"}}};
  columns.run = run_template;
  table.commands.push_back(std::move(columns));

  Command check;
  check.path = "connect check";
  check.summary = {"read files of sources, report every fault, take nothing", "读取来源文件并报告全部错误，不导入"};
  check.arguments = {{"FILE", {"plain rows or EPCIS 2.0", "普通数据行或 EPCIS 2.0"}, Times::repeated}};
  check.options = read_options();
  check.formats = {Format::table, Format::json};
  check.examples = {{"connect check shipments.csv --delimiter ';' --decimal-comma",
                     {"file, line, column, value and hint of each fault", "逐一列出文件、行、列、值与提示"}}};
  check.run = run_check;
  table.commands.push_back(std::move(check));

  Command lint;
  lint.path = "connect lint";
  lint.summary = {"check a mapping of a foreign export, without an export", "检查外部导出的映射文件"};
  lint.arguments = {{"MAPPING", {"mapping.toml", "mapping.toml"}}};
  lint.examples = {{"connect lint profiles/inventree/mapping.toml",
                    {"file, line and what is wrong there", "逐一列出文件、行与错误"}}};
  lint.run = run_lint;
  table.commands.push_back(std::move(lint));
}

}  // namespace lotledger::cli

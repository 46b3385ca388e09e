// cli/export.cc - export epcis.
#include "cli/commands.h"
#include "cli/epcis_export.h"
#include "cli/query.h"

#include <fmt/format.h>

#include <ostream>

namespace lotledger::cli {
namespace {

Result<ExportWish> wish_of(const Call& call, ReadSession& session) {
  ExportWish wish;
  wish.last = session.head().seq;
  if (call.has("from")) {
    LL_ASSIGN(wish.first, session.resolve_position(call.text("from")));
  }
  if (call.has("to")) {
    LL_ASSIGN(wish.last, session.resolve_position(call.text("to")));
  }
  if (wish.first > wish.last) return fail(ErrorCode::invalid_input, "--from lies behind --to");
  wish.personal = call.has("personal");
  if (!call.has("as-of")) return wish;
  const auto at = parse_instant(call.text("as-of"));
  if (!at.has_value()) return fail(at.error().code, "--as-of: " + at.error().message);
  wish.as_of = at->at;
  return wish;
}

/// What is missing, on stderr: never silent, not even with --quiet.
void print_omissions(const Output& output, const std::string& ledger, const ExportReport& report) {
  for (const auto& [what, omission] : report.omissions) {
    std::string where;
    for (const Seq seq : omission.first) where += (where.empty() ? "" : ", ") + position_text(ledger, seq);
    if (omission.count > omission.first.size()) where += ", ...";
    output.err << fmt::format("{} {} {} ({})\n", output.say(Text::not_exported), omission.count, printable(what),
                              where);
  }
}

Result<Exit> run_epcis(const Call& call) {
  LL_ASSIGN(const DataFolder folder, data_folder(call));
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const auto session, ReadSession::open(info));
  LL_ASSIGN(const ExportWish wish, wish_of(call, *session));
  LL_ASSIGN(const ExportReport report, export_epcis(*session, wish, folder.keys_folder(), call.out.out));
  print_omissions(call.out, info.name(), report);
  if (report.in_part > 0) {
    call.out.note(
        fmt::format("{} facts are told in part: cost, and whether a release is for production or for the market, are "
                    "left out; lotledger export plain writes cost",
                    report.in_part));
  }
  return report.is_complete() ? Exit::ok : Exit::incomplete;
}

}  // namespace

void add_export(CommandTable& table) {
  table.groups.push_back({"export", {"facts for other systems", "供其他系统使用的事实"}});
  Command epcis;
  epcis.path = "export epcis";
  epcis.summary = {"facts and master data as one EPCIS 2.0 document", "以一份 EPCIS 2.0 文档输出事实与主数据"};
  epcis.options = {{"from", "TIME|POSITION", {"from this record on", "自此记录起"}},
                   {"to", "TIME|POSITION", {"up to this record", "至此记录为止"}},
                   {"as-of", "TIME", {"only what had happened by then", "仅限此时之前发生的事"}},
                   {"personal", "", {"with e-mail and recall contacts, in clear", "包含明文电子邮件与召回联系人"}}};
  epcis.formats = {Format::json};
  epcis.examples = {
      {"export epcis > plant.jsonld", {"everything; exit 8 when facts are missing", "全部；有事实缺失时退出码为 8"}},
      {"export epcis --from SZ1:5000", {"what was recorded since", "此后记录的内容"}}};
  epcis.run = run_epcis;
  table.commands.push_back(std::move(epcis));
}

}  // namespace lotledger::cli

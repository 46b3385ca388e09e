// cli/replay.cc - replay run: folds the log anew in memory and compares.
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/projections_of.h"
#include "cli/query.h"

namespace lotledger::cli {
namespace {

/// The digest of a fresh fold of records 0..last.
Result<Digest> replayed(Query& query, projections::Projection& projection, Seq last, const Output& output) {
  ProgressLine progress(output, "replay " + std::string(projection.name()), last + 1);
  return projections::replay_digest(projection, query.session().log(), last, [&](Seq seq) { progress.at(seq); });
}

Result<Seq> target(Query& query, const Call& call) {
  if (!call.has("to")) return query.session().head().seq;
  return query.session().resolve_position(call.text("to"));
}

/// Compares with the live store at the position where that stands: a store is not folded back.
Result<void> compare(Query& query, projections::Projection& projection, Seq last, const Call& call, Json& row) {
  LL_ASSIGN(const projections::StoreReader* live, query.session().store(projection.name()));
  const Seq stands_at = live->position().head.seq;
  const Digest recorded = live->digest();
  LL_TRY(live->failure());
  std::string compared = row["digest"].get<std::string>();
  if (stands_at != last) {
    LL_ASSIGN(const Digest digest, replayed(query, projection, stands_at, call.out));
    compared = digest.hex();
  }
  row["live_position"] = position_text(query.ledger(), stands_at);
  row["live_digest"] = recorded.hex();
  row["equal"] = compared == recorded.hex();
  row["verdict"] = std::string(call.out.say(compared == recorded.hex() ? Text::digests_equal : Text::digests_differ));
  return {};
}

Result<Exit> run_replay(const Call& call) {
  LL_ASSIGN(const auto query, Query::open(call));
  LL_ASSIGN(const Seq last, target(*query, call));
  LL_ASSIGN(auto wanted, projections_of(call.text("projection")));
  std::vector<Json> rows;
  bool equal = true;
  for (const auto& projection : wanted) {
    LL_ASSIGN(const Digest digest, replayed(*query, *projection, last, call.out));
    Json row{{"projection", std::string(projection->name())},
             {"fold_version", projection->fold_version()},
             {"position", position_text(query->ledger(), last)}};
    row["digest"] = digest.hex();
    if (call.has("diff")) {
      LL_TRY(compare(*query, *projection, last, call, row));
      equal = equal && row["equal"].get<bool>();
    }
    rows.push_back(std::move(row));
  }
  Json head{{"kind", "replay"}, {"position", position_json(query->ledger(), last)}};
  if (call.has("diff")) head["equal"] = equal;
  Listing listing{std::move(head),
                  "projections",
                  {{"projection", Text::projection},
                   {"fold_version", Text::fold_version, Align::right},
                   {"position", Text::position},
                   {"digest", Text::digest}}};
  if (call.has("diff")) listing.columns.push_back({"verdict", Text::verdict});
  print_listing(call.out, listing, rows);
  return equal ? Exit::ok : Exit::negative;
}

}  // namespace

void add_replay(CommandTable& table) {
  table.groups.push_back({"replay", {"fold the log anew and compare", "重放日志并比较"}});
  Command run;
  run.path = "replay run";
  run.summary = {"fold the log anew in memory; same log, same digests", "在内存中重放日志；同一日志得到同一摘要"};
  run.options = {
      {"to", "TIME|POSITION", {"last record (default: the end)", "最后一条记录（默认：末尾）"}},
      {"projection", "NAME", {"this one only", "仅此投影"}},
      {"diff", "WITH", {"compare with the stores in use", "与正在使用的存储比较"}, Times::optional, {"live"}}};
  run.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  run.examples = {{"replay run --diff live",
                   {"certify every read model; exit 1 where one differs", "验证每个读模型；有差异则退出码 1"}},
                  {"replay run --to 2026-06-30T23:59:59+08:00 --projection genealogy", {"as of a time", "截至某时刻"}}};
  run.run = run_replay;
  table.commands.push_back(std::move(run));
}

}  // namespace lotledger::cli

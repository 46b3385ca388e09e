// cli/projection.cc - projection list, rebuild, verify.
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/listing.h"
#include "cli/projections_of.h"
#include "cli/query.h"
#include "cli/suggest.h"
#include "engine/log/log_files.h"
#include "projections/rebuild.h"

namespace lotledger::cli {

using Projections = std::vector<std::unique_ptr<projections::Projection>>;

Result<Projections> projections_of(const std::string& name) {
  Projections all = projections::all_projections();
  if (name.empty()) return all;
  std::vector<std::string> names;
  for (auto& projection : all) {
    if (projection->name() == name) {
      Projections one;
      one.push_back(std::move(projection));
      return one;
    }
    names.emplace_back(projection->name());
  }
  return fail_with_hint(ErrorCode::not_found, "there is no projection '" + name + "'" + did_you_mean(name, names),
                        "lotledger projection list");
}

namespace {

/// Where the files of a projection's store stand, and the digest at the head of the session: what is in no file yet is
/// folded here. A store that is missing or damaged has none.
Json store_json(ReadSession& session, projections::Projection& projection) {
  Json row{{"projection", std::string(projection.name())}, {"fold_version", projection.fold_version()}};
  const Seq head = session.head().seq;
  projections::StoreFolder folder(session.info().stores_folder() + "/" + std::string(projection.name()));
  const auto store = folder.open_secondary(projection.fold_version());
  const Seq stands_at = store.has_value() ? (*store)->position().head.seq : k_no_seq;
  row["position"] = stands_at == k_no_seq ? Json() : Json(position_text(session.info().name(), stands_at));
  row["lag"] = std::to_string(head - stands_at);  // k_no_seq is one before record 0: the difference counts records.
  const Result<void> folded = store.has_value() ? projections::catch_up(projection, **store, session.log(), head)
                                                : Result<void>(std::unexpected(store.error()));
  const Digest digest = folded.has_value() ? (*store)->digest() : Digest{};
  const Result<void> read = folded.has_value() ? (*store)->failure() : folded;
  row["digest"] = read.has_value() ? Json(digest.hex()) : Json();
  row["error"] = read.has_value() ? Json() : Json(read.error().message);
  return row;
}

Json head_json(std::string_view kind, ReadSession& session) {
  return {{"kind", std::string(kind)}, {"position", position_json(session.info().name(), session.head().seq)}};
}

Result<Exit> list_projection(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const auto session, ReadSession::open(info));
  std::vector<Json> rows;
  for (const auto& projection : projections::all_projections()) rows.push_back(store_json(*session, *projection));
  print_listing(call.out,
                {head_json("projection_list", *session),
                 "projections",
                 {{"projection", Text::projection},
                  {"fold_version", Text::fold_version, Align::right},
                  {"position", Text::position},
                  {"lag", Text::lag, Align::right},
                  {"digest", Text::digest},
                  {"error", Text::detail}}},
                rows);
  return Exit::ok;
}

/// A writer keeps its stores open for folding, so its process has to end first.
Result<std::unique_ptr<engine::DiskLock>> keep_writers_out(engine::Disk& disk, const LedgerInfo& info) {
  auto lock = disk.lock(engine::lock_path(info.log_folder()));
  if (lock.has_value() || lock.error().code != ErrorCode::unavailable) return lock;
  return fail_with_hint(ErrorCode::unavailable,
                        "another process writes ledger " + info.name() + " and folds its stores",
                        "end it, then repeat");
}

Result<Exit> run_rebuild(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const auto lock, keep_writers_out(*disk, info));
  LL_ASSIGN(const auto session, ReadSession::open(info));
  LL_ASSIGN(const Projections wanted, projections_of(call.text("NAME")));
  ProgressLine progress(call.out, "rebuild", session->head().seq + 1);
  LL_ASSIGN(const auto digests,
            projections::rebuild_all(wanted, info.stores_folder(), session->log(), [&](Seq seq) { progress.at(seq); }));
  std::vector<Json> rows;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]->name() == "genealogy")
      LL_TRY(projections::refresh_graph(*disk, info.stores_folder(), session->log(), projections::Refresh::now));
    Json row{{"projection", std::string(wanted[i]->name())},
             {"fold_version", wanted[i]->fold_version()},
             {"digest", digests[i].hex()}};
    row["position"] = position_text(info.name(), session->head().seq);
    rows.push_back(std::move(row));
  }
  print_listing(call.out,
                {head_json("projection_rebuild", *session),
                 "projections",
                 {{"projection", Text::projection},
                  {"fold_version", Text::fold_version, Align::right},
                  {"position", Text::position},
                  {"digest", Text::digest}}},
                rows);
  return Exit::ok;
}

Result<Json> verified_row(ReadSession& session, projections::Projection& projection, const Output& output) {
  LL_ASSIGN(const projections::StoreReader* live, session.store(projection.name()));
  const Seq at = live->position().head.seq;
  const Digest recorded = live->digest();
  LL_TRY(live->failure());
  ProgressLine progress(output, "verify " + std::string(projection.name()), at + 1);
  LL_ASSIGN(const Digest replayed,
            projections::replay_digest(projection, session.log(), at, [&](Seq seq) { progress.at(seq); }));
  const bool equal = replayed == recorded;
  Json row{{"projection", std::string(projection.name())}, {"position", position_text(session.info().name(), at)}};
  row["digest"] = recorded.hex();
  row["replayed"] = replayed.hex();
  row["equal"] = equal;
  row["verdict"] = std::string(output.say(equal ? Text::digests_equal : Text::digests_differ));
  return row;
}

Result<Exit> verify_projection(const Call& call) {
  LL_ASSIGN(const LedgerInfo info, ledger_of(call));
  LL_ASSIGN(const auto session, ReadSession::open(info));
  LL_ASSIGN(const Projections wanted, projections_of(call.text("NAME")));
  std::vector<Json> rows;
  bool equal = true;
  for (const auto& projection : wanted) {
    LL_ASSIGN(Json row, verified_row(*session, *projection, call.out));
    equal = equal && row["equal"].get<bool>();
    if (!row["equal"].get<bool>())
      call.out.note("mend it with: lotledger projection rebuild " + std::string(projection->name()));
    rows.push_back(std::move(row));
  }
  Json head = head_json("projection_verify", *session);
  head["ok"] = equal;
  print_listing(call.out,
                {std::move(head),
                 "projections",
                 {{"projection", Text::projection},
                  {"position", Text::position},
                  {"digest", Text::digest},
                  {"verdict", Text::verdict}}},
                rows);
  return equal ? Exit::ok : Exit::negative;
}

Command projection_command(std::string_view path, Bilingual summary, RunCommand run, Example example) {
  Command command;
  command.path = path;
  command.summary = summary;
  command.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  command.examples = {example};
  command.run = run;
  return command;
}

}  // namespace

void add_projection(CommandTable& table) {
  table.groups.push_back(
      {"projection", {"read models: where they stand, whether they are right", "读模型：位置与正确性"}});
  const ArgumentSpec name{"NAME", {"projection (default: all)", "投影（默认：全部）"}, Times::optional};
  table.commands.push_back(
      projection_command("projection list", {"read models with position, lag and digest", "读模型的位置、滞后与摘要"},
                         list_projection, {"projection list", {"where each stands", "各自所在位置"}}));
  table.commands.push_back(projection_command(
      "projection rebuild", {"fold a read model anew beside the old one, then switch", "在旧读模型旁重建并切换"},
      run_rebuild,
      {"projection rebuild genealogy", {"after a doubt, or a new fold version", "存疑或折叠版本更新之后"}}));
  table.commands.back().arguments = {name};
  table.commands.push_back(projection_command(
      "projection verify", {"compare a read model with a fresh fold of the log", "将读模型与日志的重新折叠比较"},
      verify_projection, {"projection verify", {"all of them; exit 1 where one differs", "全部；有差异则退出码 1"}}));
  table.commands.back().arguments = {name};
}

}  // namespace lotledger::cli

// cli/find.cc - find TEXT: things by a scrap of a label.
#include "cli/answer_view.h"
#include "cli/commands.h"
#include "cli/errors.h"
#include "cli/listing.h"
#include "cli/query.h"
#include "projections/search.h"

namespace lotledger::cli {
namespace {

std::string_view name_of_kind(projections::HitKind kind) {
  switch (kind) {
    case projections::HitKind::unit: return "unit";
    case projections::HitKind::document: return "document";
    case projections::HitKind::party: return "party";
    case projections::HitKind::event: return "event";
  }
  return "unknown";
}

Json hit_json(const Query& query, const projections::Hit& hit) {
  Json json{{"kind", std::string(name_of_kind(hit.kind))}, {"field", hit.field}, {"text", hit.text}};
  const bool keyed = !hit.key.bytes().empty();
  json["ref"] = keyed ? Json(hit.key.ref()) : Json();
  json["type"] = keyed ? Json(std::string(lotledger::name_of(hit.key.type()))) : Json();
  json["position"] = query.text(hit.first);
  return json;
}

Result<Exit> run_find(const Call& call) {
  const std::string& text = call.text("TEXT");
  if (text.empty()) return fail(ErrorCode::invalid_input, "TEXT is empty: it would find everything");
  LL_ASSIGN(const auto query, Query::open_all(call));
  LL_ASSIGN(const auto hits, query->find(text));
  note_stale_ledgers(call.out, *query);
  std::vector<Json> rows;
  rows.reserve(hits.size());
  for (const projections::Hit& hit : hits) rows.push_back(hit_json(*query, hit));
  Json head{{"kind", "find"}, {"text", text}, {"position", position_json(query->cut())}};
  const Listing listing{std::move(head),
                        "hits",
                        {{"ref", Text::ref},
                         {"type", Text::type},
                         {"field", Text::field},
                         {"text", Text::value},
                         {"position", Text::position}}};
  print_listing(call.out, listing, rows);
  if (!rows.empty()) return Exit::ok;
  call.out.note("nothing up to " + cut_text(query->cut()) + " holds the text '" + text + "'");
  return Exit::not_found;
}

}  // namespace

void add_find(CommandTable& table) {
  Command find;
  find.path = "find";
  find.summary = {"units, documents and parties by a scrap of a label", "按标签片段查找单元、单据与单位"};
  find.arguments = {
      {"TEXT", {"any part of a lot, serial, order, container or name", "批号、序列号、订单、容器或名称的任意部分"}}};
  find.options = {{"known-at",
                   "TIME|POSITION",
                   {"only what was recorded by then; of several ledgers SZ1:5,SZ2:9",
                    "仅限此时之前已记录的事；多个账本写 SZ1:5,SZ2:9"}}};
  find.formats = {Format::table, Format::json, Format::ndjson, Format::csv};
  find.examples = {
      {"find 26I0457", {"everything that holds this text, exact matches first", "含有此文本的一切，完全匹配在前"}},
      {"find PO-4711 -o json", {"a purchase order, for scripts", "采购订单，供脚本使用"}}};
  find.run = run_find;
  table.commands.push_back(std::move(find));
}

}  // namespace lotledger::cli

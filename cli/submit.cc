// cli/submit.cc - orders of people.
#include "cli/submit.h"

#include "cli/errors.h"
#include "cli/json.h"
#include "cli/submitter.h"
#include "engine/base/random.h"
#include "engine/dispatch.h"
#include "projections/facts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <ostream>

namespace lotledger::cli {

Result<engine::Actor> actor_of(const Call& call) {
  if (call.settings.actor.empty()) {
    return fail_with_hint(ErrorCode::invalid_input, "nobody is named as acting",
                          "give --actor ID, or set LOTLEDGER_ACTOR");
  }
  engine::Actor actor;
  actor.id = ActorId{call.settings.actor};
  return actor;
}

std::string canonical_command(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += std::to_string(field.size()) + ":" + field + ",";
  return text;
}

std::string fresh_id() {
  std::array<std::uint8_t, 16> bytes{};
  SystemRandom().fill(bytes);
  return to_hex(bytes);
}

namespace {

Result<std::optional<engine::Condition>> condition_of(const Call& call, const LedgerInfo& info,
                                                      const engine::Command& command) {
  if (!call.has("if-unchanged-since")) return std::optional<engine::Condition>();
  engine::Condition condition;
  condition.stream = engine::stream_of(command);
  const std::string& since = call.text("if-unchanged-since");
  if (since != "never") {
    LL_ASSIGN(const NamedPosition position, parse_position(since, info.name()));
    condition.last_seq = position.seq;
  }
  return std::optional(condition);
}

}  // namespace

Result<engine::Submission> make_order(const Call& call, const LedgerInfo& info, engine::Command command,
                                      std::vector<std::string> fields) {
  engine::Submission submission;
  submission.dedup = engine::DedupKind::command;
  engine::Body& body = submission.body;
  LL_ASSIGN(body.actor, actor_of(call));
  body.source.system = "cli";
  body.command = CommandId{call.has("command-id") ? call.text("command-id") : fresh_id()};
  body.reason.text = call.text("reason");
  // The login is proved by the operating system; a name given by hand is proved by nobody.
  body.assurance = call.settings.actor_given ? engine::Assurance::none : engine::Assurance::login;
  fields.push_back(body.reason.text);
  body.content = sha256(canonical_command(fields));
  LL_ASSIGN(submission.condition, condition_of(call, info, command));
  submission.command = std::move(command);
  return submission;
}

namespace {

std::string receipt_line(const Output& output, const LedgerInfo& info, const engine::Receipt& receipt) {
  const std::string at = position_text(info.name(), receipt.position.seq);
  const auto say = [&](Text key, const std::string& what) { return fmt::format(fmt::runtime(output.say(key)), what); };
  switch (receipt.outcome) {
    case engine::Outcome::accepted: return say(Text::receipt_accepted, at);
    case engine::Outcome::duplicate: return say(Text::receipt_duplicate, at);
    case engine::Outcome::conflict: return say(Text::receipt_conflict, receipt.detail);
    case engine::Outcome::refused: return say(Text::receipt_refused, receipt.detail);
    case engine::Outcome::rejected: return say(Text::receipt_rejected, at);
  }
  return {};
}

Json receipt_json(const LedgerInfo& info, const engine::Receipt& receipt) {
  Json json{{"kind", "receipt"}, {"position", position_json(info.name(), receipt.position.seq)}};
  json["outcome"] = std::string(engine::name_of(receipt.outcome));
  json["unresolved"] = receipt.unresolved;
  json["rule"] = text_json(receipt.rule);
  json["detail"] = text_json(receipt.detail);
  return json;
}

}  // namespace

Exit print_receipt(const Output& output, const LedgerInfo& info, const engine::Receipt& receipt) {
  const Exit exit = exit_of(receipt.outcome);
  if (output.format == Format::json || output.format == Format::ndjson) {
    const Json json = receipt_json(info, receipt);
    output.out << (output.format == Format::json ? pretty(json) : line_of(json)) << '\n';
  } else {
    std::ostream& to = exit == Exit::ok ? output.out : output.err;
    to << (exit == Exit::ok ? "" : "lotledger: ") << printable(receipt_line(output, info, receipt)) << '\n';
  }
  if (const Rule* rule = rule_named(receipt.rule)) print_rule(output, *rule);
  return exit;
}

namespace {

/// Decides on the state as it is durable now, and records nothing.
Result<Exit> decide_only(const Call& call, const LedgerInfo& info, const engine::Submission& submission) {
  LL_ASSIGN(const auto session, ReadSession::open(info));
  LL_ASSIGN(auto folded, projections::open_for_reading(std::make_unique<projections::FactsProjection>(),
                                                       info.stores_folder(), session->log(), session->head().seq));
  const projections::StoreFacts facts(*folded.store);
  const engine::Stamp stamp{SystemClock().now(),
                            submission.body.source.system,
                            submission.body.actor.id.text,
                            submission.body.reason.text,
                            std::nullopt,
                            true};
  const auto decision = engine::decide_and_judge(facts, *submission.command, stamp);
  const Rule* rule = decision.has_value() ? nullptr : decision.error().rule;
  const std::string detail = decision.has_value() ? std::string() : decision.error().detail;
  if (call.out.format == Format::json || call.out.format == Format::ndjson) {
    Json json{{"kind", "dry_run"}, {"position", position_json(info.name(), session->head().seq)}};
    json["outcome"] = rule == nullptr ? "accepted" : "refused";
    json["rule"] = rule == nullptr ? Json() : Json(std::string(rule->id));
    json["detail"] = text_json(detail);
    call.out.out << (call.out.format == Format::json ? pretty(json) : line_of(json)) << '\n';
  } else {
    call.out.out << fmt::format(fmt::runtime(call.out.say(Text::dry_run)),
                                rule == nullptr ? std::string(call.out.say(Text::dry_run_accepted)) : printable(detail))
                 << '\n';
  }
  if (rule != nullptr) print_rule(call.out, *rule);
  return rule == nullptr ? Exit::ok : Exit::refused;
}

}  // namespace

Result<Exit> submit_orders(const Call& call, const LedgerInfo& info, std::vector<engine::Submission> submissions) {
  Exit worst = Exit::ok;
  if (call.has("dry-run")) {
    for (const engine::Submission& submission : submissions) {
      LL_ASSIGN(const Exit exit, decide_only(call, info, submission));
      if (exit != Exit::ok) worst = exit;
    }
    return worst;
  }
  LL_ASSIGN(const auto submitter, open_submitter(info));
  const auto receipts = submitter->submit(std::move(submissions));
  LL_TRY(submitter->close());
  for (const auto& receipt : receipts) {
    if (!receipt.has_value()) return std::unexpected(receipt.error());
    const Exit exit = print_receipt(call.out, info, *receipt);
    if (exit != Exit::ok) worst = exit;
  }
  return worst;
}

Result<Exit> submit_order(const Call& call, const LedgerInfo& info, engine::Submission submission) {
  std::vector<engine::Submission> one;
  one.push_back(std::move(submission));
  return submit_orders(call, info, std::move(one));
}

}  // namespace lotledger::cli

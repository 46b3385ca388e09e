// connectors/mapping/evaluate.cc - paths, values, conditions.
#include "connectors/mapping/evaluate.h"

#include "engine/base/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::connectors::mapping {
namespace {

constexpr std::size_t k_day_length = 10;    // 2026-03-02
constexpr std::size_t k_offset_length = 6;  // +08:00

using Text = std::expected<std::string, Fault>;

std::unexpected<Fault> no_value(std::string_view path, std::string_view value, std::string what,
                                std::string hint = {}) {
  return std::unexpected(
      Fault{FaultCode::bad_value, std::string(path), quoted(value), std::move(what), std::move(hint)});
}

/// A natural key, or a list, as people write it.
std::string shown(std::string text) {
  std::ranges::replace(text, k_between_keys, ',');
  return text;
}

bool has_offset(std::string_view time) {
  if (time.ends_with('Z') || time.ends_with('z')) return true;
  if (time.size() < k_day_length + k_offset_length) return false;
  const char sign = time[time.size() - k_offset_length];
  return (sign == '+' || sign == '-') && time[time.size() - 3] == ':';
}

/// `2026-03-02` and what follows it: a time only in part.
std::string whole_time(std::string text, const std::string& time, const std::string& offset) {
  if (text.size() == k_day_length && !time.empty()) text += "T" + time;
  const bool timed = text.size() > k_day_length;
  return timed && !has_offset(text) ? text + offset : text;
}

}  // namespace

void Evaluator::read_references() {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const Model* model = mapping_.model_named(records_[i].model);
    if (records_[i].fault || model == nullptr) continue;
    for (const std::vector<std::string>& names : model->keys) {
      if (model->makes_any_of(names)) add_made_key(i, names);
    }
  }
  read_back_references();
}

/// A natural key with fields that are made from others; one of plain fields is known from reading the file.
void Evaluator::add_made_key(std::size_t record, const std::vector<std::string>& names) {
  std::string key;
  for (const std::string& name : names) {
    const auto text = walk(record, name);
    if (!text.has_value()) return;  // What this costs is told where a row needs the field.
    key += (&name == &names.front() ? "" : std::string(1, k_between_keys)) + text->text;
  }
  records_.add_key(record, key);
}

void Evaluator::read_back_references() {
  std::map<std::string, std::unordered_map<std::size_t, std::vector<std::pair<std::string, std::size_t>>>> found;
  for (const auto& [name, back] : mapping_.back) {
    for (std::size_t i = 0; i < records_.size(); ++i) {
      if (records_[i].fault || records_[i].model != back.from) continue;
      const auto fits = holds(i, back.when);
      if (!fits.has_value() || !*fits) continue;
      // What a broken reference costs is told where a row needs it.
      const auto target = walk(i, back.by + ".pk");
      const auto order = back.order.empty() ? Found(Place{}) : walk(i, back.order);
      if (!target.has_value() || !target->record || !order.has_value()) continue;
      found[name][*target->record].emplace_back(order->text, i);
    }
  }
  for (auto& [name, lists] : found) {
    for (auto& [target, list] : lists) {
      std::ranges::stable_sort(list);
      for (const auto& one : list) back_[name][target].push_back(one.second);
    }
  }
}

const std::vector<std::size_t>& Evaluator::referring(std::string_view name, std::size_t record) const {
  static const std::vector<std::size_t> k_none;
  const auto lists = back_.find(name);
  if (lists == back_.end()) return k_none;
  const auto list = lists->second.find(record);
  return list == lists->second.end() ? k_none : list->second;
}

/// To the record that a reference names; nowhere where it is empty.
void Evaluator::follow(Position& at, std::string_view ref, const std::string& key) const {
  if (key.empty()) {
    at.end = Place{};
    return;
  }
  const std::string& target = mapping_.model_named(records_[at.record].model)->refs.find(ref)->second;
  if (const auto found = records_.find(target, key)) return enter(at, found, false);
  at.lost = true;
  at.end =
      no_value(ref, shown(key), fmt::format("no record of {} has this key", target), "is it left out of the export?");
}

/// To a record; a path that ends there means the record itself.
void Evaluator::enter(Position& at, std::optional<std::size_t> record, bool last) const {
  if (!record) {
    at.end = Place{};
    return;
  }
  at.record = *record;
  at.inside.clear();
  if (last) at.end = Place{at.record, records_.label(at.record)};
}

/// Steps that are no field of the record: to other records, and to what is known of it or made; false for a field.
bool Evaluator::step_from_record(Position& at, const Step& step, bool last) {
  const Record& record = records_[at.record];
  if (step.text.starts_with('@')) {
    const auto& list = referring(step.text.substr(1), at.record);
    enter(at, list.empty() ? std::nullopt : std::optional(list.front()), last);
  } else if (step.text == "outer") {
    enter(at, record.outer, last);
  } else if (step.text == "pk") {
    at.end = Place{at.record, record.key};
  } else if (step.text == "model") {
    at.end = Place{{}, record.model};
  } else {
    const Model* model = mapping_.model_named(record.model);
    if (model == nullptr || !model->values.contains(step.text)) return false;
    Found made = this->made(at.record, model->values.find(step.text)->second);
    if (last || !made.has_value() || !model->refs.contains(step.text)) {
      at.end = std::move(made);
    } else {
      follow(at, step.text, made->text);
    }
  }
  return true;
}

void Evaluator::step_into_field(Position& at, const Step& step, bool last) {
  if (at.inside.empty()) {
    const auto fields = records_.fields(at.record);
    if (!fields.has_value()) {
      at.end = no_value(step.text, {}, fields.error().message);
      return;
    }
    at.value = records_.field(at.record, *fields, step.name);
  } else {
    at.value = member(at.value, step.name);
  }
  at.inside += (at.inside.empty() ? "" : ".") + std::string(step.text);
  const Model* model = mapping_.model_named(records_[at.record].model);
  if (!last && model != nullptr && model->refs.contains(at.inside)) follow(at, at.inside, key_text(at.value));
}

Evaluator::Position Evaluator::go(std::size_t record, std::string_view path) {
  Position at;
  at.record = record;
  for (std::string_view rest = path; !rest.empty() && !at.end;) {
    const Step step = next_step(rest);
    if (at.inside.empty() && step_from_record(at, step, rest.empty())) continue;
    step_into_field(at, step, rest.empty());
  }
  return at;
}

Evaluator::Found Evaluator::walk(std::size_t record, std::string_view path) {
  Position at = go(record, path);
  if (at.end) return std::move(*at.end);
  if (at.value.is(JsonKind::object)) return no_value(path, {}, "is an object; the path ends too early");
  return Place{{}, shown(key_text(at.value))};
}

/// A field that is made from others.
Evaluator::Found Evaluator::made(std::size_t record, const Value& value) {
  if (made_depth_ == k_made_depth_max)
    return no_value(value.text, {}, "is made of itself, or of too many other fields");
  ++made_depth_;
  Text text = this->value(record, value);
  --made_depth_;
  if (!text.has_value()) return std::unexpected(std::move(text.error()));
  return Place{{}, std::move(*text)};
}

std::expected<std::string, Fault> Evaluator::value(std::size_t record, const Value& value) {
  switch (value.form) {
    case Value::Form::path: {
      auto found = walk(record, value.text);
      if (!found.has_value()) return std::unexpected(std::move(found.error()));
      return std::move(found->text);
    }
    case Value::Form::constant: return value.text;
    case Value::Form::text_template: return filled(record, value.text);
    case Value::Form::first_of:
      for (const Value& part : value.parts) {
        Text text = this->value(record, part);
        if (!text.has_value() || !text->empty()) return text;
      }
      return std::string();
    case Value::Form::table: return looked_up(record, value);
    case Value::Form::instant: return instant(record, value);
    case Value::Form::sum: return sum(record, value);
  }
  return std::string();
}

Text Evaluator::filled(std::size_t record, std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = text.find('}', open);
    const auto found = walk(record, text.substr(open + 1, close - open - 1));
    if (!found.has_value()) return std::unexpected(found.error());
    if (found->text.empty()) return std::string();
    out += found->text;
    text.remove_prefix(close + 1);
  }
}

Text Evaluator::looked_up(std::size_t record, const Value& value) {
  Text text = this->value(record, value.parts.front());
  if (!text.has_value()) return text;
  if (const auto found = value.words.find(*text); found != value.words.end()) return found->second;
  if (value.otherwise) return *value.otherwise;
  if (text->empty()) return text;
  return no_value(value.parts.front().text, *text, "is no word of the mapping's table", "add it to the mapping");
}

Text Evaluator::instant(std::size_t record, const Value& value) {
  Text text = this->value(record, value.parts.front());
  return text.has_value() ? Text(whole_time(std::move(*text), value.time, value.offset)) : text;
}

/// All texts that the path reaches: those of every record where it goes through `@name`, else the one.
std::expected<std::vector<std::string>, Fault> Evaluator::all_at(std::size_t record, std::string_view path) {
  std::vector<std::string> texts;
  std::vector<std::size_t> from{record};
  const std::size_t at = path.find('@');
  if (at != std::string_view::npos) {
    if (at > 0) {
      const auto head = walk(record, fmt::format("{}pk", path.substr(0, at)));
      if (!head.has_value()) return std::unexpected(head.error());
      if (!head->record) return texts;
      record = *head->record;
    }
    const std::size_t dot = path.find('.', at);
    from = referring(path.substr(at + 1, dot - at - 1), record);
    path = dot == std::string_view::npos ? "pk" : path.substr(dot + 1);
  }
  for (const std::size_t one : from) {
    auto found = walk(one, path);
    if (!found.has_value()) return std::unexpected(std::move(found.error()));
    if (!found->text.empty()) texts.push_back(std::move(found->text));
  }
  return texts;
}

Text Evaluator::sum(std::size_t record, const Value& value) {
  Decimal total;
  bool any = false;
  for (const Value& part : value.parts) {
    const auto texts = all_at(record, part.text);
    if (!texts.has_value()) return std::unexpected(texts.error());
    for (const std::string& text : *texts) {
      const auto number = parse_quantity(text, each());
      if (!number.has_value()) return no_value(part.text, text, number.error().message);
      const auto next = total.plus(Decimal::of(*number));
      if (!next) return no_value(part.text, text, "the sum does not fit into 128 bits");
      total = *next;
      any = true;
    }
  }
  return any ? total.text() : std::string();
}

std::expected<bool, Fault> Evaluator::holds(std::size_t record, const std::vector<Condition>& conditions) {
  std::optional<Fault> unknown;
  for (const Condition& condition : conditions) {
    const auto one = holds(record, condition);
    if (one.has_value() && !*one) return false;
    if (!one.has_value() && !unknown) unknown = one.error();
  }
  if (unknown) return std::unexpected(std::move(*unknown));
  return true;
}

std::expected<bool, Fault> Evaluator::holds(std::size_t record, const Condition& condition) {
  if (condition.test == Condition::Test::found || condition.test == Condition::Test::lost)
    return leads_somewhere(record, condition);
  const auto found = walk(record, condition.path);
  if (!found.has_value()) return std::unexpected(found.error());
  const bool named = std::ranges::find(condition.words, found->text) != condition.words.end();
  switch (condition.test) {
    case Condition::Test::any_of: return named;
    case Condition::Test::none_of: return !named;
    case Condition::Test::present: return !found->text.empty();
    case Condition::Test::absent: return found->text.empty();
    case Condition::Test::first: return found->record == record;
    case Condition::Test::found:
    case Condition::Test::lost: break;  // Above.
  }
  return false;
}

/// Whether the reference leads to a record, or whether it does not, as the condition asks.
std::expected<bool, Fault> Evaluator::leads_somewhere(std::size_t record, const Condition& condition) {
  const Position at = go(record, condition.path + ".pk");
  if (at.end && !at.end->has_value() && !at.lost) return std::unexpected(at.end->error());
  const bool found = at.end && at.end->has_value() && (*at.end)->record;
  return found == (condition.test == Condition::Test::found);
}

}  // namespace lotledger::connectors::mapping

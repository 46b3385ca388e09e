// connectors/mapping/records.cc - one pass over the file, then records by index.
#include "connectors/mapping/records.h"

#include "connectors/base/value_skipper.h"
#include "connectors/mapping/path.h"

#include <fmt/format.h>

#include <algorithm>

namespace lotledger::connectors::mapping {
namespace {

constexpr std::string_view k_mark = "\xEF\xBB\xBF";

bool is_blank(int c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int next_byte(Window& window) {
  while (is_blank(window.peek())) window.advance(1);
  return window.peek();
}

/// Passes over a value; false when the file ends inside it or brackets do not match.
bool skip_value(Window& window) {
  ValueSkipper skipper;
  while (skipper.state() == ValueSkipper::State::inside) {
    const std::string_view ahead = window.ahead();
    if (ahead.empty()) return false;
    window.advance(skipper.feed(ahead));
  }
  return skipper.state() == ValueSkipper::State::done;
}

/// Steps into the first member whose name fits, of the object at the position; false where there is none.
bool enter_member(Window& window, std::string_view name) {
  if (next_byte(window) != '{') return false;
  window.advance(1);
  for (;;) {
    if (next_byte(window) != '"') return false;
    window.mark();
    if (!skip_value(window)) return false;
    const bool found = name_fits(fmt::format("\"{}\"", name), window.marked());
    window.unmark();
    if (next_byte(window) != ':') return false;
    window.advance(1);
    static_cast<void>(next_byte(window));
    if (found) return true;
    if (!skip_value(window) || next_byte(window) != ',') return false;
    window.advance(1);
  }
}

bool enter_list(Window& window, std::string_view path) {
  for (std::string_view rest = path; !rest.empty();) {
    if (!enter_member(window, next_step(rest).name)) return false;
  }
  if (next_byte(window) != '[') return false;
  window.advance(1);
  return true;
}

/// Where the values of a text stand in the file.
class PlacesInside {
 public:
  PlacesInside(const RowPlace& start, std::string_view text) : start_(start), text_(text) {
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
      line_ends_.push_back(at);
  }
  [[nodiscard]] RowPlace of(const JsonValue& value) const {
    const auto before = std::ranges::lower_bound(line_ends_, value.at()) - line_ends_.begin();
    return {start_.offset + value.at(), start_.line + static_cast<std::uint64_t>(before)};
  }
  [[nodiscard]] std::string_view text_of(const JsonValue& value) const { return first_value(text_.substr(value.at())); }

 private:
  RowPlace start_;
  std::string_view text_;
  std::vector<std::size_t> line_ends_;
};

Record inner_record(const JsonValue& value, const PlacesInside& places) {
  Record record;
  record.place = places.of(value);
  const std::string_view text = places.text_of(value);
  record.length = text.size();
  if (!value.is(JsonKind::object))
    record.fault = Fault{FaultCode::wrong_type, {}, quoted(text), "a record is a JSON object", {}};
  return record;
}

/// A value that is a record inside a record, and the member that it is, or stands in the list of.
struct Inside {
  std::string_view member;
  JsonValue value;
};

void add_records(const JsonValue& member, std::vector<Inside>& out) {
  if (member.is(JsonKind::null)) return;
  if (!member.is(JsonKind::array)) return out.push_back({member.name(), member});
  for (const JsonValue one : member.children()) out.push_back({member.name(), one});
}

/// What a path of [model.X.inside] names. A name with a star means all members that it fits, but for texts, numbers and
/// the like.
std::vector<Inside> inside(JsonValue fields, std::string_view path) {
  std::vector<Inside> out;
  Step step = next_step(path);
  for (; !path.empty(); step = next_step(path)) fields = member(fields, step.name);
  if (!fields.is(JsonKind::object)) return out;
  for (const JsonValue one : fields.children()) {
    const bool holds_records = one.is(JsonKind::object) || one.is(JsonKind::array);
    if (one.name() == step.name || (holds_records && name_fits(step.name, one.name()))) add_records(one, out);
  }
  return out;
}

std::string index_key(std::string_view model, std::string_view key) {
  return fmt::format("{}\n{}", model, key);
}

}  // namespace

std::string key_text(const JsonValue& value) {
  if (!value || value.is(JsonKind::null) || value.is(JsonKind::object)) return {};
  if (!value.is(JsonKind::array)) return std::string(value.text());
  std::string out;
  for (const JsonValue one : value.children()) {
    if (!out.empty()) out.push_back(k_between_keys);
    if (!one.is(JsonKind::null)) out += one.text();
  }
  return out;
}

Result<std::unique_ptr<Records>> Records::over(std::unique_ptr<ByteSource> source, const std::string& name,
                                               const Mapping& mapping) {
  std::unique_ptr<Records> records(new Records(std::move(source), mapping));
  std::string tried;
  for (const std::string& path : mapping.records) {
    LL_ASSIGN(const bool found, records->read_list(path));
    if (found) return records;
    tried += (tried.empty() ? "" : ", ") + (path.empty() ? "the file itself" : "'" + path + "'");
  }
  return fail(ErrorCode::invalid_input, fmt::format("{}: holds no list of records; looked at {}", name, tried));
}

/// Reads the list at the path; false where there is none.
Result<bool> Records::read_list(const std::string& path) {
  Window window(*source_, k_record_bytes_max);
  if (window.ahead().starts_with(k_mark)) window.advance(k_mark.size());
  if (!enter_list(window, path)) {
    LL_TRY(window.status());
    return false;
  }
  if (next_byte(window) == ']') return true;
  while (read_record(window)) {
  }
  LL_TRY(window.status());
  return true;
}

/// Takes the record at the position; false when none follows it.
bool Records::read_record(Window& window) {
  static_cast<void>(next_byte(window));
  Record record;
  record.place = {window.offset(), window.line()};
  window.mark();
  const bool ended = skip_value(window);
  record.length = window.offset() - record.place.offset;
  const std::string text(window.marked());
  const bool whole = window.marked_is_whole() && record.length <= k_record_bytes_max;  // A window may keep more.
  window.unmark();
  if (!ended) {
    record.fault = Fault{FaultCode::syntax,
                         {},
                         quoted(text),
                         "the file ends, or breaks off, inside this record",
                         "what stands behind it was not read; export it again"};
    records_.push_back(std::move(record));
    return false;
  }
  take(std::move(record), text, whole);
  const int behind = next_byte(window);
  if (behind == ',') {
    window.advance(1);
    return true;
  }
  if (behind == ']') return false;
  Record end;
  end.place = {window.offset(), window.line()};
  end.fault = Fault{FaultCode::syntax,
                    {},
                    quoted(window.ahead().substr(0, 40)),
                    "the list of records breaks off here",
                    "what stands behind it was not read; export it again"};
  records_.push_back(std::move(end));
  return false;
}

void Records::take(Record record, std::string_view text, bool whole) {
  const std::size_t index = records_.size();
  if (!whole) {
    record.fault =
        Fault{FaultCode::limit, {}, quoted(text), fmt::format("is longer than {} bytes", k_record_bytes_max), {}};
    records_.push_back(std::move(record));
    return;
  }
  const auto parsed = parser_.parse(text);
  if (!parsed.has_value()) {
    const JsonFault& fault = parsed.error();
    record.fault =
        Fault{fault.code, fault.field, fault.value, fault.what, fmt::format("at byte {} of the record", fault.at + 1)};
  } else if (!parsed->is(JsonKind::object)) {
    record.fault = Fault{FaultCode::wrong_type, {}, quoted(text), "a record is a JSON object", {}};
  } else {
    identify(*parsed, record);
  }
  records_.push_back(std::move(record));
  if (!records_.back().fault) remember(*parsed, index);
  if (!records_.back().fault) take_inside(*parsed, index, text);
}

/// Takes the records that stand in the record of that index, whose bytes are `text`, and those that stand in them.
void Records::take_inside(const JsonValue& root, std::size_t index, std::string_view text) {
  struct Taken {
    JsonValue root;
    std::size_t index;
  };
  const PlacesInside places(records_[index].place, text);
  std::vector<Taken> taken{{root, index}};
  for (std::size_t next = 0; next < taken.size(); ++next) {
    const Taken outer = taken[next];
    const Model* model = mapping_.model_named(records_[outer.index].model);
    if (model == nullptr || records_[outer.index].fault) continue;
    const JsonValue fields = fields_of(outer.root, records_[outer.index].outer.has_value());
    for (const auto& [path, name] : model->inside) {
      for (const Inside& one : inside(fields, path)) {
        Record record = inner_record(one.value, places);
        record.outer = outer.index;
        name_model(record, name.empty() ? one.member : name);
        records_.push_back(std::move(record));
        if (!records_.back().fault) remember(one.value, records_.size() - 1);
        taken.push_back({one.value, records_.size() - 1});
      }
    }
  }
}

/// Gives the record its model, by the name that the mapping has for it.
void Records::name_model(Record& record, std::string_view name) const {
  const std::string_view own = mapping_.known_as(name);
  record.known = !own.empty();
  record.model = record.known ? own : name;
}

void Records::identify(const JsonValue& root, Record& record) {
  std::string model;
  for (const std::string& name : mapping_.model) {
    if (model.empty()) model = key_text(root.find(name));
  }
  for (const std::string& name : mapping_.key) {
    if (record.key.empty()) record.key = key_text(root.find(name));
  }
  name_model(record, model.empty() ? mapping_.usual_model : model);
  if (record.model.empty())
    record.fault = Fault{FaultCode::missing, mapping_.model.front(), {}, "does not say what the record is", {}};
}

/// Lets references find the record by its key and by its natural keys.
void Records::remember(const JsonValue& root, std::size_t index) {
  const Model* model = mapping_.model_named(records_[index].model);
  if (model == nullptr) return;
  Record& record = records_[index];
  if (!record.key.empty() && !by_key_.try_emplace(index_key(record.model, record.key), index).second) {
    record.fault = Fault{FaultCode::duplicate,
                         mapping_.key.front(),
                         quoted(record.key),
                         fmt::format("another record of {} has this key", record.model),
                         {}};
    return;
  }
  const JsonValue fields = fields_of(root, record.outer.has_value());
  for (const std::vector<std::string>& names : model->keys) {
    if (model->makes_any_of(names)) continue;  // The evaluator makes fields, and adds the key.
    std::string key;
    for (const std::string& name : names)
      key += (&name == &names.front() ? "" : std::string(1, k_between_keys)) + key_text(field(index, fields, name));
    add_key(index, key);
  }
}

void Records::add_key(std::size_t index, std::string_view key) {
  by_key_.try_emplace(index_key(records_[index].model, key), index);
}

/// A record of the list has them where the mapping says, one inside a record is its own fields.
JsonValue Records::fields_of(const JsonValue& root, bool inside) const {
  if (inside) return root;
  for (const std::string& name : mapping_.fields) {
    if (name.empty()) return root;
    if (const JsonValue found = root.find(name); found.is(JsonKind::object)) return found;
  }
  return {};
}

JsonValue Records::field(std::size_t index, const JsonValue& fields, std::string_view name) const {
  if (!fields.is(JsonKind::object)) return {};
  const JsonValue own = member(fields, name);
  if (own && !own.is(JsonKind::null)) return own;
  const Model* model = mapping_.model_named(records_[index].model);
  const auto found = model == nullptr ? decltype(model->fields.begin()){} : model->fields.find(name);
  if (model == nullptr || found == model->fields.end()) return own;
  for (const std::string& other : found->second) {
    if (const JsonValue value = member(fields, other); value && !value.is(JsonKind::null)) return value;
  }
  return own;
}

std::optional<std::size_t> Records::find(std::string_view model, std::string_view key) const {
  const auto found = by_key_.find(index_key(model, key));
  return found == by_key_.end() ? std::nullopt : std::optional(found->second);
}

std::string Records::label(std::size_t index) const {
  std::string label;
  for (std::optional<std::size_t> at = index; at; at = records_[*at].outer) {
    const Record& record = records_[*at];
    label += (label.empty() ? "" : " in ") + record.model + (record.key.empty() ? "" : " ") + record.key;
  }
  return label;
}

Result<std::string> Records::text(std::size_t index) const {
  const Record& record = records_[index];
  std::string text(std::min<std::uint64_t>(record.length, k_record_bytes_max), '\0');
  LL_ASSIGN(const std::size_t got, source_->read_at(record.place.offset, text));
  text.resize(got);
  return text;
}

Result<JsonValue> Records::fields(std::size_t index) {
  for (Slot& slot : slots_) {
    if (slot.record != index) continue;
    slot.used = ++uses_;
    return fields_of(slot.root, records_[index].outer.has_value());
  }
  // The one that was used longest ago: the record around many others stays.
  Slot& slot = *std::ranges::min_element(slots_, {}, &Slot::used);
  slot.record = static_cast<std::size_t>(-1);
  LL_ASSIGN(slot.text, text(index));
  const auto parsed = slot.parser.parse(slot.text);
  if (!parsed.has_value())
    return fail(ErrorCode::io,
                fmt::format("record at byte {} has changed while the file was read", records_[index].place.offset));
  slot.root = *parsed;
  slot.record = index;
  slot.used = ++uses_;
  return fields_of(slot.root, records_[index].outer.has_value());
}

}  // namespace lotledger::connectors::mapping

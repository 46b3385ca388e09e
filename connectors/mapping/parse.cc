// connectors/mapping/parse.cc - TOML to a mapping, or everything that is wrong with it. The only part that knows
// toml++.
#include "connectors/mapping/mapping.h"

#include "connectors/base/fault.h"
#include "connectors/mapping/path.h"
#include "engine/base/hash.h"
#include "engine/base/time.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

namespace lotledger::connectors::mapping {
namespace {

using Names = std::vector<std::string_view>;

const toml::table k_no_table;

class Parser {
 public:
  explicit Parser(std::string_view name) : name_(name) {}

  Mapping read(const toml::table& root) {
    check_names(root, {"source", "model", "back", "row", "left_out"});
    source(table_at(root, "source", root));
    for (const auto& [name, node] : table_at(root, "model")) model(name.str(), node);
    for (const auto& [name, node] : table_at(root, "back")) back(name.str(), node);
    each_table(root, "row", [&](const toml::table& one) { row(one); });
    each_table(root, "left_out", [&](const toml::table& one) { left_out(one); });
    if (out_.rows.empty()) problem(root, "has no [[row]]: nothing would be taken");
    check_references(root);
    return std::move(out_);
  }

  std::vector<std::string> problems;

 private:
  void problem(const toml::node& node, std::string_view what) {
    problems.push_back(fmt::format("{}:{}: {}", name_, node.source().begin.line, what));
  }

  void check_names(const toml::table& table, const Names& names) {
    for (const auto& [name, node] : table) {
      if (std::ranges::find(names, name.str()) != names.end()) continue;
      const std::string_view near = nearest(name.str(), names);
      problem(node, fmt::format("'{}' is not known here{}", name.str(),
                                near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
  }

  /// The table of that name, or an empty one; no copy, which would not know its line.
  const toml::table& table_at(const toml::table& in, std::string_view name, const toml::table& wanted_in = k_no_table) {
    const toml::node* node = in.get(name);
    if (node != nullptr && node->is_table()) return *node->as_table();
    if (node != nullptr) problem(*node, fmt::format("'{}' must be a table", name));
    if (node == nullptr && !wanted_in.empty()) problem(wanted_in, fmt::format("[{}] is missing", name));
    return k_no_table;
  }

  template <typename Use>
  void each_table(const toml::table& in, std::string_view name, const Use& use) {
    const toml::node* node = in.get(name);
    if (node == nullptr) return;
    if (!node->is_array_of_tables()) return problem(*node, fmt::format("write [[{}]]", name));
    for (const toml::node& one : *node->as_array()) use(*one.as_table());
  }

  /// A text, number or truth value as text.
  std::optional<std::string> scalar(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return std::to_string(number->get());
    if (const auto* flag = node.as_boolean()) return std::string(flag->get() ? "true" : "false");
    problem(node, "must be a text, a whole number, true or false");
    return std::nullopt;
  }

  std::string text_at(const toml::table& in, std::string_view name) {
    const toml::node* node = in.get(name);
    return node == nullptr ? std::string() : scalar(*node).value_or("");
  }

  /// One text or a list of them.
  std::vector<std::string> texts(const toml::node& node) {
    std::vector<std::string> out;
    if (const auto* list = node.as_array()) {
      for (const toml::node& one : *list) {
        if (auto text = scalar(one)) out.push_back(std::move(*text));
      }
    } else if (auto text = scalar(node)) {
      out.push_back(std::move(*text));
    }
    return out;
  }

  void texts_at(const toml::table& in, std::string_view name, std::vector<std::string>& out) {
    if (const toml::node* node = in.get(name)) out = texts(*node);
  }

  void source(const toml::table& in) {
    check_names(in, {"name", "records", "model", "usual_model", "key", "fields", "offset"});
    out_.name = text_at(in, "name");
    const bool sound = !out_.name.empty() && std::ranges::all_of(out_.name, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    if (!sound || out_.name == "plain" || out_.name == "epcis")
      problem(in, fmt::format("source.name '{}': letters a-z, digits, - and _; not plain, not epcis", out_.name));
    texts_at(in, "records", out_.records);
    for (const std::string& path : out_.records) {
      if (!path.empty()) check_path(path, in);
    }
    texts_at(in, "model", out_.model);
    out_.usual_model = text_at(in, "usual_model");
    if (!out_.usual_model.empty()) wanted_models_.emplace_back(out_.usual_model, line_of(in));
    texts_at(in, "key", out_.key);
    texts_at(in, "fields", out_.fields);
    out_.offset = text_at(in, "offset");
    check_offset(in, out_.offset);
  }

  void check_offset(const toml::node& node, const std::string& offset) {
    if (!offset.empty() && !parse_offset(offset).has_value())
      problem(node, fmt::format("offset '{}' is none; write +08:00", offset));
  }

  void model(std::string_view name, const toml::node& node) {
    const auto* in = node.as_table();
    if (in == nullptr) return problem(node, "a model is a table");
    check_names(*in, {"also", "keys", "inside", "refs", "fields", "values"});
    Model& model = out_.models[std::string(name)];
    texts_at(*in, "also", model.also);
    for (const std::string& other : model.also) {
      if (!is_name_pattern(other)) problem(node, fmt::format("also '{}': a name has one * at most", other));
    }
    if (const toml::node* keys = in->get("keys")) natural_keys(*keys, model);
    inner_records(table_at(*in, "inside"), model);
    for (const auto& [path, target] : table_at(*in, "refs")) {
      model.refs[std::string(path.str())] = scalar(target).value_or("");
      wanted_models_.emplace_back(scalar(target).value_or(""), line_of(target));
    }
    for (const auto& [field, names] : table_at(*in, "fields")) model.fields[std::string(field.str())] = texts(names);
    for (const auto& [field, node_of_value] : table_at(*in, "values"))
      model.values[std::string(field.str())] = value(node_of_value, 1);
  }

  void inner_records(const toml::table& in, Model& model) {
    for (const auto& [path, target] : in) {
      check_path(path.str(), target);
      std::string name = scalar(target).value_or("");
      if (!name.empty()) wanted_models_.emplace_back(name, line_of(target));
      model.inside[std::string(path.str())] = std::move(name);
    }
  }

  void natural_keys(const toml::node& node, Model& model) {
    const auto* list = node.as_array();
    if (list == nullptr) return problem(node, "keys is a list of lists: [[\"name\", \"IPN\"]]");
    for (const toml::node& one : *list) model.keys.push_back(texts(one));
  }

  void back(std::string_view name, const toml::node& node) {
    const auto* in = node.as_table();
    if (in == nullptr) return problem(node, "a back reference is a table");
    check_names(*in, {"from", "by", "order", "when"});
    BackReference& out = out_.back[std::string(name)];
    out.from = text_at(*in, "from");
    out.by = text_at(*in, "by");
    out.order = text_at(*in, "order");
    if (out.from.empty() || out.by.empty()) problem(node, "needs from (a model) and by (the field that refers)");
    wanted_models_.emplace_back(out.from, line_of(node));
    out.when = conditions(*in);
  }

  std::vector<std::string> models_of(const toml::table& in) {
    std::vector<std::string> from;
    texts_at(in, "from", from);
    if (from.empty()) problem(in, "needs from: the model of the records");
    for (const std::string& name : from) {
      if (out_.known_as(name) != name) out_.models.try_emplace(name);
    }
    return from;
  }

  void row(const toml::table& in) {
    check_names(in, {"kind", "from", "when", "columns"});
    const std::string name = text_at(in, "kind");
    const auto kind = plain::kind_named(name);
    std::vector<std::string> from = models_of(in);
    std::vector<Condition> when = conditions(in);
    if (!kind) {
      std::string kinds;
      for (const std::string_view one : plain::kind_names()) kinds += " " + std::string(one);
      return problem(in, fmt::format("kind '{}' is none of:{}", name, kinds));
    }
    RowRule rule{*kind, std::move(from), std::move(when), {}};
    const toml::table& columns = table_at(in, "columns", in);
    for (const auto& [column, node] : columns) {
      const auto known = plain::column_named(*kind, column.str());
      if (known) {
        rule.columns.push_back({*known, value(node, 1)});
      } else {
        unknown_column(*kind, column.str(), node);
      }
    }
    check_needed(*kind, columns, in);
    out_.rows.push_back(std::move(rule));
  }

  void unknown_column(plain::Kind kind, std::string_view column, const toml::node& node) {
    Names names;
    for (const plain::Use& use : plain::columns_of(kind)) names.push_back(plain::name_of(use.column));
    const std::string_view near = nearest(column, names);
    problem(node, fmt::format("'{}' is no column of {}{}", column, plain::name_of(kind),
                              near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }

  void check_needed(plain::Kind kind, const toml::table& columns, const toml::node& at) {
    for (const plain::Use& use : plain::columns_of(kind)) {
      const std::string_view name = plain::name_of(use.column);
      if (use.need == plain::Need::must && !columns.contains(name))
        problem(at, fmt::format("{} need the column '{}'", plain::name_of(kind), name));
    }
  }

  void left_out(const toml::table& in) {
    check_names(in, {"from", "when", "because"});
    LeftOut out{models_of(in), conditions(in), text_at(in, "because")};
    if (out.because.empty()) problem(in, "needs because: why are these left out?");
    out_.left_out.push_back(std::move(out));
  }

  std::vector<Condition> conditions(const toml::table& in) {
    std::vector<Condition> out;
    for (const auto& [path, node] : table_at(in, "when")) {
      check_path(path.str(), node);
      out.push_back(condition(path.str(), node));
    }
    return out;
  }

  Condition condition(std::string_view path, const toml::node& node) {
    Condition out{std::string(path), Condition::Test::any_of, {}};
    const auto* table = node.as_table();
    if (table == nullptr) {
      out.words = texts(node);
      return out;
    }
    check_names(*table, {"present", "first", "found", "not"});
    if (const toml::node* present = table->get("present")) {
      out.test = present->value_or(true) ? Condition::Test::present : Condition::Test::absent;
    } else if (table->contains("first")) {
      out.test = Condition::Test::first;
    } else if (const toml::node* found = table->get("found")) {
      out.test = found->value_or(true) ? Condition::Test::found : Condition::Test::lost;
      wanted_refs_.emplace_back(path, line_of(node));
    } else if (const toml::node* words = table->get("not")) {
      out.test = Condition::Test::none_of;
      out.words = texts(*words);
    } else {
      problem(node,
              "a condition is a value, a list, {not = ...}, {present = true or false}, {first = true} or "
              "{found = true or false}");
    }
    return out;
  }

  Value value(const toml::node& node, std::size_t depth) {
    Value out;
    if (depth > k_value_depth_max) {
      problem(node, "values stand too deep in each other");
    } else if (node.is_string()) {
      out.text = node.as_string()->get();
      check_path(out.text, node);
    } else if (node.is_array()) {
      out.form = Value::Form::first_of;
      out.parts = values(*node.as_array(), depth);
    } else if (node.is_table()) {
      return table_value(*node.as_table(), depth);
    } else {
      problem(node, "a value is a path, a list of values, or a table; a constant is {const = ...}");
    }
    return out;
  }

  std::vector<Value> values(const toml::array& list, std::size_t depth) {
    std::vector<Value> out;
    for (const toml::node& one : list) out.push_back(value(one, depth + 1));
    return out;
  }

  Value table_value(const toml::table& in, std::size_t depth) {
    Value out;
    if (in.contains("const")) {
      check_names(in, {"const"});
      out.form = Value::Form::constant;
      out.text = text_at(in, "const");
    } else if (in.contains("template")) {
      check_names(in, {"template"});
      out.form = Value::Form::text_template;
      out.text = text_at(in, "template");
      check_template(out.text, in);
    } else if (const toml::node* sum = in.get("sum")) {
      check_names(in, {"sum"});
      out.form = Value::Form::sum;
      if (sum->is_array()) out.parts = values(*sum->as_array(), depth);
    } else if (const toml::node* of = in.get("instant")) {
      check_names(in, {"instant", "time", "offset"});
      out.form = Value::Form::instant;
      out.parts.push_back(value(*of, depth + 1));
      out.time = text_at(in, "time");
      out.offset = in.contains("offset") ? text_at(in, "offset") : out_.offset;
      check_offset(in, out.offset);
    } else if (const toml::node* from = in.get("of")) {
      check_names(in, {"of", "map", "default"});
      out.form = Value::Form::table;
      out.parts.push_back(value(*from, depth + 1));
      for (const auto& [word, to] : table_at(in, "map", in))
        out.words[std::string(word.str())] = scalar(to).value_or("");
      if (const toml::node* otherwise = in.get("default")) out.otherwise = scalar(*otherwise);
    } else {
      problem(in, "a value that is a table has const, template, sum, instant, or of with map");
    }
    return out;
  }

  void check_path(std::string_view path, const toml::node& node) {
    if (const std::string fault = path_fault(path); !fault.empty()) return problem(node, fault);
    for (std::string_view rest = path; !rest.empty();) {
      const Step step = next_step(rest);
      if (step.text.starts_with('@')) wanted_back_.emplace_back(step.text.substr(1), line_of(node));
    }
  }

  void check_template(std::string_view text, const toml::node& node) {
    for (std::size_t at = 0; (at = text.find('{', at)) != std::string_view::npos; ++at) {
      const std::size_t end = text.find('}', at);
      if (end == std::string_view::npos) return problem(node, fmt::format("'{}': a {{ is not closed", text));
      check_path(text.substr(at + 1, end - at - 1), node);
    }
  }

  static std::uint32_t line_of(const toml::node& node) { return node.source().begin.line; }

  void check_references(const toml::table& /*root*/) {
    for (const auto& [name, line] : wanted_models_) {
      if (!out_.known_as(name).empty()) continue;
      problems.push_back(fmt::format("{}:{}: model '{}' is not in the mapping", name_, line, name));
    }
    for (const auto& [name, line] : wanted_back_) {
      if (out_.back.contains(name)) continue;
      problems.push_back(fmt::format("{}:{}: '@{}' is no back reference; add [back.{}]", name_, line, name, name));
    }
    for (const auto& [path, line] : wanted_refs_) {
      if (ends_at_reference(path)) continue;
      problems.push_back(fmt::format("{}:{}: '{}' ends at no reference of a model", name_, line, path));
    }
  }

  [[nodiscard]] bool ends_at_reference(std::string_view path) const {
    return std::ranges::any_of(out_.models, [&](const auto& model) {
      return std::ranges::any_of(model.second.refs,
                                 [&](const auto& ref) { return path == ref.first || path.ends_with("." + ref.first); });
    });
  }

  std::string name_;
  Mapping out_;
  std::vector<std::pair<std::string, std::uint32_t>> wanted_models_, wanted_back_, wanted_refs_;
};

}  // namespace

bool Model::makes_any_of(const std::vector<std::string>& names) const {
  return std::ranges::any_of(names, [&](const std::string& name) { return values.contains(name); });
}

const Model* Mapping::model_named(std::string_view wanted) const {
  const auto found = models.find(wanted);
  return found == models.end() ? nullptr : &found->second;
}

std::string_view Mapping::known_as(std::string_view wanted) const {
  if (const auto found = models.find(wanted); found != models.end()) return found->first;
  for (const auto& [own, about] : models) {
    if (std::ranges::any_of(about.also, [&](const std::string& also) { return name_fits(also, wanted); })) return own;
  }
  return {};
}

Result<Mapping> parse_mapping(std::string_view text, std::string_view name) {
  try {
    const toml::table root = toml::parse(text, name);
    Parser parser(name);
    Mapping out = parser.read(root);
    out.hash = sha256(text).hex();
    if (parser.problems.empty()) return out;
    std::ranges::sort(parser.problems);
    return fail(ErrorCode::invalid_input, fmt::format("{}", fmt::join(parser.problems, "\n")));
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::invalid_input,
                fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()));
  }
}

}  // namespace lotledger::connectors::mapping

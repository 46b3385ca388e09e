// connectors/epcis/xml_event.cc - XML elements as JSON members, by a table of the shapes that EPCIS 2.0 gives them.
// Without recursion: what is still to be written stands on a stack.
#include "connectors/epcis/xml_event.h"

#include "connectors/base/json_tree.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace lotledger::connectors::epcis {

namespace {

/// What an element is, which decides what its children are.
enum class Shape : std::uint8_t {
  event,
  place,
  error,
  quantity,
  persistent,
  sensor_element,
  sensor_metadata,
  sensor_report,
  ilmd,
  vocabulary,
  vocabulary_element,
  foreign,  ///< Of somebody's own namespace: anything goes.
};

/// How a child is written in JSON.
enum class Form : std::uint8_t {
  text,
  number,
  boolean,
  object,           ///< Of the shape of its rule.
  text_list,        ///< A list of the texts of its children, all named `item`.
  object_list,      ///< A list of its children, objects of the shape of its rule, all named `item`.
  typed_list,       ///< Its children as {"type": attribute, item: text}.
  repeated_text,    ///< The element itself repeats: a list of texts.
  repeated_object,  ///< The element itself repeats: a list of objects.
  attributes,       ///< The element repeats: {"id": attribute, "attribute": content} in the list "attributes".
  foreign,
};

struct Rule {
  Shape in;
  std::string_view name;
  Form form;
  std::string_view item;
  Shape shape;
  std::string_view json;  ///< Its name in JSON where that differs.
};

constexpr Rule list_of(Shape in, std::string_view name, Form form, std::string_view item,
                       Shape shape = Shape::foreign) {
  return {in, name, form, item, shape, name};
}
constexpr Rule of(Shape in, std::string_view name, Form form, Shape shape = Shape::foreign) {
  return {in, name, form, {}, shape, name};
}

constexpr std::array k_rules{
    list_of(Shape::event, "epcList", Form::text_list, "epc"),
    list_of(Shape::event, "childEPCs", Form::text_list, "epc"),
    list_of(Shape::event, "inputEPCList", Form::text_list, "epc"),
    list_of(Shape::event, "outputEPCList", Form::text_list, "epc"),
    list_of(Shape::event, "quantityList", Form::object_list, "quantityElement", Shape::quantity),
    list_of(Shape::event, "childQuantityList", Form::object_list, "quantityElement", Shape::quantity),
    list_of(Shape::event, "inputQuantityList", Form::object_list, "quantityElement", Shape::quantity),
    list_of(Shape::event, "outputQuantityList", Form::object_list, "quantityElement", Shape::quantity),
    list_of(Shape::event, "bizTransactionList", Form::typed_list, "bizTransaction"),
    list_of(Shape::event, "sourceList", Form::typed_list, "source"),
    list_of(Shape::event, "destinationList", Form::typed_list, "destination"),
    list_of(Shape::event, "sensorElementList", Form::object_list, "sensorElement", Shape::sensor_element),
    of(Shape::event, "readPoint", Form::object, Shape::place),
    of(Shape::event, "bizLocation", Form::object, Shape::place),
    of(Shape::event, "errorDeclaration", Form::object, Shape::error),
    of(Shape::event, "persistentDisposition", Form::object, Shape::persistent),
    of(Shape::event, "ilmd", Form::object, Shape::ilmd),
    of(Shape::event, "certificationInfo", Form::repeated_text),
    of(Shape::quantity, "quantity", Form::number),
    list_of(Shape::error, "correctiveEventIDs", Form::text_list, "correctiveEventID"),
    of(Shape::persistent, "set", Form::repeated_text),
    of(Shape::persistent, "unset", Form::repeated_text),
    of(Shape::sensor_element, "sensorMetadata", Form::object, Shape::sensor_metadata),
    of(Shape::sensor_element, "sensorReport", Form::repeated_object, Shape::sensor_report),
    of(Shape::sensor_report, "value", Form::number),
    of(Shape::sensor_report, "minValue", Form::number),
    of(Shape::sensor_report, "maxValue", Form::number),
    of(Shape::sensor_report, "meanValue", Form::number),
    of(Shape::sensor_report, "sDev", Form::number),
    of(Shape::sensor_report, "percRank", Form::number),
    of(Shape::sensor_report, "percValue", Form::number),
    of(Shape::sensor_report, "booleanValue", Form::boolean),
    Rule{Shape::vocabulary, "VocabularyElementList", Form::object_list, "VocabularyElement", Shape::vocabulary_element,
         "vocabularyElementList"},
    Rule{Shape::vocabulary_element, "attribute", Form::attributes, {}, Shape::foreign, "attributes"},
    list_of(Shape::vocabulary_element, "children", Form::text_list, "id"),
};

constexpr std::array<std::string_view, 8> k_standard_spaces{"urn:epcglobal:epcis:xsd:1",
                                                            "urn:epcglobal:epcis:xsd:2",
                                                            "urn:epcglobal:epcis-query:xsd:1",
                                                            "urn:epcglobal:epcis-query:xsd:2",
                                                            "urn:epcglobal:epcis-masterdata:xsd:1",
                                                            "urn:epcglobal:epcis-masterdata:xsd:2",
                                                            "urn:epcglobal:xsd:1",
                                                            ""};
constexpr std::string_view k_instance_space = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view k_xml_space = "http://www.w3.org/XML/1998/namespace";

constexpr std::size_t k_faults_max = 100;

bool is_standard_space(std::string_view space) {
  return std::ranges::find(k_standard_spaces, space) != k_standard_spaces.end();
}
bool is_standard(const XmlNode& node) {
  return node.is_declared() && is_standard_space(node.space);
}

/// Attributes that speak of the XML and not of the event.
bool is_about_xml(const XmlNode& node) {
  return node.is_attribute && (node.space == k_instance_space || node.space == k_xml_space);
}

/// `xsi:nil`: the element says that there is no value.
bool is_nil(const std::vector<XmlNode>& nodes, std::uint32_t node) {
  for (std::uint32_t i = node + 1; i < nodes[node].end && nodes[i].is_attribute; ++i) {
    if (nodes[i].space == k_instance_space && nodes[i].local == "nil")
      return nodes[i].text == "true" || nodes[i].text == "1";
  }
  return false;
}

/// What EPCIS 1.2 puts around the fields that came after 1.0.
bool is_wrapper(const XmlNode& node) {
  return !node.is_attribute && is_standard(node) && (node.local == "extension" || node.local == "baseExtension");
}

Rule rule_of(Shape in, const XmlNode& node) {
  if (in == Shape::foreign || !is_standard(node)) return of(in, node.local, Form::foreign);
  const auto found =
      std::ranges::find_if(k_rules, [&](const Rule& rule) { return rule.in == in && rule.name == node.local; });
  // A field that no rule names is a text of the standard, or unknown; with children it can only be the latter.
  return found != k_rules.end() ? *found : of(in, node.local, Form::foreign);
}

bool repeats(Form form) {
  return form == Form::repeated_text || form == Form::repeated_object || form == Form::attributes;
}

/// A number of XML as JSON writes it; nullopt where it is none (`INF`, a word).
std::optional<std::string> json_number(std::string_view text) {
  text = xml_trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  while (text.size() > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9') text.remove_prefix(1);
  const std::size_t mantissa = std::min(text.find_first_of("eE"), text.size());
  std::string number(text.substr(0, mantissa));
  if (number.starts_with('.')) number.insert(0, "0");
  if (number.ends_with('.')) number.pop_back();
  number = (negative ? "-" : "") + number + std::string(text.substr(mantissa));
  return is_json_number(number) ? std::optional(std::move(number)) : std::nullopt;
}

/// Writes one element.
class Writer {
 public:
  Writer(const XmlParser& xml, std::string_view path) : nodes_(xml.nodes()), path_(path) {
    // The outermost declaration of a prefix is the one that values mean.
    for (const XmlDeclaration& found : xml.declarations()) declared_.try_emplace(found.prefix, found.uri);
  }
  std::expected<std::string, std::vector<Fault>> event();
  std::expected<std::string, std::vector<Fault>> vocabulary();

 private:
  /// What is still to be written: fixed text, or a node in a form.
  struct Task {
    std::string literal;
    std::uint32_t node = 0;
    Rule rule = of(Shape::foreign, {}, Form::foreign);
    bool is_node = false;
  };
  /// A member of an object: one name, one or more nodes.
  struct Member {
    std::string name;
    Rule rule;
    std::vector<std::uint32_t> nodes;
  };
  /// In the order in which their names first stand.
  struct Members {
    std::vector<Member> list;
    std::map<std::string, std::size_t> by_name;
  };

  void object(std::uint32_t node, Shape shape, std::string_view first);
  Members members_of(std::uint32_t node, Shape shape);
  void add_member(Members& members, std::uint32_t node, Shape shape);
  void run();
  void write(const Task& task);
  void member(const Member& member, std::vector<Task>& tasks);
  void text_list(const Task& task);
  void object_list(const Task& task);
  void typed_list(const Task& task);
  void attribute_entry(const Task& task);
  void foreign(const Task& task);
  void scalar(const Task& task);
  bool holds_only(const Task& task);
  bool is_text(std::uint32_t node);
  std::string text_of(std::uint32_t node);
  std::string name_of(const XmlNode& node);
  std::string prefix_of(const XmlNode& node);
  std::vector<std::uint32_t> children_of(std::uint32_t node) const;
  void push(std::vector<Task> tasks);
  void fault(FaultCode code, std::uint32_t node, std::string what, std::string hint = {});
  [[nodiscard]] std::string path_of(std::uint32_t node) const;
  std::expected<std::string, std::vector<Fault>> done(std::string_view head);

  const std::vector<XmlNode>& nodes_;
  std::string_view path_;
  std::map<std::string_view, std::string_view> declared_;
  std::map<std::string, std::string, std::less<>> context_;  ///< Prefixes that the JSON needs.
  std::string out_;
  std::vector<Task> tasks_;
  std::vector<Fault> faults_;
};

/// `EPCISBody.EventList[3].quantityList.quantityElement[1]`: names of elements, with a number where several share one.
std::string Writer::path_of(std::uint32_t node) const {
  std::string path;
  for (; node != 0; node = nodes_[node].parent) {
    std::size_t before = 0;
    std::size_t same = 0;
    for (std::uint32_t i = nodes_[node].parent + 1; i < nodes_[nodes_[node].parent].end; i = nodes_[i].end) {
      if (nodes_[i].local != nodes_[node].local) continue;
      if (i < node) ++before;
      ++same;
    }
    const std::string step = quoted(nodes_[node].local) + (same > 1 ? fmt::format("[{}]", before) : std::string());
    path = step + (path.empty() ? "" : ".") + path;
  }
  return std::string(path_) + (path_.empty() || path.empty() ? "" : ".") + path;
}

void Writer::fault(FaultCode code, std::uint32_t node, std::string what, std::string hint) {
  // Finding a path walks over siblings; a hundred faults are enough to see what is wrong.
  if (faults_.size() >= k_faults_max) return;
  faults_.push_back({code, path_of(node), quoted(xml_trimmed(nodes_[node].text)), std::move(what), std::move(hint)});
}

std::vector<std::uint32_t> Writer::children_of(std::uint32_t node) const {
  std::vector<std::uint32_t> children;
  for (std::uint32_t i = node + 1; i < nodes_[node].end; i = nodes_[i].end) children.push_back(i);
  return children;
}

/// The prefix that stands for the namespace of `node` in the JSON: its own, unless that stands for another one there.
std::string Writer::prefix_of(const XmlNode& node) {
  std::string prefix(node.prefix.empty() ? "ns" : node.prefix);
  for (std::size_t number = 2;; ++number) {
    const auto [found, added] = context_.try_emplace(prefix, node.space);
    if (added || found->second == node.space) return prefix;
    prefix = fmt::format("{}{}", node.prefix.empty() ? "ns" : node.prefix, number);
  }
}

std::string Writer::name_of(const XmlNode& node) {
  if (is_standard(node)) return std::string(node.local);
  if (!node.is_declared()) return fmt::format("{}:{}", node.prefix, node.local);
  return prefix_of(node) + ":" + std::string(node.local);
}

/// The text of a node without blanks around it. A prefix that it begins with (`ext:word`) goes into the context.
std::string Writer::text_of(std::uint32_t node) {
  const std::string_view text = xml_trimmed(nodes_[node].text);
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && colon > 0) {
    const auto declared = declared_.find(text.substr(0, colon));
    if (declared != declared_.end() && !is_standard_space(declared->second))
      context_.try_emplace(std::string(declared->first), declared->second);
  }
  return std::string(text);
}

/// Refuses elements inside `node`, which holds text in the standard.
bool Writer::is_text(std::uint32_t node) {
  for (const std::uint32_t child : children_of(node)) {
    if (nodes_[child].is_attribute) continue;
    fault(FaultCode::wrong_type, node, "must be text, but holds elements");
    return false;
  }
  return true;
}

/// Refuses whatever is not an item of a list.
bool Writer::holds_only(const Task& task) {
  bool good = true;
  if (!xml_trimmed(nodes_[task.node].text).empty()) {
    fault(FaultCode::wrong_type, task.node, "text stands where only elements may",
          fmt::format("each in an element <{}>", task.rule.item));
    good = false;
  }
  for (const std::uint32_t child : children_of(task.node)) {
    const XmlNode& node = nodes_[child];
    if (is_about_xml(node) || (!node.is_attribute && is_standard(node) && node.local == task.rule.item)) continue;
    fault(FaultCode::unknown_field, child,
          fmt::format("{} holds elements named {} only", task.rule.name, task.rule.item));
    good = false;
  }
  return good;
}

void Writer::add_member(Members& members, std::uint32_t node, Shape shape) {
  const XmlNode& child = nodes_[node];
  if (!child.is_declared()) {
    return fault(FaultCode::unknown_field, node, fmt::format("nothing declares the prefix \"{}\"", child.prefix),
                 fmt::format("add xmlns:{}=\"https://...\"", child.prefix));
  }
  const Rule rule = rule_of(shape, child);
  std::string name = rule.form == Form::foreign ? name_of(child) : std::string(rule.json);
  const auto [same, added] = members.by_name.try_emplace(name, members.list.size());
  if (added) {
    members.list.push_back({std::move(name), rule, {node}});
    return;
  }
  const bool is_foreign = rule.form == Form::foreign && (shape == Shape::foreign || !is_standard(child));
  if (!repeats(rule.form) && !is_foreign) return fault(FaultCode::duplicate, node, "this element stands twice");
  members.list[same->second].nodes.push_back(node);
}

/// Attributes and children by name, wrappers opened.
Writer::Members Writer::members_of(std::uint32_t node, Shape shape) {
  Members members;
  for (std::uint32_t i = node + 1; i < nodes_[node].end;) {
    const XmlNode& child = nodes_[i];
    if (shape != Shape::foreign && is_wrapper(child)) {
      ++i;
      continue;
    }
    // The tag of a bare event holds what the tag of a document would.
    const bool of_document = shape == Shape::event && child.is_attribute && child.prefix.empty() &&
                             (child.local == "schemaVersion" || child.local == "creationDate");
    if (!is_about_xml(child) && !of_document && !is_nil(nodes_, i)) add_member(members, i, shape);
    i = child.end;
  }
  return members;
}

void Writer::push(std::vector<Task> tasks) {
  std::ranges::move(tasks.rbegin(), tasks.rend(), std::back_inserter(tasks_));
}

/// One member of an object. A foreign element that repeats is a list, as in the trees that are hashed.
void Writer::member(const Member& member, std::vector<Task>& tasks) {
  const bool list = repeats(member.rule.form) || member.nodes.size() > 1;
  tasks.push_back({json_string(member.name) + (list ? ":[" : ":"), 0, member.rule, false});
  for (std::size_t i = 0; i < member.nodes.size(); ++i) {
    if (i > 0) tasks.push_back({",", 0, member.rule, false});
    tasks.push_back({{}, member.nodes[i], member.rule, true});
  }
  if (list) tasks.push_back({"]", 0, member.rule, false});
}

/// `first` stands before the members: what is no child of the element.
void Writer::object(std::uint32_t node, Shape shape, std::string_view first) {
  if (shape != Shape::foreign && !xml_trimmed(nodes_[node].text).empty())
    fault(FaultCode::wrong_type, node, "text stands where only elements may");
  std::vector<Task> tasks;
  bool comma = !first.empty();
  tasks.push_back({"{" + std::string(first), 0, of(shape, {}, Form::foreign), false});
  for (const Member& one : members_of(node, shape).list) {
    if (comma) tasks.push_back({",", 0, one.rule, false});
    comma = true;
    member(one, tasks);
  }
  tasks.push_back({"}", 0, of(shape, {}, Form::foreign), false});
  push(std::move(tasks));
}

void Writer::text_list(const Task& task) {
  out_ += '[';
  bool comma = false;
  if (holds_only(task)) {
    for (std::uint32_t i = task.node + 1; i < nodes_[task.node].end; i = nodes_[i].end) {
      if (nodes_[i].is_attribute || !is_text(i)) continue;
      if (comma) out_ += ',';
      comma = true;
      out_ += json_string(text_of(i));
    }
  }
  out_ += ']';
}

void Writer::object_list(const Task& task) {
  std::vector<Task> tasks{{"[", 0, task.rule, false}};
  if (holds_only(task)) {
    for (const std::uint32_t child : children_of(task.node)) {
      if (nodes_[child].is_attribute) continue;
      if (tasks.size() > 1) tasks.push_back({",", 0, task.rule, false});
      Rule rule = task.rule;
      rule.form = Form::object;
      tasks.push_back({{}, child, rule, true});
    }
  }
  tasks.push_back({"]", 0, task.rule, false});
  push(std::move(tasks));
}

/// `<source type="...">uri</source>`.
void Writer::typed_list(const Task& task) {
  out_ += '[';
  bool comma = false;
  for (const std::uint32_t child : holds_only(task) ? children_of(task.node) : std::vector<std::uint32_t>()) {
    if (nodes_[child].is_attribute || !is_text(child)) continue;
    if (comma) out_ += ',';
    comma = true;
    out_ += '{';
    for (const std::uint32_t attribute : children_of(child)) {
      if (is_about_xml(nodes_[attribute])) continue;
      out_ += json_string(name_of(nodes_[attribute])) + ":" + json_string(text_of(attribute)) + ",";
    }
    out_ += json_string(task.rule.item) + ":" + json_string(text_of(child)) + "}";
  }
  out_ += ']';
}

/// `<attribute id="...">value</attribute>` of master data; a value may hold elements.
void Writer::attribute_entry(const Task& task) {
  std::string first;
  std::vector<std::uint32_t> inside;
  for (const std::uint32_t child : children_of(task.node)) {
    const bool id = nodes_[child].is_attribute && nodes_[child].local == "id";
    if (id) first = "\"id\":" + json_string(text_of(child)) + ",";
    if (!nodes_[child].is_attribute) inside.push_back(child);
  }
  out_ += '{' + first + "\"attribute\":";
  if (inside.empty()) {
    out_ += json_string(text_of(task.node)) + "}";
    return;
  }
  tasks_.push_back({"}", 0, task.rule, false});
  object(task.node, Shape::foreign, {});
}

/// A text; or an object of attributes and elements, with a text beside them as "@value".
void Writer::foreign(const Task& task) {
  const bool has_members =
      std::ranges::any_of(children_of(task.node), [&](std::uint32_t child) { return !is_about_xml(nodes_[child]); });
  if (!has_members) {
    out_ += json_string(text_of(task.node));
    return;
  }
  const std::string text = text_of(task.node);
  object(task.node, Shape::foreign, text.empty() ? std::string() : "\"@value\":" + json_string(text));
}

void Writer::scalar(const Task& task) {
  if (!is_text(task.node)) return;
  const std::string text = text_of(task.node);
  if (task.rule.form == Form::number) {
    out_ += json_number(text).value_or(json_string(text));
  } else if (task.rule.form == Form::boolean && (text == "true" || text == "1")) {
    out_ += "true";
  } else if (task.rule.form == Form::boolean && (text == "false" || text == "0")) {
    out_ += "false";
  } else {
    out_ += json_string(text);
  }
}

void Writer::write(const Task& task) {
  switch (task.rule.form) {
    case Form::text:
    case Form::number:
    case Form::boolean:
    case Form::repeated_text: return scalar(task);
    case Form::object:
    case Form::repeated_object: return object(task.node, task.rule.shape, {});
    case Form::text_list: return text_list(task);
    case Form::object_list: return object_list(task);
    case Form::typed_list: return typed_list(task);
    case Form::attributes: return attribute_entry(task);
    case Form::foreign: return foreign(task);
  }
}

void Writer::run() {
  while (!tasks_.empty()) {
    const Task task = std::move(tasks_.back());
    tasks_.pop_back();
    if (task.is_node) {
      write(task);
    } else {
      out_ += task.literal;
    }
  }
}

/// The JSON behind `head`, or the faults.
std::expected<std::string, std::vector<Fault>> Writer::done(std::string_view head) {
  if (!faults_.empty()) return std::unexpected(std::move(faults_));
  return std::string(head) + out_;
}

std::expected<std::string, std::vector<Fault>> Writer::event() {
  const XmlNode& root = nodes_.front();
  if (root.local == "QuantityEvent" && is_standard(root)) {
    fault(FaultCode::bad_value, 0, "QuantityEvent was withdrawn from EPCIS and is not read",
          "say it as an ObjectEvent with a quantityList");
    return done({});
  }
  std::string type = is_standard(root) ? std::string(root.local) : fmt::format("{}:{}", root.prefix, root.local);
  object(0, Shape::event, {});
  tasks_.pop_back();  // Its brace comes with the head.
  run();
  std::string head = "{";
  for (const auto& [prefix, uri] : context_)
    head += (head == "{" ? "\"@context\":{" : ",") + json_string(prefix) + ":" + json_string(uri);
  if (!context_.empty()) head += "},";
  head += "\"type\":" + json_string(type);
  if (out_ != "}") head += ',';
  return done(head);
}

std::expected<std::string, std::vector<Fault>> Writer::vocabulary() {
  object(0, Shape::vocabulary, {});
  run();
  return done({});
}

}  // namespace

std::expected<std::string, std::vector<Fault>> json_of_xml_event(const XmlParser& xml, std::string_view path) {
  return Writer(xml, path).event();
}

std::expected<std::string, std::vector<Fault>> json_of_xml_vocabulary(const XmlParser& xml, std::string_view path) {
  return Writer(xml, path).vocabulary();
}

}  // namespace lotledger::connectors::epcis

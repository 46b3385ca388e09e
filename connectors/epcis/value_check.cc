// connectors/epcis/value_check.cc - see value_check.h.
#include "connectors/epcis/value_check.h"

#include "engine/base/ascii.h"
#include "engine/base/time.h"

#include <fmt/format.h>
#include <algorithm>

namespace lotledger::connectors::epcis {

namespace {

std::string shown(const JsonValue& value) {
  if (!value || value.is(JsonKind::array) || value.is(JsonKind::object)) return {};
  return quoted(value.text());
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> words) {
  const std::string_view word = nearest(text, words);
  return word.empty() ? std::string() : fmt::format("did you mean \"{}\"?", word);
}

}  // namespace

void ValueCheck::add(FaultCode code, const FieldPath& path, const JsonValue& value, std::string what,
                     std::string hint) {
  into_.faults.push_back({code, path.text(), shown(value), std::move(what), std::move(hint)});
}

void ValueCheck::missing(const FieldPath& path, std::string what, std::string hint) {
  into_.faults.push_back({FaultCode::missing, path.text(), {}, std::move(what), std::move(hint)});
}

void ValueCheck::note(FaultCode code, const FieldPath& path, const JsonValue& value, std::string what) {
  into_.notes.push_back({code, path.text(), shown(value), std::move(what), {}});
}

bool ValueCheck::is_kind(JsonKind kind, const FieldPath& path, const JsonValue& value) {
  if (value.is(kind)) return true;
  add(FaultCode::wrong_type, path, value, fmt::format("must be {}, not {}", name_of(kind), name_of(value.kind())));
  return false;
}

bool ValueCheck::uri(UriUse use, const FieldPath& path, const JsonValue& value) {
  if (!is_kind(JsonKind::string, path, value)) return false;
  const std::string_view text = value.text();
  if (!is_uri(text)) {
    add(FaultCode::bad_value, path, value, "is not a URI",
        "EPC URN, GS1 Digital Link or any other URI, such as urn:uuid:... or https://example.com/lot/4711");
    return false;
  }
  const bool is_class = text.starts_with("urn:epc:class:") || text.starts_with("urn:epc:idpat:");
  if (use == UriUse::instance && is_class)
    note(FaultCode::rule, path, value, "names a class where one thing is wanted");
  if (use == UriUse::item_class && text.starts_with("urn:epc:id:")) {
    note(FaultCode::rule, path, value, "names one thing where a class is wanted");
  }
  return true;
}

bool ValueCheck::uri_list(UriUse use, const FieldPath& path, const JsonValue& value) {
  if (!is_kind(JsonKind::array, path, value)) return false;
  bool good = true;
  std::size_t position = 0;
  for (const JsonValue item : value.children()) good = uri(use, path / position++, item) && good;
  return good;
}

bool ValueCheck::instant(const FieldPath& path, const JsonValue& value) {
  if (!is_kind(JsonKind::string, path, value)) return false;
  const auto read = read_instant(value.text());
  if (read.has_value()) return true;
  add(FaultCode::bad_value, path, value, read.error().message,
      "date, time and offset as in 2026-11-01T08:00:00.000+08:00");
  return false;
}

bool ValueCheck::term(Vocabulary vocabulary, const FieldPath& path, const JsonValue& value) {
  if (!is_kind(JsonKind::string, path, value)) return false;
  const TermReading reading = read_term(vocabulary, value.text(), names_);
  if (reading.form == TermForm::word) return true;
  if (reading.form == TermForm::own_uri) {
    if (is_uri(value.text())) return true;
    add(FaultCode::bad_value, path, value, "is not a URI");
    return false;
  }
  const VocabularyTable& table = table_of(vocabulary);
  std::string what =
      fmt::format("is no {} of {}", table.title, table.base == k_gs1_base ? "the GS1 web vocabulary" : "CBV 2.0");
  // What a sensor measures decides nothing about material, and GS1 adds such types between editions.
  if (vocabulary == Vocabulary::measurement_type && !value.text().empty()) {
    note(FaultCode::vocabulary, path, value, std::move(what));
    return true;
  }
  std::string hint = did_you_mean(reading.word, table.words);
  if (hint.empty()) hint = "a word of one's own must be a URI";
  add(FaultCode::vocabulary, path, value, std::move(what), std::move(hint));
  return false;
}

bool ValueCheck::hexadecimal(const FieldPath& path, const JsonValue& value) {
  if (!is_kind(JsonKind::string, path, value)) return false;
  const auto is_hex = [](char c) { return hex_value(c) >= 0; };
  if (!value.text().empty() && std::ranges::all_of(value.text(), is_hex)) return true;
  add(FaultCode::bad_value, path, value, "must be hexadecimal digits");
  return false;
}

bool ValueCheck::extension_name(const FieldPath& parent, const JsonValue& member,
                                std::span<const std::string_view> known) {
  const NameForm form = names_.form_of(member.name());
  if (form == NameForm::extension) return true;
  if (form == NameForm::undeclared) {
    const std::string prefix = quoted(member.name().substr(0, member.name().find(':')));
    add(FaultCode::unknown_field, parent / member.name(), member,
        fmt::format("nothing declares the prefix \"{}\"", prefix),
        fmt::format("add {{\"{}\": \"https://...\"}} to @context", prefix));
    return false;
  }
  std::string hint = did_you_mean(member.name(), known);
  if (hint.empty()) hint = "a field of one's own needs a prefix that @context declares";
  add(FaultCode::unknown_field, parent / member.name(), member, "the standard has no such field here", std::move(hint));
  return false;
}

}  // namespace lotledger::connectors::epcis

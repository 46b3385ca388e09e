// connectors/epcis/markup.cc - markup of XML by its delimiters: quotes, brackets, and the ends of comments.
#include "connectors/epcis/markup.h"

#include <algorithm>
#include <tuple>

#include "engine/base/ascii.h"

namespace lotledger::connectors::epcis {

namespace {

constexpr bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

Markup::Kind kind_of_tag(std::string_view tag) {
  if (tag.size() > k_tag_bytes_max) return Markup::Kind::too_long;
  if (tag.size() < 3 || !tag.ends_with('>')) return Markup::Kind::broken;
  if (tag[1] == '/') return begins_name(tag[2]) ? Markup::Kind::end : Markup::Kind::broken;
  if (!begins_name(tag[1])) return Markup::Kind::broken;
  return tag.ends_with("/>") ? Markup::Kind::empty : Markup::Kind::start;
}

}  // namespace

std::string_view local_of(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view Markup::name() const {
  const std::size_t begin = text.starts_with("</") ? 2 : 1;
  if (text.size() <= begin || !begins_name(text[begin])) return {};
  const std::string_view inside = std::string_view(text).substr(begin);
  return inside.substr(0, inside.find_first_of(" \t\r\n/>"));
}

std::string_view Markup::local() const {
  return local_of(name());
}

/// Passes over `expected` where the file goes on with it; over its common beginning otherwise.
bool MarkupReader::take(std::string_view expected, Markup& markup) {
  for (const char c : expected) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty() || bytes.front() != c) return false;
    markup.text += c;
    window_.advance(1);
  }
  return true;
}

/// Passes over everything up to and including `terminator`; false when the file ends before. All bytes of a terminator
/// but its last are the same, or it has two: so a mismatch keeps either what it had or the one byte.
bool MarkupReader::skip_behind(std::string_view terminator, Markup& markup) {
  std::size_t matched = 0;
  while (true) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) return false;
    if (markup.text.size() < k_tag_bytes_max) markup.text += bytes.substr(0, k_tag_bytes_max - markup.text.size());
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (bytes[i] == terminator[matched]) {
        ++matched;
      } else {
        matched = bytes[i] == terminator.front() ? std::min(matched, terminator.size() - 1) : 0;
      }
      if (matched < terminator.size()) continue;
      window_.advance(i + 1);
      return true;
    }
    window_.advance(bytes.size());
  }
}

void MarkupReader::characters(Markup& markup) {
  markup.kind = Markup::Kind::blank;
  while (true) {
    const std::string_view bytes = window_.ahead();
    const std::size_t end = std::min(bytes.find('<'), bytes.size());
    if (!std::ranges::all_of(bytes.substr(0, end), ascii_blank)) markup.kind = Markup::Kind::text;
    window_.advance(end);
    if (bytes.empty() || end < bytes.size()) return;
  }
}

/// The rest of a tag, up to its `>` outside quotes. A `<` may stand nowhere in a tag, so that a forgotten quote or
/// bracket spoils one tag and not the rest of the file.
void MarkupReader::tag(Markup& markup) {
  char quote = 0;
  for (bool more = true; more;) {
    const std::string_view bytes = window_.ahead();
    if (bytes.empty()) break;
    std::size_t used = 0;
    while (more && used < bytes.size()) {
      const char c = bytes[used];
      if (c == '<') break;
      ++used;
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == '>') {
        more = false;
      }
    }
    if (markup.text.size() <= k_tag_bytes_max) markup.text += bytes.substr(0, used);
    window_.advance(used);
    if (used < bytes.size() && bytes[used] == '<') break;
  }
  markup.kind = kind_of_tag(markup.text);
}

/// Behind `<!`.
void MarkupReader::declaration(Markup& markup) {
  const int first = window_.peek();
  if (first == '-') {
    markup.kind = take("--", markup) && skip_behind("-->", markup) ? Markup::Kind::blank : Markup::Kind::broken;
  } else if (first == '[') {
    markup.kind = take("[CDATA[", markup) && skip_behind("]]>", markup) ? Markup::Kind::text : Markup::Kind::broken;
  } else {
    markup.kind = take("DOCTYPE", markup) ? Markup::Kind::doctype : Markup::Kind::broken;
  }
}

Markup MarkupReader::next() {
  Markup markup;
  markup.offset = window_.offset();
  markup.line = window_.line();
  const int first = window_.peek();
  if (first < 0) return markup;
  if (first != '<') {
    characters(markup);
    return markup;
  }
  window_.advance(1);
  markup.text += '<';
  const int second = window_.peek();
  if (second == '!') {
    std::ignore = take("!", markup);
    declaration(markup);
  } else if (second == '?') {
    std::ignore = take("?", markup);
    markup.kind = skip_behind("?>", markup) ? Markup::Kind::blank : Markup::Kind::broken;
  } else {
    tag(markup);
  }
  return markup;
}

}  // namespace lotledger::connectors::epcis

// connectors/plain/encoding.cc - UTF-8 is checked here; GB18030 is left to iconv of the C library.
#include "connectors/plain/encoding.h"

#include "engine/base/assert.h"

#include <fmt/format.h>
#include <iconv.h>

#include <cstring>

namespace lotledger::connectors::plain {
namespace {

/// No character of GB18030 needs more bytes in UTF-8 than this per byte.
constexpr std::size_t k_growth = 2;
constexpr iconv_t k_none = nullptr;

struct Utf8Lead {
  unsigned char first_min, first_max;    ///< Lead byte.
  unsigned char second_min, second_max;  ///< What may follow it: shuts out overlong forms and surrogates.
  std::size_t length;
};
/// RFC 3629, section 4.
constexpr Utf8Lead k_leads[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};

/// Bytes at the beginning of `text` that are ASCII, eight at a time.
std::size_t ascii_words(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  return at;
}

/// Bytes of the character at the beginning of `text`; 0 where there is none.
std::size_t character_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return 1;
  for (const Utf8Lead& lead : k_leads) {
    if (byte(0) < lead.first_min || byte(0) > lead.first_max) continue;
    if (text.size() < lead.length || byte(1) < lead.second_min || byte(1) > lead.second_max) return 0;
    for (std::size_t i = 2; i < lead.length; ++i) {
      if ((byte(i) & 0xC0U) != 0x80U) return 0;
    }
    return lead.length;
  }
  return 0;
}

}  // namespace

Decoder::Decoder(Encoding encoding) : encoding_(encoding), converter_(k_none) {
  if (encoding != Encoding::gb18030) return;
  converter_ = iconv_open("UTF-8", "GB18030");
  LL_ASSERT(converter_ != reinterpret_cast<void*>(-1), "the C library knows GB18030");
}

Decoder::~Decoder() {
  if (converter_ != k_none) iconv_close(converter_);
}

std::optional<std::string> Decoder::decode(std::string_view bytes) {
  if (encoding_ == Encoding::utf8) return utf8_fault(bytes) ? std::nullopt : std::optional(std::string(bytes));
  std::string from(bytes);
  std::string to(from.size() * k_growth, '\0');
  char* in = from.data();
  char* out = to.data();
  std::size_t in_left = from.size(), out_left = to.size();
  iconv(converter_, nullptr, nullptr, nullptr, nullptr);  // Back to the initial state.
  if (iconv(converter_, &in, &in_left, &out, &out_left) == static_cast<std::size_t>(-1)) return std::nullopt;
  to.resize(to.size() - out_left);
  return to;
}

std::optional<std::size_t> utf8_fault(std::string_view bytes) {
  for (std::size_t at = ascii_words(bytes); at < bytes.size();) {
    const std::size_t length = character_length(bytes.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

std::optional<Fault> control_fault(std::string_view column, std::string_view text, LineEnds line_ends) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != 0x7F) continue;
    if (line_ends == LineEnds::allowed && (byte == '\n' || byte == '\r')) continue;
    std::string what = byte == 0 ? "has a NUL character" : fmt::format("has the control character 0x{:02X}", byte);
    what += fmt::format(" as byte {} of the value", at + 1);
    std::string hint = byte == 0 ? "files of UTF-16 have them everywhere: save as UTF-8" : "";
    return Fault{FaultCode::syntax, std::string(column), quoted(text), std::move(what), std::move(hint)};
  }
  return std::nullopt;
}

Fault encoding_fault(std::string_view column, std::string_view bytes, Encoding encoding) {
  Fault fault{FaultCode::syntax, std::string(column), quoted(bytes), {}, {}};
  if (encoding == Encoding::gb18030) {
    fault.what = "is not GB18030";
    if (!utf8_fault(bytes)) fault.hint = "it is UTF-8: leave --encoding out";
    return fault;
  }
  const std::size_t at = utf8_fault(bytes).value_or(0);
  fault.what = fmt::format("is not UTF-8 at byte {} of the value (0x{:02X})", at + 1,
                           static_cast<unsigned char>(bytes.empty() ? '\0' : bytes[at]));
  if (Decoder(Encoding::gb18030).decode(bytes)) fault.hint = "it may be GB18030: --encoding gb18030";
  return fault;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace lotledger::connectors::plain

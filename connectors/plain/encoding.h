// connectors/plain/encoding.h - bytes of a cell to UTF-8, or what is wrong with them.
#pragma once

#include "connectors/base/fault.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lotledger::connectors::plain {

enum class Encoding : std::uint8_t { utf8, gb18030 };

/// Turns cells into UTF-8. Not for use by two threads at once.
class Decoder {
 public:
  explicit Decoder(Encoding encoding);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// nullopt where `bytes` are not of the encoding.
  [[nodiscard]] std::optional<std::string> decode(std::string_view bytes);

 private:
  Encoding encoding_;
  void* converter_;
};

/// Offset of the first byte that is not UTF-8; nullopt when all are.
[[nodiscard]] std::optional<std::size_t> utf8_fault(std::string_view bytes);
/// Why decoded text cannot stand in a cell: NUL or another control character, line ends too unless they are allowed.
enum class LineEnds : std::uint8_t { refused, allowed };
[[nodiscard]] std::optional<Fault> control_fault(std::string_view column, std::string_view text, LineEnds line_ends);
/// Why bytes could not be decoded, with the encoding that they may be in instead.
[[nodiscard]] Fault encoding_fault(std::string_view column, std::string_view bytes, Encoding encoding);
/// Without blanks and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace lotledger::connectors::plain

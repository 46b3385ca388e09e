// engine/base/ascii.h - what single ASCII characters are, whatever the locale says.
#pragma once

namespace lotledger {

constexpr bool ascii_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Of a hexadecimal digit in either case; -1 for every other character.
constexpr int hex_value(char c) {
  if (ascii_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A space, tabulator or line end: the white space of JSON and XML.
constexpr bool ascii_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace lotledger

// tests/support/plain_read.h - plain rows and submissions of a text, for tests.
#pragma once

#include "connectors/plain/mapping.h"
#include "connectors/plain/submissions.h"

#include <doctest/doctest.h>
#include <string>
#include <vector>

namespace lotledger::tests {

namespace plain = connectors::plain;

inline plain::PlainFormat plain_format(plain::Kind kind) {
  plain::PlainFormat format;
  format.kind = kind;
  return format;
}

inline std::vector<plain::Row> plain_rows(const std::string& text, const plain::PlainFormat& format,
                                          std::size_t chunk = plain::k_chunk_bytes) {
  auto reader = plain::RowReader::over(connectors::source_over(text), "f.csv", format, chunk);
  REQUIRE_MESSAGE(reader.has_value(), (reader.has_value() ? std::string() : reader.error().message));
  std::vector<plain::Row> rows;
  for (;;) {
    auto row = (*reader)->next();
    REQUIRE(row.has_value());
    if (!*row) return rows;
    rows.push_back(std::move(**row));
  }
}

/// Why the header is refused; empty when it is not.
inline std::string header_fault(const std::string& text, const plain::PlainFormat& format) {
  const auto reader = plain::RowReader::over(connectors::source_over(text), "f.csv", format);
  return reader.has_value() ? std::string() : reader.error().message;
}

/// Seals nothing: the text stands for itself.
inline connectors::PersonalData unsealed() {
  return {
      [](std::string_view, std::string_view text) { return SealedField{"key", {}, {text.begin(), text.end()}, {}}; },
      [](std::string_view, std::string_view text) { return sha256(text); }};
}

inline std::vector<connectors::MappedRow> plain_submissions(const std::string& text, const plain::PlainFormat& format) {
  const connectors::PersonalData personal = unsealed();
  auto reader = plain::open_submissions(connectors::source_over(text), format, {{}, "f.csv", {}}, personal);
  REQUIRE_MESSAGE(reader.has_value(), (reader.has_value() ? std::string() : reader.error().message));
  std::vector<connectors::MappedRow> rows;
  for (bool more = true; more;) {
    const auto next = (*reader)->next(rows);
    REQUIRE(next.has_value());
    more = *next;
  }
  return rows;
}

/// The body of the only row, which must be sound.
inline engine::Body plain_body(const std::string& text, plain::Kind kind) {
  auto rows = plain_submissions(text, plain_format(kind));
  REQUIRE(rows.size() == 1);
  REQUIRE_MESSAGE(rows[0].message.empty(), rows[0].message);
  return std::move(rows[0].submission.body);
}

/// An event of a body, which must be of this type.
template <typename T, typename Area>
const T& event_of(const engine::Body& body, std::size_t index = 0) {
  const auto& area = std::get<Area>(body.events.at(index).body);
  REQUIRE(std::holds_alternative<T>(area));
  return std::get<T>(area);
}

/// The message of the only row, or `accepted`.
inline std::string verdict(const std::string& text, const plain::PlainFormat& format) {
  const auto rows = plain_submissions(text, format);
  REQUIRE(rows.size() == 1);
  return rows.front().message.empty() ? "accepted" : rows.front().message;
}

}  // namespace lotledger::tests

// connectors/epcis/vocabulary.h - the words of CBV 2.0 and of the GS1 web vocabulary, in all their writings.
// Source: GS1 Core Business Vocabulary 2.0, sections 7.1 to 7.8; GS1 web vocabulary (sensor measurement types).
#pragma once

#include "connectors/epcis/namespaces.h"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace lotledger::connectors::epcis {

[[nodiscard]] constexpr bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, word) != words.end();
}

enum class Vocabulary : std::uint8_t {
  biz_step,
  disposition,
  transaction_type,
  source_destination_type,
  error_reason,
  measurement_type,
  alert_type,
  component,
};

/// What a vocabulary is called, where its words live and which they are.
struct VocabularyTable {
  std::string_view title;   ///< For people: `business step`.
  std::string_view base;    ///< `https://ref.gs1.org/cbv/`.
  std::string_view prefix;  ///< `BizStep-`; the URI of a word is base + prefix + word.
  std::string_view urn;     ///< `urn:epcglobal:cbv:bizstep:` of CBV 1.x; empty where there was none.
  std::span<const std::string_view> words;
};
[[nodiscard]] const VocabularyTable& table_of(Vocabulary vocabulary);

enum class TermForm : std::uint8_t {
  word,          ///< A word of the vocabulary, in whatever writing.
  own_uri,       ///< A URI or CURIE of somebody's own vocabulary.
  unknown_word,  ///< A bare word, or a URI of this very vocabulary, that the vocabulary does not have.
};

/// A vocabulary value as read.
struct TermReading {
  TermForm form = TermForm::unknown_word;
  std::string_view word;  ///< The bare word: from the table if known, else what stands where the word should.
};
/// Bare word, `urn:epcglobal:cbv:...`, `cbv:BizStep-...` or full URI. Views live as long as `text` and the tables do.
[[nodiscard]] TermReading read_term(Vocabulary vocabulary, std::string_view text, const Namespaces& names);

/// The web URI of a known word.
[[nodiscard]] std::string uri_of(Vocabulary vocabulary, std::string_view word);
/// Whether `word` is one of the vocabulary's words.
[[nodiscard]] bool knows(Vocabulary vocabulary, std::string_view word);

}  // namespace lotledger::connectors::epcis

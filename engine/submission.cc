// engine/submission.cc - names and dedup keys.
#include "engine/submission.h"

namespace lotledger::engine {

std::string_view name_of(const Command& command) {
  struct Name {
    std::string_view operator()(const PlaceHold&) const { return "place hold"; }
    std::string_view operator()(const LiftHold&) const { return "lift hold"; }
    std::string_view operator()(const EquateUnits&) const { return "equate units"; }
    std::string_view operator()(const VoidFact&) const { return "void fact"; }
    std::string_view operator()(const DiscardRow&) const { return "discard row"; }
    std::string_view operator()(const RecordEvent&) const { return "record event"; }
    std::string_view operator()(const ActivatePolicy&) const { return "activate policy"; }
  };
  return std::visit(Name{}, command);
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::accepted: return "accepted";
    case Outcome::duplicate: return "duplicate";
    case Outcome::conflict: return "conflict";
    case Outcome::refused: return "refused";
    case Outcome::rejected: return "rejected";
  }
  return "unknown";
}

std::string dedup_key(DedupKind kind, std::string_view id, const Digest& content) {
  std::string key;
  const auto with_digest = [&](char letter) {
    key.push_back(letter);
    key.append(id);
    key.push_back('\x1d');
    key.append(text_of(content.view()));
  };
  switch (kind) {
    case DedupKind::event:
      key.push_back('e');
      key.append(id);
      break;
    case DedupKind::command:
      key.push_back('c');
      key.append(id);
      break;
    case DedupKind::withdrawal: with_digest('w'); break;
    case DedupKind::row: with_digest('r'); break;
    case DedupKind::master: with_digest('m'); break;
    case DedupKind::conflict: with_digest('x'); break;
  }
  return key;
}

}  // namespace lotledger::engine

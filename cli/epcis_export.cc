// cli/epcis_export.cc - the log read twice: for what stands at the head of a document, then for its events.
#include "cli/epcis_export.h"

#include "connectors/base/json_tree.h"
#include "connectors/epcis/record_description.h"
#include "connectors/epcis/record_event.h"
#include "engine/base/random.h"
#include "engine/codec/codec.h"
#include "engine/evidence/sealed.h"

#include <algorithm>
#include <ostream>
#include <set>

namespace lotledger::cli {
namespace {

namespace epcis = connectors::epcis;
using connectors::json_string;

constexpr std::size_t k_named_max = 5;
constexpr std::string_view k_gs1_context = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/// What a record is to a document.
enum class RecordKind : std::uint8_t { fact, withdrawal, description, rejected, refused, equation, nothing };

/// Of the first event that decides it: what stands beside it are notes.
RecordKind kind_of(const engine::Event& event) {
  struct Kinds {
    RecordKind operator()(const engine::SystemEvent& event) const {
      return std::holds_alternative<engine::CommandRefused>(event) ? RecordKind::refused : RecordKind::nothing;
    }
    RecordKind operator()(const engine::LotEvent& /*event*/) const { return RecordKind::fact; }
    RecordKind operator()(const engine::ProductionEvent& /*event*/) const { return RecordKind::fact; }
    RecordKind operator()(const engine::WarehouseEvent& /*event*/) const { return RecordKind::fact; }
    RecordKind operator()(const engine::OrderEvent& /*event*/) const { return RecordKind::fact; }
    RecordKind operator()(const engine::IdentityEvent& /*event*/) const { return RecordKind::equation; }
    RecordKind operator()(const engine::PartyEvent& /*event*/) const { return RecordKind::description; }
    RecordKind operator()(const engine::CorrectionEvent& event) const {
      return std::holds_alternative<engine::EventWithdrawn>(event) ? RecordKind::withdrawal : RecordKind::nothing;
    }
    RecordKind operator()(const engine::IntakeEvent& event) const {
      return std::holds_alternative<engine::RowRejected>(event) ? RecordKind::rejected : RecordKind::nothing;
    }
    RecordKind operator()(const engine::ItemEvent& /*event*/) const { return RecordKind::description; }
    RecordKind operator()(const engine::JudgementEvent& /*event*/) const { return RecordKind::nothing; }
  };
  return std::visit(Kinds{}, event.body);
}

RecordKind kind_of(const engine::Body& body) {
  for (const engine::Event& event : body.events) {
    if (const RecordKind kind = kind_of(event); kind != RecordKind::nothing) return kind;
  }
  return RecordKind::nothing;
}

/// Prefixes that the document declares: the first meaning of each. Events that mean another declare it themselves.
class Contexts {
 public:
  void add(std::string_view lines) {
    epcis::for_each_declaration(lines, [this](std::string_view prefix, std::string_view uri) {
      if (prefix.empty()) {
        urls_.emplace(uri);
      } else {
        prefixes_.try_emplace(std::string(prefix), uri);
      }
    });
  }
  [[nodiscard]] bool suits(std::string_view lines) const {
    bool suits = true;
    epcis::for_each_declaration(lines, [&](std::string_view prefix, std::string_view uri) {
      const auto found = prefixes_.find(std::string(prefix));
      if (!prefix.empty() && (found == prefixes_.end() || found->second != uri)) suits = false;
    });
    return suits;
  }
  [[nodiscard]] std::string json() const {
    std::string text = "[" + json_string(k_gs1_context);
    for (const std::string& url : urls_) text += "," + json_string(url);
    std::string declared;
    for (const auto& [prefix, uri] : prefixes_)
      declared += (declared.empty() ? "" : ",") + json_string(prefix) + ":" + json_string(uri);
    if (!declared.empty()) text += ",{" + declared + "}";
    return text + "]";
  }

 private:
  std::map<std::string, std::string> prefixes_;
  std::set<std::string> urls_;
};

class Exporter {
 public:
  Exporter(ReadSession& session, const ExportWish& wish, const std::string& keys_folder, std::ostream& out)
      : session_(session), wish_(wish), keys_(*disk_, random_, keys_folder), out_(out) {}

  Result<ExportReport> run() {
    LL_TRY(each_record([this](Seq seq, const engine::Body& body) { return survey(seq, body); }));
    for (const Seq seq : rejected_) omit("rejected rows", seq, true);
    for (const Seq seq : unreadable_) omit("records that this program cannot read", seq, true);
    write_head();
    LL_TRY(each_record([this](Seq seq, const engine::Body& body) { return write(seq, body); }));
    out_ << "\n]}}\n";
    if (!out_.good()) return fail(ErrorCode::io, "the document could not be written whole");
    return std::move(report_);
  }

 private:
  struct Description {
    std::string vocabulary;
    std::string element;
  };

  template <typename Take>
  Result<void> each_record(const Take& take) {
    Result<void> status;
    LL_TRY(session_.log().read(wish_.first, wish_.last, [&](const engine::StoredRecord& record) {
      if (!engine::readable(record)) {
        unreadable_.insert(record.seq());
        return true;
      }
      last_recorded_ = record.header().recorded_at;
      status = take(record.seq(), engine::decode_body(*engine::body_of(record)));
      return status.has_value();
    }));
    return status;
  }

  void omit(const std::string& what, Seq seq, bool is_about_material) {
    Omission& omission = report_.omissions[what];
    omission.is_about_material = omission.is_about_material || is_about_material;
    ++omission.count;
    if (omission.first.size() < k_named_max) omission.first.push_back(seq);
  }

  /// Whether the record, read last, tells of a later time. A hold says no time: it counts from when it was recorded.
  [[nodiscard]] bool is_later(const engine::Body& body) const {
    if (!wish_.as_of) return false;
    return std::ranges::any_of(body.events, [&](const engine::Event& event) {
      if (event.occurred) return event.occurred->at > *wish_.as_of;
      return body.command && std::holds_alternative<engine::LotEvent>(event.body) && last_recorded_ > *wish_.as_of;
    });
  }

  // ---- first reading ----

  Result<void> survey(Seq seq, const engine::Body& body) {
    note_intake(seq, body);
    switch (kind_of(body)) {
      case RecordKind::fact:
        declare(body);
        note_holds_of_rules(seq, body);
        return {};
      case RecordKind::withdrawal: withdraw(body); return {};
      case RecordKind::description: return describe(seq, body);
      case RecordKind::refused: omit("refused commands", seq, false); return {};
      case RecordKind::equation: omit("statements that two codes are one thing", seq, true); return {};
      case RecordKind::rejected:
      case RecordKind::nothing: return {};
    }
    return {};
  }

  void note_intake(Seq seq, const engine::Body& body) {
    for (const engine::Event& event : body.events) {
      const auto* intake = std::get_if<engine::IntakeEvent>(&event.body);
      if (intake == nullptr) continue;
      if (std::holds_alternative<engine::RowRejected>(*intake)) rejected_.insert(seq);
      if (const auto* repaired = std::get_if<engine::RowRepaired>(intake)) rejected_.erase(repaired->rejected);
      if (const auto* discarded = std::get_if<engine::RowDiscarded>(intake)) rejected_.erase(discarded->rejected);
    }
  }

  void note_holds_of_rules(Seq seq, const engine::Body& body) {
    const auto by_rule = [&](const engine::Event& event) { return epcis::is_hold_of_rules(body, event); };
    if (std::ranges::any_of(body.events, by_rule))
      omit("holds that rules of this ledger placed (another one judges by its own policy)", seq, false);
  }

  /// Of other sources the context is something else: the header of a table.
  void declare(const engine::Body& body) {
    if (body.source.system == "epcis") contexts_.add(body.source_context);
  }

  void withdraw(const engine::Body& body) {
    declare(body);
    if (const auto target = target_of(body)) descriptions_withdrawn_.insert(*target);
  }

  Result<void> describe(Seq seq, const engine::Body& body) {
    if (is_later(body)) return {};
    for (const engine::Event& event : body.events) {
      if (!event.occurred) continue;
      if (const auto* item = std::get_if<engine::ItemEvent>(&event.body))
        descriptions_.emplace_back(
            seq, Description{std::string(epcis::vocabulary_of(*item)), epcis::element_of(*item, *event.occurred)});
      const auto* party = std::get_if<engine::PartyEvent>(&event.body);
      if (party == nullptr) continue;
      if (const auto* recorded = std::get_if<engine::VocabularyRecorded>(party)) {
        descriptions_.emplace_back(seq, Description{recorded->type, epcis::element_of(*recorded, *event.occurred)});
        continue;
      }
      const auto& described = std::get<engine::PartyRecorded>(*party);
      LL_ASSIGN(const epcis::PersonalFields personal, opened(seq, described));
      descriptions_.emplace_back(seq, Description{std::string(epcis::vocabulary_of(described)),
                                                  epcis::element_of(described, *event.occurred, personal)});
    }
    return {};
  }

  Result<epcis::PersonalFields> opened(Seq seq, const engine::PartyRecorded& party) {
    epcis::PersonalFields personal;
    if (!party.email && !party.recall_contact) return personal;
    if (!wish_.personal) {
      omit("personal data of descriptions (--personal writes them)", seq, false);
      return personal;
    }
    LL_ASSIGN(personal.email, open(seq, party.email));
    LL_ASSIGN(personal.recall_contact, open(seq, party.recall_contact));
    return personal;
  }

  /// A destroyed key is no fault: the field stays unknown.
  Result<std::string> open(Seq seq, const std::optional<SealedField>& field) {
    if (!field) return std::string();
    auto text = keys_.open(*field);
    if (text.has_value() || text.error().code != ErrorCode::not_found) return text;
    omit("personal data whose key is not here", seq, false);
    return std::string();
  }

  // ---- the document ----

  void write_head() {
    std::map<std::string, std::string> vocabularies;
    for (const auto& [seq, description] : descriptions_) {
      if (descriptions_withdrawn_.contains(seq)) continue;
      std::string& elements = vocabularies[description.vocabulary];
      elements += (elements.empty() ? "\n" : ",\n") + description.element;
      ++report_.descriptions;
    }
    out_ << "{\"@context\":" << contexts_.json() << R"(,"type":"EPCISDocument","schemaVersion":"2.0","creationDate":)"
         << json_string(format_utc(last_recorded_));
    const char* before = R"(,"epcisHeader":{"epcisMasterData":{"vocabularyList":[)";
    for (const auto& [type, elements] : vocabularies) {
      out_ << before << "{\"type\":" << json_string(type) << ",\"vocabularyElementList\":[" << elements << "]}";
      before = ",";
    }
    if (!vocabularies.empty()) out_ << "]}}";
    out_ << R"(,"epcisBody":{"eventList":[)";
  }

  Result<void> write(Seq seq, const engine::Body& body) {
    switch (kind_of(body)) {
      case RecordKind::fact:
        if (!is_later(body)) put(seq, epcis::event_of_record(body, {event_id(seq), last_recorded_}));
        return {};
      case RecordKind::withdrawal: return write_withdrawal(seq, body);
      case RecordKind::description:
      case RecordKind::refused:
      case RecordKind::equation:
      case RecordKind::rejected:
      case RecordKind::nothing: return {};
    }
    return {};
  }

  /// In the source's words; of a fact that a person voided, the fact with an error declaration.
  Result<void> write_withdrawal(Seq seq, const engine::Body& body) {
    const auto target = target_of(body);
    std::optional<engine::Body> fact;
    Instant fact_recorded_at;
    if (target) {
      LL_ASSIGN(const engine::StoredRecord record, session_.log().at(*target));
      fact_recorded_at = record.header().recorded_at;
      if (engine::readable(record)) fact = engine::decode_body(*engine::body_of(record));
    }
    if (fact && (is_later(*fact) || kind_of(*fact) != RecordKind::fact)) return {};
    if (!body.source_text.empty()) {
      put(seq, epcis::event_of_record(body, {event_id(seq), last_recorded_}));
    } else if (fact) {
      auto event = epcis::event_of_record(*fact, {event_id(*target), fact_recorded_at});
      // A fact that cannot be said is told of where it stands.
      if (event.has_value()) put(seq, epcis::withdrawn_event(*event, {last_recorded_, body.reason.text}));
    }
    return {};
  }

  void put(Seq seq, const std::expected<epcis::WrittenEvent, std::string>& event) {
    if (!event.has_value()) return omit("facts: " + event.error(), seq, true);
    out_ << (report_.events == 0 ? "\n" : ",\n");
    out_ << (contexts_.suits(event->declarations) ? event->json : epcis::with_own_context(*event));
    ++report_.events;
    if (event->in_part) ++report_.in_part;
  }

  static std::optional<Seq> target_of(const engine::Body& body) {
    for (const engine::Event& event : body.events) {
      const auto* area = std::get_if<engine::CorrectionEvent>(&event.body);
      const auto* withdrawn = area == nullptr ? nullptr : std::get_if<engine::EventWithdrawn>(area);
      if (withdrawn != nullptr) return withdrawn->target;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string event_id(Seq seq) const {
    return "urn:lotledger:event:" + session_.info().id.text() + ":" + std::to_string(seq);
  }

  ReadSession& session_;
  const ExportWish& wish_;
  std::unique_ptr<engine::Disk> disk_ = engine::posix_disk();
  SystemRandom random_;
  engine::KeyStore keys_;
  std::ostream& out_;
  Contexts contexts_;
  std::vector<std::pair<Seq, Description>> descriptions_;
  std::set<Seq> descriptions_withdrawn_;
  std::set<Seq> rejected_;  ///< Still open.
  std::set<Seq> unreadable_;
  Instant last_recorded_;
  ExportReport report_;
};

}  // namespace

bool ExportReport::is_complete() const {
  return std::ranges::none_of(omissions, [](const auto& entry) { return entry.second.is_about_material; });
}

Result<ExportReport> export_epcis(ReadSession& session, const ExportWish& wish, const std::string& keys_folder,
                                  std::ostream& out) {
  return Exporter(session, wish, keys_folder, out).run();
}

}  // namespace lotledger::cli

// projections/completeness.cc - whether an answer is complete.
#include "projections/completeness.h"

#include "engine/codec/parts.h"
#include "projections/row_names.h"

#include <algorithm>

namespace lotledger::projections {

using engine::codec::view_of;

namespace {

class Judge {
 public:
  Judge(const GenealogyReader& reader, RecordCache& records, const FactKnown& fact_known, const Reach& reach,
        const std::vector<std::string>& ledgers)
      : reader_(reader), records_(records), fact_known_(fact_known), reach_(reach), ledgers_(ledgers) {}

  Completeness run() {
    origins();
    class_flow();
    withdrawals();
    correctives();
    rows();
    unreadable();
    members_left_out();
    return std::move(result_);
  }

 private:
  void origins() {
    for (std::size_t at = 1; at < reach_.nodes.size(); ++at) {
      const ReachedNode& node = reach_.nodes[at];
      if (node.type == NodeType::process || node.type == NodeType::container || node.type == NodeType::item_class)
        continue;
      if (has_origin(node.id)) continue;
      const std::string ref = ref_of(node);
      missing("unit without origin: no receipt, production or commissioning of it is known", ref,
              "lotledger unit show '" + ref + "'");
    }
  }

  [[nodiscard]] bool came_into_being(NodeId unit) const {
    const auto kinds = {LinkKind::commissioned, LinkKind::output_of, LinkKind::received, LinkKind::has_part};
    return std::any_of(kinds.begin(), kinds.end(), [&](LinkKind kind) { return reader_.any(unit, kind); });
  }

  /// A serial comes from where its lot comes from, and a lot that is known by its serials from where they come from.
  [[nodiscard]] bool has_origin(NodeId unit) const {
    bool found = came_into_being(unit);
    for (const LinkKind kin : {LinkKind::lot_of, LinkKind::member}) {
      if (found) return true;
      reader_.links(unit, kin, [&](const Link& link) { found = found || came_into_being(link.other); });
    }
    return found;
  }

  void class_flow() {
    if (!reach_.through_class) return;
    const std::string what =
        "flow through a unit known only by class: which of its lots and serials took part is unknown";
    bool named = false;
    for (std::size_t at = 1; at < reach_.nodes.size(); ++at) {
      if (reach_.nodes[at].type != NodeType::item_class) continue;
      const std::string ref = ref_of(reach_.nodes[at]);
      missing(what, ref, "lotledger unit show '" + ref + "'");
      named = true;
    }
    if (named) return;
    const UnitKey root = reader_.node(reach_.nodes.front().id).key;
    const auto item_class = root.item_class();
    const std::string ref = item_class ? item_class->ref() : root.ref();
    missing(what, ref, "lotledger unit show '" + ref + "'");
  }

  /// Whether a withdrawal names a unit of the answer; one that names none may concern any.
  [[nodiscard]] bool touches(const schema::EventWithdrawn& event) {
    if (event.units() == nullptr) return true;
    return std::any_of(event.units()->begin(), event.units()->end(),
                       [&](const schema::UnitRef* unit) { return names().has(view_of(unit->key())); });
  }

  [[nodiscard]] const schema::EventWithdrawn* withdrawal(RecordPosition at) {
    const schema::Body* body = records_.body(at);
    if (body == nullptr) return nullptr;
    const auto* area = body->events()->Get(0)->area_as_correction();
    return area == nullptr ? nullptr : area->event_as_event_withdrawn();
  }

  void withdrawals() {
    for (const RecordPosition at : reader_.waiting_withdrawals()) {
      const schema::EventWithdrawn* event = withdrawal(at);
      if (event == nullptr || !touches(*event)) {
        ++other_withdrawals_;
        continue;
      }
      missing("a withdrawal waits for an event that never arrived: " + std::string(view_of(event->event_id())),
              position(at), "lotledger event get " + position(at));
    }
    if (other_withdrawals_ > 0) {
      result_.caveats.push_back(std::to_string(other_withdrawals_) +
                                " withdrawal(s) of events that never arrived name no unit of this answer");
    }
  }

  void correctives() {
    for (const auto& reference : reader_.corrective_references()) {
      if (fact_known_(reference.event_id)) continue;
      const schema::EventWithdrawn* event = withdrawal(reference.withdrawal);
      if (event == nullptr || !touches(*event)) continue;
      missing("a correction names an event that never arrived: " + reference.event_id, position(reference.withdrawal),
              "lotledger event get " + position(reference.withdrawal));
    }
  }

  void rows() {
    std::size_t others = 0;
    for (const RecordPosition at : reader_.open_rows()) {
      const schema::Body* body = records_.body(at);
      const auto* area = body == nullptr ? nullptr : body->events()->Get(0)->area_as_intake();
      const auto* row = area == nullptr ? nullptr : area->event_as_row_rejected();
      if (row == nullptr) continue;
      if (!names_answer(*row, *body)) {
        ++others;
        continue;
      }
      const bool conflict = row->kind() == schema::RejectKind::conflict;
      const std::string what = row->kind() == schema::RejectKind::unreadable
                                   ? "part of a file could not be read and may name anything"
                               : conflict ? "an event with the id of another one, and other content, names this answer"
                                          : "a rejected event names this answer";
      missing(what + first_fault(*row), place(*body->source(), at), "lotledger dlq show " + position(at));
    }
    if (others > 0)
      result_.caveats.push_back(std::to_string(others) + " other rejected row(s) are open: lotledger dlq list");
  }

  [[nodiscard]] bool names_answer(const schema::RowRejected& row, const schema::Body& body) {
    // What is not in the record may name anything: a row that is unreadable, or longer than what is kept of it.
    if (row.kind() == schema::RejectKind::unreadable || row.raw() == nullptr || row.raw_bytes() > row.raw()->size())
      return true;
    return mentioned_in(*row.raw()) || (body.source_context() != nullptr && mentioned_in(*body.source_context()));
  }

  [[nodiscard]] bool mentioned_in(const flatbuffers::Vector<std::uint8_t>& text) {
    return names().mentioned_in({reinterpret_cast<const char*>(text.data()), text.size()});
  }

  static std::string first_fault(const schema::RowRejected& row) {
    if (row.faults() == nullptr || row.faults()->size() == 0) return {};
    const schema::Fault* fault = row.faults()->Get(0);
    std::string text = ": ";
    if (fault->field() != nullptr) text += fault->field()->str() + ": ";
    return text + fault->message()->str();
  }

  [[nodiscard]] std::string place(const schema::Source& source, RecordPosition at) const {
    std::string text = position(at);
    if (source.file() != nullptr) text += ", " + source.file()->str();
    if (source.line().has_value()) text += " line " + std::to_string(*source.line());
    return text;
  }

  void unreadable() {
    for (const RecordPosition at : reader_.unreadable_records()) {
      missing("a record that this version cannot read may name anything", position(at),
              "install a version that reads its schema, then repeat");
    }
  }

  /// Up from a lot shows the lot's own inputs; parts of its serials are theirs alone, and that is said.
  void members_left_out() {
    if (reach_.direction == Direction::down) return;
    for (const ReachedNode& node : reach_.nodes) {
      if (node.type != NodeType::lot) continue;
      bool found = false;
      reader_.links(node.id, LinkKind::member, [&](const Link& link) {
        found = found || reader_.any(link.other, LinkKind::has_part) || reader_.any(link.other, LinkKind::output_of);
      });
      if (found) {
        result_.caveats.push_back("serials of " + ref_of(node) +
                                  " have inputs of their own: trace up a serial to see them");
      }
    }
  }

  [[nodiscard]] std::string ref_of(const ReachedNode& node) const { return reader_.node(node.id).key.ref(); }

  /// Names of the whole answer; made when something is to be looked up in them.
  const RowNames& names() {
    if (!names_) {
      std::vector<Node> nodes;
      nodes.reserve(reach_.nodes.size());
      for (const ReachedNode& node : reach_.nodes) nodes.push_back(reader_.node(node.id));
      names_.emplace(nodes);
    }
    return *names_;
  }

  void missing(std::string what, std::string where, std::string remedy) {
    result_.missing.push_back({std::move(what), std::move(where), std::move(remedy)});
  }
  [[nodiscard]] std::string position(RecordPosition at) const {
    return ledgers_[at.ledger] + ":" + std::to_string(at.seq);
  }

  const GenealogyReader& reader_;
  RecordCache& records_;
  const FactKnown& fact_known_;
  const Reach& reach_;
  const std::vector<std::string>& ledgers_;
  std::optional<RowNames> names_;
  Completeness result_;
  std::size_t other_withdrawals_ = 0;
};

}  // namespace

Completeness judge(const GenealogyReader& reader, RecordCache& records, const FactKnown& fact_known, const Reach& reach,
                   const std::vector<std::string>& ledgers) {
  return Judge(reader, records, fact_known, reach, ledgers).run();
}

}  // namespace lotledger::projections

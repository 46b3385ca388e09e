// engine/codec/judgement.cc - events of the area judgement: values to schemas/judgement.fbs and back.
#include "engine/codec/areas.h"

#include "engine/base/assert.h"

namespace lotledger::engine::codec {
namespace {

std::optional<Instant> instant(const flatbuffers::Optional<std::int64_t>& micros) {
  return micros.has_value() ? std::optional(Instant{*micros}) : std::nullopt;
}

Offset<schema::PolicyEntry> encode_entry(Builder& builder, const PolicyEntry& entry) {
  const auto rule = builder.CreateString(entry.rule);
  const auto site = encode_key(builder, entry.site);
  const auto item = encode_key(builder, entry.item);
  const auto source = encode_text(builder, entry.source);
  return schema::CreatePolicyEntry(builder, rule, static_cast<schema::RuleMode>(entry.mode), site, item, source,
                                   encode_instant(entry.from), encode_instant(entry.until));
}

PolicyEntry decode_entry(const schema::PolicyEntry& entry) {
  return {entry.rule()->str(),      static_cast<RuleMode>(entry.mode()), decode_key(entry.site()),
          decode_key(entry.item()), decode_text(entry.source()),         instant(entry.from()),
          instant(entry.until())};
}

struct EncodeJudgement {
  Builder& builder;
  Offset<schema::JudgementArea> operator()(const PolicyActivated& event) const {
    const auto version = builder.CreateString(event.version);
    std::vector<Offset<schema::PolicyEntry>> entries;
    for (const PolicyEntry& entry : event.entries) entries.push_back(encode_entry(builder, entry));
    std::vector<Offset<schema::Authority>> authorities;
    for (const Authority& authority : event.authorities) {
      const auto source = builder.CreateString(authority.source);
      const auto subject = builder.CreateString(authority.subject);
      authorities.push_back(schema::CreateAuthority(builder, source, subject));
    }
    const auto entry_vector = builder.CreateVector(entries);
    const auto authority_vector = builder.CreateVector(authorities);
    const auto text = encode_bytes(builder, bytes_of(event.text));
    const auto created =
        schema::CreatePolicyActivated(builder, version, entry_vector, authority_vector, event.holds_per_hour, text);
    return wrap(schema::JudgementEvent::policy_activated, created.Union());
  }
  Offset<schema::JudgementArea> operator()(const InvariantBreached& event) const {
    const auto rule = builder.CreateString(event.rule);
    const auto clause = encode_text(builder, event.clause);
    const auto detail = encode_text(builder, event.detail);
    const auto units = encode(builder, event.units);
    const auto created =
        schema::CreateInvariantBreached(builder, rule, clause, static_cast<schema::RuleEffect>(event.effect), detail,
                                        units, static_cast<schema::RuleMode>(event.mode));
    return wrap(schema::JudgementEvent::invariant_breached, created.Union());
  }
  Offset<schema::JudgementArea> operator()(const BreachCured& event) const {
    const auto rule = builder.CreateString(event.rule);
    const auto created = schema::CreateBreachCured(builder, event.breach, rule);
    return wrap(schema::JudgementEvent::breach_cured, created.Union());
  }
  [[nodiscard]] Offset<schema::JudgementArea> wrap(schema::JudgementEvent type, Offset<void> event) const {
    return schema::CreateJudgementArea(builder, type, event);
  }
};

PolicyActivated decode_event(const schema::PolicyActivated& event) {
  PolicyActivated out;
  out.version = event.version()->str();
  if (event.entries() != nullptr) {
    for (const auto* entry : *event.entries()) out.entries.push_back(decode_entry(*entry));
  }
  if (event.authorities() != nullptr) {
    for (const auto* authority : *event.authorities())
      out.authorities.push_back({authority->source()->str(), authority->subject()->str()});
  }
  out.holds_per_hour = event.holds_per_hour();
  if (event.text() != nullptr) out.text.assign(event.text()->begin(), event.text()->end());
  return out;
}

InvariantBreached decode_event(const schema::InvariantBreached& event) {
  return {event.rule()->str(),         decode_text(event.clause()), static_cast<RuleEffect>(event.effect()),
          decode_text(event.detail()), decode(event.units()),       static_cast<RuleMode>(event.mode())};
}

BreachCured decode_event(const schema::BreachCured& event) {
  return {event.breach_seq(), event.rule()->str()};
}

}  // namespace

Offset<schema::JudgementArea> encode(Builder& builder, const JudgementEvent& event) {
  return std::visit(EncodeJudgement{builder}, event);
}

JudgementEvent decode(const schema::JudgementArea& area) {
  switch (area.event_type()) {
    case schema::JudgementEvent::policy_activated: return decode_event(*area.event_as_policy_activated());
    case schema::JudgementEvent::invariant_breached: return decode_event(*area.event_as_invariant_breached());
    case schema::JudgementEvent::breach_cured: return decode_event(*area.event_as_breach_cured());
    case schema::JudgementEvent::NONE: break;
  }
  LL_ASSERT(false, "event types are checked when a body is verified");
}

}  // namespace lotledger::engine::codec

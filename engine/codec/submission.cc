// engine/codec/submission.cc - what crosses the writer's socket: schemas/submission.fbs.
#include "engine/codec/areas.h"
#include "engine/codec/body.h"
#include "engine/codec/codec.h"

#include "engine/base/assert.h"

namespace lotledger::engine {
namespace {

using codec::Builder;
using codec::Offset;

struct EncodedCommand {
  schema::Command type = schema::Command::NONE;
  Offset<void> value = 0;
};

struct EncodeCommand {
  Builder& builder;
  EncodedCommand operator()(const PlaceHold& command) const {
    const auto hold = builder.CreateString(command.hold.text);
    const auto unit = codec::encode(builder, command.unit);
    const auto quantity = codec::encode(builder, command.quantity);
    const auto location = codec::encode_key(builder, command.location);
    const auto created =
        schema::CreatePlaceHold(builder, hold, unit, static_cast<schema::HoldKind>(command.kind), quantity, location);
    return {schema::Command::place_hold, created.Union()};
  }
  EncodedCommand operator()(const LiftHold& command) const {
    const auto hold = builder.CreateString(command.hold.text);
    const auto unit = codec::encode(builder, command.unit);
    return {schema::Command::lift_hold, schema::CreateLiftHold(builder, hold, unit).Union()};
  }
  EncodedCommand operator()(const EquateUnits& command) const {
    const auto first = codec::encode(builder, command.first);
    const auto second = codec::encode(builder, command.second);
    return {schema::Command::equate_units, schema::CreateEquateUnits(builder, first, second).Union()};
  }
  EncodedCommand operator()(const VoidFact& command) const {
    const auto units = codec::encode(builder, command.units);
    return {schema::Command::void_fact, schema::CreateVoidFact(builder, command.target, units).Union()};
  }
  EncodedCommand operator()(const DiscardRow& command) const {
    return {schema::Command::discard_row, schema::CreateDiscardRow(builder, command.rejected).Union()};
  }
  EncodedCommand operator()(const RecordEvent& command) const {
    const auto event = codec::encode_event(builder, command.event);
    return {schema::Command::record_event, schema::CreateRecordEvent(builder, event).Union()};
  }
  EncodedCommand operator()(const ActivatePolicy& command) const {
    const auto policy = codec::encode(builder, JudgementEvent{command.policy});
    return {schema::Command::activate_policy, schema::CreateActivatePolicy(builder, policy).Union()};
  }
};

std::optional<Command> decode_command(const schema::Submission& submission) {
  switch (submission.command_type()) {
    case schema::Command::place_hold: {
      const auto* c = submission.command_as_place_hold();
      return PlaceHold{HoldId{c->hold_id()->str()}, codec::decode(*c->unit()), static_cast<HoldKind>(c->kind()),
                       codec::decode(c->quantity()), codec::decode_key(c->location())};
    }
    case schema::Command::lift_hold: {
      const auto* c = submission.command_as_lift_hold();
      return LiftHold{HoldId{c->hold_id()->str()}, codec::decode(*c->unit())};
    }
    case schema::Command::equate_units: {
      const auto* c = submission.command_as_equate_units();
      return EquateUnits{codec::decode(*c->first()), codec::decode(*c->second())};
    }
    case schema::Command::void_fact: {
      const auto* c = submission.command_as_void_fact();
      return VoidFact{c->target(), codec::decode(c->units())};
    }
    case schema::Command::discard_row: return DiscardRow{submission.command_as_discard_row()->rejected()};
    case schema::Command::record_event:
      return RecordEvent{codec::decode_event(*submission.command_as_record_event()->event())};
    case schema::Command::activate_policy:
      return ActivatePolicy{
          std::get<PolicyActivated>(codec::decode(*submission.command_as_activate_policy()->policy()))};
    case schema::Command::NONE: break;
  }
  return std::nullopt;
}

Offset<schema::Condition> encode_condition(Builder& builder, const std::optional<Condition>& condition) {
  if (!condition) return 0;
  const auto stream = codec::encode_text(builder, condition->stream);
  const auto tag = codec::encode_text(builder, condition->tag);
  return schema::CreateCondition(builder, stream, tag, condition->last_seq);
}

/// A copy of `bytes` that is aligned for FlatBuffers.
std::unique_ptr<std::uint64_t[]> aligned_copy(Bytes bytes) {
  auto copy = std::make_unique<std::uint64_t[]>(bytes.size() / 8 + 2);
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  return copy;
}

}  // namespace

Result<ByteVector> encode_submission(const Submission& submission) {
  Builder builder(4096);
  const auto body = codec::encode_body(builder, submission.body);
  const EncodedCommand command =
      submission.command ? std::visit(EncodeCommand{builder}, *submission.command) : EncodedCommand{};
  const auto condition = encode_condition(builder, submission.condition);
  builder.Finish(
      schema::CreateSubmission(builder, static_cast<std::uint8_t>(submission.dedup), body, command.type, command.value,
                               codec::optional_of<std::uint64_t>(submission.repairs), condition),
      schema::SubmissionIdentifier());
  if (builder.GetSize() > k_body_bytes_max) {
    return fail(ErrorCode::invalid_input,
                "the submission takes " + std::to_string(builder.GetSize()) + " bytes; at most 8 MiB are allowed");
  }
  return ByteVector(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

Result<Submission> decode_submission(Bytes bytes) {
  if (bytes.size() > k_body_bytes_max) return fail(ErrorCode::corrupt, "the submission is larger than 8 MiB");
  const auto copy = aligned_copy(bytes);
  const auto* data = reinterpret_cast<const std::uint8_t*>(copy.get());
  if (bytes.size() < 8 || !schema::SubmissionBufferHasIdentifier(data))
    return fail(ErrorCode::corrupt, "the bytes are no submission");
  flatbuffers::Verifier verifier(data, bytes.size(), 16, static_cast<flatbuffers::uoffset_t>(bytes.size() / 4));
  if (!schema::VerifySubmissionBuffer(verifier))
    return fail(ErrorCode::corrupt, "the submission is not a well-formed FlatBuffer");
  const schema::Submission* submission = schema::GetSubmission(data);
  LL_TRY(check_ranges(*submission->body()));
  if (const auto* activated = submission->command_as_activate_policy();
      activated != nullptr && activated->policy()->event_as_policy_activated() == nullptr)
    return fail(ErrorCode::corrupt, "the command to activate a policy holds none");
  if (const auto* recorded = submission->command_as_record_event(); recorded != nullptr) {
    LL_TRY(check_event(*recorded->event()));
    if (!event_known(*recorded->event()))
      return fail(ErrorCode::corrupt, "the command holds an event of an unknown type");
  }
  if (!all_events_known(*submission->body()))
    return fail(ErrorCode::corrupt, "the submission holds an event of an unknown type");
  if (submission->dedup() > static_cast<std::uint8_t>(DedupKind::conflict))
    return fail(ErrorCode::corrupt, "the submission has an unknown kind");
  Submission out;
  out.dedup = static_cast<DedupKind>(submission->dedup());
  out.body = decode_body(*submission->body());
  out.command = decode_command(*submission);
  out.repairs = submission->repairs();
  if (const auto* condition = submission->condition(); condition != nullptr) {
    out.condition =
        Condition{codec::decode_text(condition->stream()), codec::decode_text(condition->tag()), condition->last_seq()};
  }
  return out;
}

ByteVector encode_receipt(const Result<Receipt>& receipt) {
  Builder builder(256);
  if (receipt.has_value()) {
    const auto leaf = codec::encode_bytes(builder, receipt->position.leaf.view());
    const auto rule = codec::encode_text(builder, receipt->rule);
    const auto detail = codec::encode_text(builder, receipt->detail);
    builder.Finish(schema::CreateReceipt(builder, static_cast<std::uint8_t>(receipt->outcome), receipt->position.seq,
                                         leaf, receipt->unresolved, rule, detail));
  } else {
    const auto error = builder.CreateString(receipt.error().message);
    builder.Finish(
        schema::CreateReceipt(builder, 0, 0, 0, false, 0, 0, error, static_cast<std::uint8_t>(receipt.error().code)));
  }
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

Result<Receipt> decode_receipt(Bytes bytes) {
  const auto copy = aligned_copy(bytes);
  const auto* data = reinterpret_cast<const std::uint8_t*>(copy.get());
  flatbuffers::Verifier verifier(data, bytes.size());
  if (!verifier.VerifyBuffer<schema::Receipt>(nullptr))
    return fail(ErrorCode::corrupt, "the writer's answer is no receipt");
  const auto* receipt = flatbuffers::GetRoot<schema::Receipt>(data);
  if (receipt->error() != nullptr) return fail(static_cast<ErrorCode>(receipt->error_code()), receipt->error()->str());
  Receipt out;
  out.outcome = static_cast<Outcome>(receipt->outcome());
  out.position = {receipt->seq(), codec::decode_digest(receipt->leaf())};
  out.unresolved = receipt->unresolved();
  out.rule = codec::decode_text(receipt->rule());
  out.detail = codec::decode_text(receipt->detail());
  return out;
}

}  // namespace lotledger::engine

// tests/support/records.cc - records made by hand.
#include "tests/support/records.h"

#include "engine/codec/codec.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace lotledger::tests {
namespace {

constexpr std::int64_t k_second_us = 1'000'000;

Seq append_record(VectorLog& log, Bytes body, std::uint16_t schema_version, std::uint32_t flags) {
  const Head before = log.durable();
  engine::RecordHeader header;
  header.schema_version = schema_version;
  header.flags = flags;
  header.seq = before.seq + 1;
  header.previous_leaf = before.leaf;
  header.recorded_at = log.records.empty() ? minute(0).at : log.records.back().header().recorded_at;
  header.recorded_at.utc_us += k_second_us;
  log.records.push_back(engine::make_record(header, body));
  return header.seq;
}

}  // namespace

Seq append_bytes(VectorLog& log, Bytes body, std::uint16_t schema_version) {
  return append_record(log, body, schema_version, 0);
}

Seq append(VectorLog& log, const engine::Body& body, std::uint32_t flags) {
  engine::BodyEncoder encoder;
  const auto bytes = encoder.encode(body);
  REQUIRE(bytes.has_value());
  return append_record(log, *bytes, engine::k_schema_version, flags);
}

Seq append_unreadable(VectorLog& log) {
  return append_bytes(log, lotledger::bytes_of("words of a later version"), engine::k_schema_version + 1);
}

engine::Body body_with(engine::AreaEvent event, std::string message_id, std::string actor) {
  engine::Body body;
  body.actor.id = ActorId{std::move(actor)};
  body.source.system = "test";
  body.source.message_id = std::move(message_id);
  body.events.emplace_back().body = std::move(event);
  return body;
}

Head LogPrefix::durable() const {
  if (last_ == k_no_seq || last_ >= log_.records.size()) return log_.durable();
  return {last_, log_.records[last_].leaf()};
}

Result<void> LogPrefix::read(Seq first, Seq last, const engine::RecordVisitor& visit) {
  return log_.read(first, std::min(last, last_), visit);
}

Result<engine::StoredRecord> LogPrefix::at(Seq seq) {
  if (seq > last_) return fail(ErrorCode::not_found, "record " + std::to_string(seq) + " is beyond the end");
  return log_.at(seq);
}

std::unique_ptr<projections::Store> folded(projections::Projection& projection, engine::LogReader& log) {
  auto store = projections::memory_store(projection.fold_version());
  const auto read = log.read(0, k_no_seq, [&](const engine::StoredRecord& record) {
    projection.apply({record, projections::body_to_fold(record)}, *store);
    return true;
  });
  REQUIRE(read.has_value());
  return store;
}

}  // namespace lotledger::tests

// engine/log/position_file.cc - the two slots of `head` and `durable`.
#include "engine/log/position_file.h"

#include "engine/log/crc32c.h"

#include <algorithm>
#include <array>

namespace lotledger::engine {

namespace {
constexpr std::array<std::uint8_t, 4> k_slot_magic{'L', 'L', 'H', 1};
constexpr std::size_t k_slot_checked_from = 8;

using Slot = std::array<std::uint8_t, k_position_slot_bytes>;

Slot encode_slot_of(const LogPosition& position, std::uint64_t generation) {
  Slot slot{};
  std::copy(k_slot_magic.begin(), k_slot_magic.end(), slot.begin());
  store_le(slot.data() + 8, generation);
  std::copy(position.ledger.bytes.begin(), position.ledger.bytes.end(), slot.data() + 16);
  store_le(slot.data() + 32, position.head.seq);
  store_le(slot.data() + 40, position.segment);
  store_le(slot.data() + 48, position.end_offset);
  std::copy(position.head.leaf.bytes.begin(), position.head.leaf.bytes.end(), slot.data() + 56);
  store_le(slot.data() + 4, crc32c(Bytes(slot).subspan(k_slot_checked_from)));
  return slot;
}

/// Takes the slot over into `slots` when it is good and newer, else notes the fault.
void judge_slot(Bytes slot, std::size_t number, PositionSlots& slots) {
  const auto fault = [&](std::string why) {
    slots.faults.push_back({number * k_position_slot_bytes, "slot " + std::to_string(number) + ": " + std::move(why)});
  };
  if (slot.size() < k_position_slot_bytes)
    return fault("is cut off after " + std::to_string(slot.size()) + " of 4096 bytes");
  if (!std::equal(k_slot_magic.begin(), k_slot_magic.end(), slot.begin()))
    return fault("does not begin as a slot does");
  if (load_le<std::uint32_t>(slot.data() + 4) != crc32c(slot.subspan(k_slot_checked_from)))
    return fault("checksum differs");
  const auto generation = load_le<std::uint64_t>(slot.data() + 8);
  if (generation % 2 != number)
    return fault("generation " + std::to_string(generation) + " belongs into the other slot");
  if (slots.latest.has_value() && generation <= slots.generation) return;
  LogPosition position;
  std::copy_n(slot.data() + 16, position.ledger.bytes.size(), position.ledger.bytes.begin());
  position.head.seq = load_le<Seq>(slot.data() + 32);
  position.segment = load_le<Seq>(slot.data() + 40);
  position.end_offset = load_le<std::uint64_t>(slot.data() + 48);
  std::copy_n(slot.data() + 56, position.head.leaf.bytes.size(), position.head.leaf.bytes.begin());
  slots.latest = position;
  slots.generation = generation;
}
}  // namespace

Result<PositionSlots> read_positions(Disk& disk, const std::string& path) {
  LL_ASSIGN(const auto file, disk.open(path, OpenMode::read));
  LL_ASSIGN(const std::uint64_t size, file->size());
  ByteVector bytes(k_position_file_bytes);
  LL_ASSIGN(const std::size_t got, file->read_at(0, bytes));
  PositionSlots slots;
  for (std::size_t number = 0; number < 2; ++number) {
    const std::size_t begin = std::min(got, number * k_position_slot_bytes);
    const std::size_t end = std::min(got, begin + k_position_slot_bytes);
    judge_slot(Bytes(bytes).subspan(begin, end - begin), number, slots);
  }
  if (size > k_position_file_bytes) {
    slots.faults.push_back({k_position_file_bytes, std::to_string(size - k_position_file_bytes) + " bytes too many"});
  }
  return slots;
}

Result<PositionFile> PositionFile::create(Disk& disk, const std::string& path, const LogPosition& position) {
  ByteVector bytes;
  for (std::uint64_t generation = 0; generation < 2; ++generation) {
    const Slot slot = encode_slot_of(position, generation);
    bytes.insert(bytes.end(), slot.begin(), slot.end());
  }
  LL_TRY(replace_file(disk, path, bytes));
  LL_ASSIGN(auto file, disk.open(path, OpenMode::write_existing));
  return PositionFile(std::move(file), 1);
}

Result<PositionFile> PositionFile::open(Disk& disk, const std::string& path, const PositionSlots& slots) {
  LL_ASSIGN(auto file, disk.open(path, OpenMode::write_existing));
  return PositionFile(std::move(file), slots.generation);
}

Result<void> PositionFile::write(const LogPosition& position, Durability durability) {
  ++generation_;
  const Slot slot = encode_slot_of(position, generation_);
  LL_TRY(file_->write_at(generation_ % 2 * k_position_slot_bytes, slot));
  return durability == Durability::synced ? file_->sync() : Result<void>{};
}

}  // namespace lotledger::engine

// tests/fuzz/segment.cc - any bytes as the only segment of a log: readers, verification and recovery. An even first
// byte leaves the rest as it is; an odd one makes its checksums true first, so that what stands behind them is reached.
#include "engine/base/hash.h"
#include "engine/log/crc32c.h"
#include "engine/log/local_log.h"
#include "engine/log/log_files.h"
#include "engine/log/segment_check.h"
#include "tests/support/sim_disk.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace lotledger::tests {
namespace {

using namespace engine;
const std::string k_folder = "/log";

void seal_block(ByteVector& bytes, std::size_t at, std::size_t size) {
  if (bytes.size() < at + size) return;
  store_le(bytes.data() + at + 4, crc32c(Bytes(bytes).subspan(at + 8, size - 8)));
}

/// Makes body hashes and checksums of the slots from `at` on true, as far as their lengths make sense; returns the end.
std::size_t seal_slots(ByteVector& bytes, std::size_t at, std::uint32_t count, std::uint32_t& crc_of_crcs) {
  for (std::uint32_t i = 0; i < count && at + k_header_bytes + 4 <= bytes.size(); ++i) {
    const std::uint64_t body = load_le<std::uint32_t>(bytes.data() + at + 88);
    const std::uint64_t size = slot_bytes(body);
    if (size > bytes.size() - at) break;
    const Digest hash = Sha256().of(Bytes(bytes).subspan(at + k_header_bytes, body));
    std::copy(hash.bytes.begin(), hash.bytes.end(), bytes.data() + at + 96);
    store_le(bytes.data() + at + size - 4, crc32c(Bytes(bytes).subspan(at, size - 4)));
    crc_of_crcs = crc32c(Bytes(bytes).subspan(at + size - 4, 4), crc_of_crcs);
    at += size;
  }
  return at;
}

void seal(ByteVector& bytes) {
  seal_block(bytes, 0, k_segment_header_bytes);
  for (std::size_t at = k_segment_header_bytes; at + k_frame_header_bytes <= bytes.size();) {
    std::uint32_t crc_of_crcs = 0;
    const auto count = load_le<std::uint32_t>(bytes.data() + at + 32);
    const std::size_t end = seal_slots(bytes, at + k_frame_header_bytes, count, crc_of_crcs);
    store_le(bytes.data() + at + 36, crc_of_crcs);
    seal_block(bytes, at, k_frame_header_bytes);
    at = end;
  }
}

/// Records come whole, in order, and as many as were promised, or reading ends with an error.
void read_to_the_end(LogReader& log) {
  Seq next = 0;
  const auto read = log.read(0, k_no_seq, [&](const StoredRecord& record) {
    if (record.seq() != next++) std::abort();
    return true;
  });
  if (read.has_value() && next != log.durable().seq + 1) std::abort();
}

LedgerId ledger_in(const ByteVector& segment) {
  LedgerId ledger;
  if (segment.size() >= 24) std::copy_n(segment.data() + 8, 16, ledger.bytes.begin());
  return ledger;
}

void open_all(const ByteVector& segment) {
  SimDisk disk;
  if (!LocalLog::create(disk, k_folder, ledger_in(segment)).has_value()) std::abort();
  disk.put(k_folder + "/" + segment_name(0), segment);
  const auto verified = verify_local_log(disk, k_folder);
  if (!verified.has_value()) std::abort();
  static_cast<void>(check_segment(disk, k_folder, 0));
  if (const auto reader = open_local_reader(disk, k_folder)) read_to_the_end(**reader);
  const auto log = LocalLog::open(disk, k_folder);
  if (!log.has_value()) return;
  read_to_the_end(**log);
  // What a writer opens is sound from then on.
  const auto again = verify_local_log(disk, k_folder);
  if (!again.has_value() || again->first_bad) std::abort();
}

}  // namespace
}  // namespace lotledger::tests

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > (1U << 20U)) return 0;
  lotledger::ByteVector segment(data + 1, data + size);
  if (data[0] % 2 == 1) lotledger::tests::seal(segment);
  lotledger::tests::open_all(segment);
  return 0;
}

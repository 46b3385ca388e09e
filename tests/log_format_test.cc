// tests/log_format_test.cc - the stored bytes never change: golden files, and the worked example of
// docs/data_format.md.
#include "engine/log/local_log.h"
#include "engine/log/segment.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
const std::string k_folder = "/log";

StoredRecord example_record() {
  RecordHeader header;
  header.ledger = test_ledger();
  header.writer = 0x1122334455667788;
  header.recorded_at = Instant{1'790'000'000'000'000};
  return make_record(header, bytes_of("Lotledger, record 0."));
}

/// The bytes of the first fenced block behind `heading` in docs/data_format.md that has lines of offset and
/// hexadecimal.
ByteVector documented_bytes(const std::string& heading) {
  std::ifstream file(LOTLEDGER_SOURCE_DIR "/docs/data_format.md");
  std::string line;
  while (std::getline(file, line) && line != heading) {
  }
  while (std::getline(file, line) && line != "```") {
  }
  ByteVector bytes;
  while (std::getline(file, line) && line != "```") {
    std::istringstream words(line.substr(0, line.find('|')));
    std::string word;
    words >> word;
    if (word.size() != 8 || from_hex(word).size() != 4) fail_test("no offset: " + line);
    if (std::stoul(word, nullptr, 16) != bytes.size()) fail_test("offset out of order: " + line);
    while (words >> word) bytes.push_back(from_hex(word).at(0));
  }
  return bytes;
}

void write_golden(SimDisk& disk) {
  const auto chain = make_chain({}, 12);
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {5}));
  const auto log = value_of(LocalLog::open(disk, k_folder));
  for (const std::size_t count : {3U, 1U, 8U}) {
    require_ok(log->append(std::span(chain).subspan(log->tail().seq + 1, count)));
    require_ok(log->sync());
  }
}
}  // namespace

TEST_CASE("format: a fixed ledger gives the same files for ever") {
  SimDisk disk;
  write_golden(disk);
  struct Row {
    std::string_view name;
    std::string_view expected;
  };
  constexpr Row rows[] = {
      {"/log/00000000000000000000.seg", "594622e470468451f12c336a078ad6f6a4ac0d2455a1c58e33e1e9965526727a"},
      {"/log/00000000000000000005.seg", "ce14d42dbb7867c23a889ea3f18f273c24e221b8772432463b06917cbd1cdc36"},
      {"/log/00000000000000000010.seg", "de4cf2c97d483c156afdf54f605e194a99cb71853f8cd2ebd74fa98f969dd939"},
      {"/log/head", "1f9f9aa2102da2841b8fb62897cf54580349f2a6002bce05477e113f6adbd376"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(sha256(disk.content(std::string(row.name))).hex() == row.expected);
  }
}

TEST_CASE("format: the worked example of the document is what the engine writes") {
  SimDisk disk;
  require_ok(LocalLog::create(disk, k_folder, test_ledger(), {65'536}));
  const auto log = value_of(LocalLog::open(disk, k_folder));
  require_ok(log->append(std::vector{example_record()}));
  require_ok(log->sync());
  const ByteVector documented = documented_bytes("### Worked example");
  CHECK(to_hex(documented) == to_hex(disk.content(k_folder + "/" + segment_name(0))));
}

TEST_CASE("format: the worked example decodes as the document says") {
  const ByteVector bytes = documented_bytes("### Worked example");
  REQUIRE(bytes.size() == 288);
  const auto header = value_of(decode_segment_header(bytes));
  CHECK(header.ledger == test_ledger());
  CHECK(header.first == 0);
  CHECK(header.records_per_segment == 65'536);
  CHECK(header.previous_leaf == Digest{});
  const auto frame = value_of(decode_frame_header(Bytes(bytes).subspan(80), 80));
  CHECK(frame.first == 0);
  CHECK(frame.durable_to == k_no_seq);
  CHECK(frame.count == 1);
  CHECK(frame.payload_bytes == 160);
  const auto record = value_of(read_record(Bytes(bytes).subspan(128)));
  CHECK(same(record, example_record()));
  CHECK(text_of(record.body()) == "Lotledger, record 0.");
  std::ifstream file(LOTLEDGER_SOURCE_DIR "/docs/data_format.md");
  const std::string document{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  CHECK(document.find(record.leaf().hex()) != std::string::npos);
}

TEST_CASE("format: every checked structure decodes to what was encoded, and no flipped byte passes") {
  CHECK(rc::check("structures", [] {
    const FrameHeader frame{.first = *rc::gen::arbitrary<Seq>(),
                            .durable_to = *rc::gen::arbitrary<Seq>(),
                            .payload_bytes = *rc::gen::inRange<std::uint64_t>(100, 1'000) * 16,
                            .count = *rc::gen::inRange<std::uint32_t>(1, 10),
                            .payload_crc = *rc::gen::arbitrary<std::uint32_t>(),
                            .offset = *rc::gen::arbitrary<std::uint64_t>()};
    ByteVector bytes(k_frame_header_bytes);
    encode_frame_header(frame, bytes);
    const auto decoded = decode_frame_header(bytes, frame.offset);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(decoded->first == frame.first);
    RC_ASSERT(decoded->durable_to == frame.durable_to);
    RC_ASSERT(decoded->payload_bytes == frame.payload_bytes);
    RC_ASSERT(decoded->count == frame.count);
    RC_ASSERT(decoded->payload_crc == frame.payload_crc);
    RC_ASSERT(!decode_frame_header(bytes, frame.offset + 16).has_value());
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^= *rc::gen::inRange<std::uint8_t>(1, 255);
    RC_ASSERT(!decode_frame_header(bytes, frame.offset).has_value());
  }));
}

TEST_CASE("format: segment names") {
  struct Row {
    std::string_view name;
    std::optional<Seq> expected;
  };
  constexpr Row rows[] = {
      {"00000000000000000000.seg", 0},
      {"00000000000000065536.seg", 65'536},
      {"18446744073709551615.seg", k_no_seq},
      {"18446744073709551616.seg", std::nullopt},
      {"0000000000000065536.seg", std::nullopt},
      {"00000000000000065536.seg.new", std::nullopt},
      {"0000000000000006553x.seg", std::nullopt},
      {"-0000000000000000001.seg", std::nullopt},
      {"head", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(parse_segment_name(row.name) == row.expected);
    if (row.expected) CHECK(segment_name(*row.expected) == row.name);
  }
}

}  // namespace lotledger::tests

// tests/sim/raw_log.cc - segments, byte by byte.
#include "tests/sim/raw_log.h"

#include <algorithm>
#include <array>

namespace lotledger::tests {
namespace {

constexpr std::size_t k_segment_head = 80;
constexpr std::size_t k_frame_head = 48;
constexpr std::size_t k_record_head = 128;
constexpr std::size_t k_trailer = 80;

using Table = std::array<std::uint32_t, 256>;

Table crc_table() {
  Table table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
    table[i] = value;
  }
  return table;
}

std::uint32_t crc_of(Bytes bytes) {
  static const Table table = crc_table();
  std::uint32_t crc = ~0U;
  for (const std::uint8_t byte : bytes) crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFFU];
  return ~crc;
}

Digest digest_at(const std::uint8_t* from) {
  Digest digest;
  std::copy_n(from, digest.bytes.size(), digest.bytes.begin());
  return digest;
}

bool has_magic(Bytes bytes, char kind) {
  return bytes[0] == 'L' && bytes[1] == 'L' && bytes[2] == static_cast<std::uint8_t>(kind) && bytes[3] == 1;
}

/// Reads one segment behind what was read before.
class SegmentReading {
 public:
  SegmentReading(std::string file, ByteVector bytes, RawLog& log)
      : file_(std::move(file)), bytes_(std::move(bytes)), log_(log) {}

  /// `last`: it may still grow, and end anywhere between two groups.
  void run(bool last) {
    if (!head()) return;
    while (offset_ < bytes_.size() && count_ < size_) {
      if (!group()) return;
    }
    if (count_ < size_) {
      if (!last) fault("ends before it is full");
      return;
    }
    if (!(last && offset_ == bytes_.size())) footer();
  }

 private:
  void fault(const std::string& why) {
    if (log_.fault.empty()) log_.fault = file_ + ", offset " + std::to_string(offset_) + ": " + why;
  }
  [[nodiscard]] bool have(std::size_t size) {
    if (offset_ + size <= bytes_.size()) return true;
    fault("the file ends inside");
    return false;
  }
  [[nodiscard]] Bytes at(std::size_t offset, std::size_t size) const { return Bytes(bytes_).subspan(offset, size); }
  template <typename T>
  [[nodiscard]] T number(std::size_t offset) const {
    return load_le<T>(bytes_.data() + offset);
  }

  bool head() {
    if (!have(k_segment_head)) return false;
    if (!has_magic(at(0, 4), 'S') || number<std::uint32_t>(4) != crc_of(at(8, 72))) {
      fault("segment header");
      return false;
    }
    size_ = number<std::uint64_t>(32);
    if (number<std::uint64_t>(24) != log_.records.size()) fault("first seq of the segment");
    if (digest_at(bytes_.data() + 40) != last_leaf()) fault("previous leaf of the segment");
    offset_ = k_segment_head;
    return log_.fault.empty();
  }

  [[nodiscard]] Digest last_leaf() const { return log_.records.empty() ? Digest{} : log_.records.back().leaf; }

  bool group() {
    if (!have(k_frame_head)) return false;
    const std::size_t frame = offset_;
    frame_ = frame;
    const bool sound = has_magic(at(frame, 4), 'G') && number<std::uint32_t>(frame + 4) == crc_of(at(frame + 8, 40)) &&
                       number<std::uint64_t>(frame + 40) == frame &&
                       number<std::uint64_t>(frame + 8) == log_.records.size();
    const auto durable_to = number<std::uint64_t>(frame + 16);
    if (!sound || durable_to + 1 > log_.records.size()) {
      fault("frame header");
      return false;
    }
    const auto length = number<std::uint64_t>(frame + 24);
    const auto records = number<std::uint32_t>(frame + 32);
    offset_ += k_frame_head;
    ByteVector checksums;
    for (std::uint32_t i = 0; i < records; ++i) {
      if (!slot(checksums)) return false;
    }
    if (offset_ - frame - k_frame_head != length || number<std::uint32_t>(frame + 36) != crc_of(checksums)) {
      fault("length or checksum of the group");
      return false;
    }
    return true;
  }

  bool slot(ByteVector& checksums) {
    if (!have(k_record_head)) return false;
    const std::size_t begin = offset_;
    const std::size_t body = number<std::uint32_t>(begin + 88);
    const std::size_t size = (k_record_head + body + 4 + 15) / 16 * 16;
    if (!have(size)) return false;
    if (number<std::uint32_t>(begin + size - 4) != crc_of(at(begin, size - 4))) {
      fault("checksum of record " + std::to_string(log_.records.size()));
      return false;
    }
    const Bytes padding = at(begin + k_record_head + body, size - 4 - k_record_head - body);
    const bool zero = std::ranges::all_of(padding, [](std::uint8_t byte) { return byte == 0; });
    if (!zero || !has_magic(at(begin, 4), 'R')) fault("padding or magic of record " + std::to_string(count_));
    checksums.insert(checksums.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(begin + size - 4),
                     bytes_.begin() + static_cast<std::ptrdiff_t>(begin + size));
    keep(begin, body, size);
    offset_ += size;
    ++count_;
    return log_.fault.empty();
  }

  void keep(std::size_t begin, std::size_t body, std::size_t size) {
    RawRecord record;
    record.seq = number<std::uint64_t>(begin + 24);
    record.previous = digest_at(bytes_.data() + begin + 32);
    record.recorded_at = Instant{number<std::int64_t>(begin + 80)};
    record.body_hash = digest_at(bytes_.data() + begin + 96);
    record.leaf = raw_leaf(at(begin, k_record_head));
    record.file = file_;
    record.frame = frame_;
    record.begin = begin;
    record.end = begin + size;
    if (record.body_hash != sha256(at(begin + k_record_head, body))) fault("body hash");
    if (record.seq != log_.records.size()) fault("seq " + std::to_string(record.seq));
    if (record.previous != last_leaf()) fault("previous leaf");
    offsets_.push_back(begin);
    log_.records.push_back(std::move(record));
  }

  void footer() {
    const std::size_t index = 8 * offsets_.size();
    if (!have(index + k_trailer)) return;
    bool sound = offset_ + index + k_trailer == bytes_.size();
    for (std::size_t i = 0; i < offsets_.size(); ++i)
      sound = sound && number<std::uint64_t>(offset_ + 8 * i) == offsets_[i];
    const std::size_t trailer = offset_ + index;
    sound =
        sound && has_magic(at(trailer, 4), 'F') && number<std::uint32_t>(trailer + 4) == crc_of(at(trailer + 8, 72));
    sound = sound && number<std::uint64_t>(trailer + 16) == size_ && number<std::uint64_t>(trailer + 24) == offset_;
    sound = sound && number<std::uint32_t>(trailer + 32) == crc_of(at(offset_, index));
    sound = sound && digest_at(bytes_.data() + trailer + 40) == last_leaf();
    if (!sound) fault("footer");
  }

  const std::string file_;
  const ByteVector bytes_;
  RawLog& log_;
  std::size_t offset_ = 0;
  std::size_t frame_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t count_ = 0;
  std::vector<std::uint64_t> offsets_;
};

}  // namespace

Digest raw_leaf(Bytes header) {
  Sha256 sha;
  const std::uint8_t zero = 0;
  return sha.update({&zero, 1}).update(header).finish();
}

RawLog read_raw_log(const SimDisk& disk, const std::string& folder) {
  std::vector<std::string> files;
  for (const std::string& path : disk.paths()) {
    if (path.starts_with(folder + "/") && path.ends_with(".seg")) files.push_back(path);
  }
  std::ranges::sort(files);
  RawLog log;
  for (std::size_t i = 0; i < files.size() && log.fault.empty(); ++i)
    SegmentReading(files[i], disk.content(files[i]), log).run(i + 1 == files.size());
  return log;
}

}  // namespace lotledger::tests

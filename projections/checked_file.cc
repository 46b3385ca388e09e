// projections/checked_file.cc - blocks and their checksums.
#include "projections/checked_file.h"

#include "engine/log/crc32c.h"

namespace lotledger::projections {

namespace {

constexpr std::size_t k_buffer_bytes = std::size_t{1} << 20;
static_assert(k_buffer_bytes % k_check_block_bytes == 0);

std::uint64_t blocks_of(std::uint64_t size) {
  return (size + k_check_block_bytes - 1) / k_check_block_bytes;
}

}  // namespace

Result<CheckedWriter> CheckedWriter::create(engine::Disk& disk, const std::string& path) {
  LL_ASSIGN(auto file, disk.open(path, engine::OpenMode::create_new));
  return CheckedWriter(std::move(file));
}

void CheckedWriter::append(Bytes bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const std::size_t room = std::min(bytes.size(), k_buffer_bytes - buffer_.size());
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(room));
    bytes = bytes.subspan(room);
    if (buffer_.size() == k_buffer_bytes) flush();
  }
}

/// Precondition: whole blocks.
void CheckedWriter::flush() {
  const Bytes data(buffer_);
  for (std::size_t at = 0; at < data.size(); at += k_check_block_bytes)
    sums_.push_back(engine::crc32c(data.subspan(at, k_check_block_bytes)));
  if (status_.has_value()) status_ = file_->write_at(written_, data);
  written_ += data.size();
  buffer_.clear();
}

Result<void> CheckedWriter::finish() {
  buffer_.resize(blocks_of(buffer_.size()) * k_check_block_bytes);
  flush();
  LL_TRY(status_);
  const Bytes sums(reinterpret_cast<const std::uint8_t*>(sums_.data()), sums_.size() * sizeof(std::uint32_t));
  LL_TRY(file_->write_at(written_, sums));
  return file_->sync();
}

CheckedMap::CheckedMap(std::unique_ptr<engine::MappedFile> file, std::uint64_t size)
    : file_(std::move(file)), data_(file_->bytes().data()), size_(size), checked_(blocks_of(size)) {}

Result<CheckedMap> CheckedMap::open(engine::Disk& disk, const std::string& path, std::uint64_t size) {
  LL_ASSIGN(auto file, disk.map(path));
  const std::uint64_t expected = blocks_of(size) * (k_check_block_bytes + sizeof(std::uint32_t));
  if (file->bytes().size() != expected) {
    return fail(ErrorCode::corrupt, path + ": has " + std::to_string(file->bytes().size()) + " bytes instead of " +
                                        std::to_string(expected));
  }
  return CheckedMap(std::move(file), size);
}

bool CheckedMap::check(std::uint64_t block) const {
  const std::uint8_t* const sums = data_ + blocks_of(size_) * k_check_block_bytes;
  const Bytes bytes(data_ + block * k_check_block_bytes, k_check_block_bytes);
  checked_[block] = engine::crc32c(bytes) == load_le<std::uint32_t>(sums + block * sizeof(std::uint32_t));
  return checked_[block];
}

}  // namespace lotledger::projections

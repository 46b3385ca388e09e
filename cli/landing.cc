// cli/landing.cc - copying a source file in bounded memory.
#include "cli/landing.h"

#include "engine/log/disk.h"

#include <unistd.h>

namespace lotledger::cli {
namespace {

constexpr std::size_t k_chunk_bytes = std::size_t{1} << 20;

/// Calls `use` with the file's bytes, piece by piece.
template <typename Use>
Result<void> each_chunk(const engine::File& file, const Use& use) {
  ByteVector chunk(k_chunk_bytes);
  for (std::uint64_t offset = 0;;) {
    LL_ASSIGN(const std::size_t got, file.read_at(offset, chunk));
    if (got == 0) return {};
    LL_TRY(use(offset, Bytes(chunk).first(got)));
    offset += got;
  }
}

Result<void> copy_durably(engine::Disk& disk, const engine::File& from, const std::string& to) {
  const std::string temporary = to + "." + std::to_string(::getpid()) + ".part";
  if (auto removed = disk.remove(temporary); !removed.has_value() && removed.error().code != ErrorCode::not_found) {
    return std::unexpected(removed.error());
  }
  LL_ASSIGN(const auto copy, disk.open(temporary, engine::OpenMode::create_new));
  LL_TRY(each_chunk(from, [&](std::uint64_t offset, Bytes bytes) { return copy->write_at(offset, bytes); }));
  LL_TRY(copy->sync());
  LL_TRY(disk.rename(temporary, to));
  return disk.sync_folder(to.substr(0, to.rfind('/')));
}

}  // namespace

Result<Landed> land_file(const std::string& folder, const std::string& file) {
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const auto source, disk->open(file, engine::OpenMode::read));
  Sha256 hash;
  LL_TRY(each_chunk(*source, [&](std::uint64_t, Bytes bytes) -> Result<void> {
    hash.update(bytes);
    return {};
  }));
  Landed landed;
  landed.hash = hash.finish();
  landed.path = folder + "/" + landed.hash.hex();
  LL_TRY(disk->make_folders(folder));
  LL_ASSIGN(const bool there, disk->exists(landed.path));
  if (!there) LL_TRY(copy_durably(*disk, *source, landed.path));
  return landed;
}

}  // namespace lotledger::cli

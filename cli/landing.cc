// cli/landing.cc - copying a source file in bounded memory.
#include "cli/landing.h"

#include <unistd.h>

#include <filesystem>

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

Result<Digest> hash_of(const engine::File& file) {
  Sha256 hash;
  LL_TRY(each_chunk(file, [&](std::uint64_t, Bytes bytes) -> Result<void> {
    hash.update(bytes);
    return {};
  }));
  return hash.finish();
}

/// Writes the bytes of `from` to `path`, synced; invalid_input when their hash is another one by now.
Result<void> copy_to(engine::Disk& disk, const engine::File& from, const Digest& expected, const std::string& path) {
  LL_ASSIGN(const auto copy, disk.open(path, engine::OpenMode::create_new));
  Sha256 hash;
  LL_TRY(each_chunk(from, [&](std::uint64_t offset, Bytes bytes) {
    hash.update(bytes);
    return copy->write_at(offset, bytes);
  }));
  if (hash.finish() != expected)
    return fail(ErrorCode::invalid_input, "changes while it is read; import it again when it is complete");
  return copy->sync();
}

/// A pipe gives its bytes only once, and opening one waits for whoever writes to it. What is missing, or hidden, is
/// told when it is opened.
Result<void> check_is_file(const std::string& path) {
  std::error_code hidden;
  const auto found = std::filesystem::status(path, hidden);
  if (std::filesystem::is_directory(found))
    return fail(ErrorCode::invalid_input, path + ": is a folder; name the files in it");
  if (found.type() != std::filesystem::file_type::unknown && std::filesystem::is_other(found)) {
    return fail(ErrorCode::invalid_input,
                path + ": is a pipe or a device, not a file; write what it gives to a file, and import that");
  }
  return {};
}

/// The copy appears under its name only when it is whole.
Result<void> copy_durably(engine::Disk& disk, const engine::File& from, const Landed& landed) {
  const std::string temporary = landed.path + "." + std::to_string(::getpid()) + ".part";
  if (auto removed = disk.remove(temporary); !removed.has_value() && removed.error().code != ErrorCode::not_found) {
    return std::unexpected(removed.error());
  }
  auto copied = copy_to(disk, from, landed.hash, temporary);
  if (!copied.has_value()) {
    ignore(disk.remove(temporary), "what failed is told; doctor finds the rest");
    return copied;
  }
  LL_TRY(disk.rename(temporary, landed.path));
  return disk.sync_folder(landed.path.substr(0, landed.path.rfind('/')));
}

}  // namespace

Result<Digest> hash_of_file(engine::Disk& disk, const std::string& path) {
  LL_ASSIGN(const auto file, disk.open(path, engine::OpenMode::read));
  return hash_of(*file);
}

Result<Landed> land_file(const std::string& folder, const std::string& file) {
  LL_TRY(check_is_file(file));
  const auto disk = engine::posix_disk();
  LL_ASSIGN(const auto source, disk->open(file, engine::OpenMode::read));
  Landed landed;
  LL_ASSIGN(landed.hash, hash_of(*source));
  landed.path = folder + "/" + landed.hash.hex();
  LL_TRY(disk->make_folders(folder));
  LL_ASSIGN(const bool there, disk->exists(landed.path));
  if (there) {
    LL_ASSIGN(const Digest found, hash_of_file(*disk, landed.path));
    if (found == landed.hash) return landed;
    landed.mended = true;
  }
  LL_TRY(copy_durably(*disk, *source, landed));
  return landed;
}

}  // namespace lotledger::cli

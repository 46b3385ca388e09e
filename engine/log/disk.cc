// engine/log/disk.cc - what can be said about files through the seam alone.
#include "engine/log/disk.h"

namespace lotledger::engine {

namespace {
std::string parent_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}
}  // namespace

Result<void> replace_file(Disk& disk, const std::string& path, Bytes bytes) {
  const std::string fresh = path + ".new";
  LL_ASSIGN(const bool left_over, disk.exists(fresh));
  if (left_over) LL_TRY(disk.remove(fresh));
  {
    LL_ASSIGN(const auto file, disk.open(fresh, OpenMode::create_new));
    LL_TRY(file->write_at(0, bytes));
    LL_TRY(file->sync());
  }
  LL_TRY(disk.rename(fresh, path));
  return disk.sync_folder(parent_of(path));
}

Result<ByteVector> read_file(Disk& disk, const std::string& path, std::size_t size_max) {
  LL_ASSIGN(const auto file, disk.open(path, OpenMode::read));
  LL_ASSIGN(const std::uint64_t size, file->size());
  if (size > size_max) {
    return fail(ErrorCode::invalid_input, path + ": is " + std::to_string(size) + " bytes, more than the " +
                                              std::to_string(size_max) + " expected here");
  }
  ByteVector bytes(size);
  LL_ASSIGN(const std::size_t got, file->read_at(0, bytes));
  bytes.resize(got);
  return bytes;
}

}  // namespace lotledger::engine

// engine/log/paced_disk.cc - reads in pieces, with a word to the pace after each.
#include "engine/log/paced_disk.h"

#include <algorithm>

namespace lotledger::engine {

namespace {

constexpr std::size_t k_piece_bytes = std::size_t{1} << 20;

class PacedFile final : public File {
 public:
  PacedFile(std::unique_ptr<File> file, Pace& pace) : file_(std::move(file)), pace_(pace) {}

  Result<std::size_t> read_at(std::uint64_t offset, MutableBytes to) const override {
    std::size_t done = 0;
    while (done < to.size()) {
      const std::size_t wanted = std::min(k_piece_bytes, to.size() - done);
      LL_ASSIGN(const std::size_t got, file_->read_at(offset + done, to.subspan(done, wanted)));
      done += got;
      if (!pace_.go_on(got)) return fail(ErrorCode::unavailable, "reading in the background was ended");
      if (got < wanted) break;
    }
    return done;
  }
  Result<void> write_at(std::uint64_t offset, Bytes bytes) override { return file_->write_at(offset, bytes); }
  Result<void> sync() override { return file_->sync(); }
  Result<std::uint64_t> size() const override { return file_->size(); }
  Result<void> resize(std::uint64_t size) override { return file_->resize(size); }

 private:
  std::unique_ptr<File> file_;
  Pace& pace_;
};

class PacedDisk final : public Disk {
 public:
  PacedDisk(Disk& disk, Pace& pace) : disk_(disk), pace_(pace) {}

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    LL_ASSIGN(auto file, disk_.open(path, mode));
    if (mode != OpenMode::read) return file;
    return std::make_unique<PacedFile>(std::move(file), pace_);
  }
  /// Not paced: nobody who maps a file reads all of it.
  Result<std::unique_ptr<MappedFile>> map(const std::string& path) override { return disk_.map(path); }
  Result<bool> exists(const std::string& path) override { return disk_.exists(path); }
  Result<std::vector<std::string>> list(const std::string& folder) override { return disk_.list(folder); }
  Result<void> make_folders(const std::string& folder) override { return disk_.make_folders(folder); }
  Result<void> rename(const std::string& from, const std::string& to) override { return disk_.rename(from, to); }
  Result<void> remove(const std::string& path) override { return disk_.remove(path); }
  Result<void> sync_folder(const std::string& folder) override { return disk_.sync_folder(folder); }
  Result<std::unique_ptr<DiskLock>> lock(const std::string& path) override { return disk_.lock(path); }
  Result<bool> locked(const std::string& path) override { return disk_.locked(path); }

 private:
  Disk& disk_;
  Pace& pace_;
};

}  // namespace

std::unique_ptr<Disk> paced_disk(Disk& disk, Pace& pace) {
  return std::make_unique<PacedDisk>(disk, pace);
}

}  // namespace lotledger::engine

// engine/log/posix_disk.cc - the disk seam on POSIX calls. Every error names path, offset and what the system said.
#include "engine/log/disk.h"
#include "engine/log/mapped_region.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <system_error>

namespace lotledger::engine {

namespace {
std::string reason(int number) {
  return std::generic_category().message(number);
}

std::unexpected<Error> failed(const std::string& path, std::string_view doing, int number) {
  ErrorCode code = ErrorCode::io;
  if (number == ENOENT) code = ErrorCode::not_found;
  if (number == EEXIST) code = ErrorCode::conflict;
  return fail(code, path + ": " + std::string(doing) + ": " + reason(number));
}

/// Repeats a call that a signal interrupted.
template <typename Call>
auto uninterrupted(Call call) {
  auto outcome = call();
  while (outcome < 0 && errno == EINTR) outcome = call();
  return outcome;
}

/// A descriptor, closed at the end of its life. Nothing depends on close(): what must last was synced before.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
  const int number = uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0600); });
  if (number < 0) return failed(path, "cannot be opened", errno);
  return Descriptor(number);
}

class PosixFile final : public File {
 public:
  PosixFile(std::string path, Descriptor descriptor) : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  Result<std::size_t> read_at(std::uint64_t offset, MutableBytes to) const override {
    std::size_t done = 0;
    while (done < to.size()) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(descriptor_.number(), to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
      });
      if (got < 0) return io_error("reading", offset + done, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> write_at(std::uint64_t offset, Bytes bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = uninterrupted(
          [&] { return ::pwrite(descriptor_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
      if (put < 0) return io_error("writing", offset, errno);
      if (put == 0) return io_error("writing", offset, EIO);
      offset += static_cast<std::uint64_t>(put);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    return {};
  }

  Result<void> sync() override {
    // Not repeated after EINTR: a second fdatasync may report success for pages that the first one lost.
    if (::fdatasync(descriptor_.number()) != 0) return failed(path_, "cannot be made durable (fdatasync)", errno);
    return {};
  }

  Result<std::uint64_t> size() const override {
    struct stat status{};
    if (::fstat(descriptor_.number(), &status) != 0) return failed(path_, "has no size", errno);
    return static_cast<std::uint64_t>(status.st_size);
  }

  Result<void> resize(std::uint64_t size) override {
    if (uninterrupted([&] { return ::ftruncate(descriptor_.number(), static_cast<off_t>(size)); }) != 0) {
      return io_error("resizing to", size, errno);
    }
    return {};
  }

 private:
  [[nodiscard]] std::unexpected<Error> io_error(std::string_view doing, std::uint64_t offset, int number) const {
    return fail(ErrorCode::io,
                path_ + ": " + std::string(doing) + " offset " + std::to_string(offset) + ": " + reason(number));
  }

  std::string path_;
  Descriptor descriptor_;
};

/// An open file description lock ("OFD"): belongs to the descriptor, not to the process, so that two holders in one
/// process conflict and closing an unrelated descriptor of the file frees nothing.
struct flock whole_file_lock() {
  struct flock range{};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  return range;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::unexpected<Error> held_by_another(const std::string& path) {
  return fail(ErrorCode::unavailable, path + ": somebody else holds the lock");
}

/// Locks the folder itself: a file can be removed and made anew, and is then another file without a lock; the folder
/// stays. Only flock() locks what cannot be opened for writing. A file system that does not lock folders leaves the
/// lock of the file alone.
Result<Descriptor> lock_folder_of(const std::string& path) {
  LL_ASSIGN(auto descriptor, open_descriptor(folder_of(path), O_RDONLY | O_DIRECTORY));
  if (uninterrupted([&] { return ::flock(descriptor.number(), LOCK_EX | LOCK_NB); }) != 0 && errno == EWOULDBLOCK)
    return held_by_another(path);
  return descriptor;
}

class PosixLock final : public DiskLock {
 public:
  PosixLock(Descriptor folder, Descriptor file) : folder_(std::move(folder)), file_(std::move(file)) {}

 private:
  Descriptor folder_;
  Descriptor file_;
};

class PosixMapping final : public MappedFile {
 public:
  PosixMapping(Bytes bytes, const std::string& path) : region_(bytes, path) {}
  Bytes bytes() const override { return region_.bytes(); }

 private:
  MappedRegion region_;
};

class PosixDisk final : public Disk {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override {
    int flags = O_RDONLY;
    if (mode == OpenMode::write_existing) flags = O_RDWR;
    if (mode == OpenMode::create_new) flags = O_RDWR | O_CREAT | O_EXCL;
    LL_ASSIGN(auto descriptor, open_descriptor(path, flags));
    return std::make_unique<PosixFile>(path, std::move(descriptor));
  }

  Result<std::unique_ptr<MappedFile>> map(const std::string& path) override {
    LL_ASSIGN(auto descriptor, open_descriptor(path, O_RDONLY));
    struct stat status{};
    if (::fstat(descriptor.number(), &status) != 0) return failed(path, "has no size", errno);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return std::make_unique<PosixMapping>(Bytes(), path);
    void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor.number(), 0);
    if (at == MAP_FAILED) return failed(path, "cannot be mapped", errno);
    return std::make_unique<PosixMapping>(Bytes(static_cast<const std::uint8_t*>(at), size), path);
  }

  Result<bool> exists(const std::string& path) override {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT || errno == ENOTDIR) return false;
    return failed(path, "cannot be looked up", errno);
  }

  Result<std::vector<std::string>> list(const std::string& folder) override;
  Result<void> make_folders(const std::string& folder) override;

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed(from, "cannot be renamed to " + to, errno);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed(path, "cannot be removed", errno);
    return {};
  }

  Result<void> sync_folder(const std::string& folder) override {
    LL_ASSIGN(const auto descriptor, open_descriptor(folder, O_RDONLY | O_DIRECTORY));
    if (::fsync(descriptor.number()) != 0) return failed(folder, "cannot be made durable (fsync)", errno);
    return {};
  }

  Result<std::unique_ptr<DiskLock>> lock(const std::string& path) override {
    LL_ASSIGN(auto folder, lock_folder_of(path));
    LL_ASSIGN(auto file, open_descriptor(path, O_RDWR | O_CREAT));
    struct flock range = whole_file_lock();
    if (uninterrupted([&] { return ::fcntl(file.number(), F_OFD_SETLK, &range); }) != 0) {
      if (errno == EAGAIN || errno == EACCES) return held_by_another(path);
      return failed(path, "cannot be locked", errno);
    }
    return std::make_unique<PosixLock>(std::move(folder), std::move(file));
  }

  Result<bool> locked(const std::string& path) override {
    auto descriptor = open_descriptor(path, O_RDONLY);
    if (!descriptor && descriptor.error().code == ErrorCode::not_found) return false;
    if (!descriptor) return std::unexpected(std::move(descriptor).error());
    struct flock range = whole_file_lock();
    if (::fcntl(descriptor->number(), F_OFD_GETLK, &range) != 0) return failed(path, "lock cannot be asked for", errno);
    return range.l_type != F_UNLCK;
  }
};

Result<std::vector<std::string>> PosixDisk::list(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder.c_str()), ::closedir);
  if (entries == nullptr) return failed(folder, "cannot be listed", errno);
  std::vector<std::string> names;
  errno = 0;
  for (const dirent* entry = ::readdir(entries.get()); entry != nullptr; entry = ::readdir(entries.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return failed(folder, "cannot be listed", errno);
  std::sort(names.begin(), names.end());
  return names;
}

Result<void> PosixDisk::make_folders(const std::string& folder) {
  for (std::size_t end = folder.find('/', 1);; end = folder.find('/', end + 1)) {
    const std::string part = folder.substr(0, end);
    if (::mkdir(part.c_str(), 0700) == 0) {
      LL_TRY(sync_folder(folder_of(part)));
    } else if (errno != EEXIST) {
      return failed(part, "cannot be made", errno);
    }
    if (end == std::string::npos) break;
  }
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0) return failed(folder, "cannot be looked up", errno);
  if (!S_ISDIR(status.st_mode)) return fail(ErrorCode::conflict, folder + ": is a file, not a folder");
  return {};
}
}  // namespace

std::unique_ptr<Disk> posix_disk() {
  return std::make_unique<PosixDisk>();
}

}  // namespace lotledger::engine

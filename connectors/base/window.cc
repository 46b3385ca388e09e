// connectors/base/window.cc - pread into one buffer that is moved up as it is read.
#include "connectors/base/window.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstring>

namespace lotledger::connectors {

namespace {

constexpr std::size_t k_chunk_bytes = std::size_t{1} << 20;

class FileSource final : public ByteSource {
 public:
  FileSource(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  ~FileSource() override { ::close(descriptor_); }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override {
    std::size_t done = 0;
    while (done < to.size()) {
      const ssize_t got = ::pread(descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        return fail(ErrorCode::io,
                    fmt::format("{}: reading at byte {}: {}", path_, offset + done, std::strerror(errno)));
      }
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  std::string path_;
  int descriptor_;
};

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> to) const override {
    if (offset >= text_.size()) return std::size_t{0};
    return text_.copy(to.data(), to.size(), static_cast<std::size_t>(offset));
  }

 private:
  std::string_view text_;
};

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
    return fail(code, fmt::format("{}: {}", path, std::strerror(errno)));
  }
  auto source = std::make_unique<FileSource>(path, descriptor);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(ErrorCode::invalid_input, fmt::format("{}: is no regular file", path));
  }
  return source;
}

std::unique_ptr<ByteSource> source_over(std::string_view text) {
  return std::make_unique<TextSource>(text);
}

std::string_view Window::ahead() {
  if (at_ == size_ && !at_end_) refill();
  return {buffer_.data() + at_, size_ - at_};
}

void Window::count_lines_to(std::size_t index) {
  if (index <= counted_) return;
  line_ += static_cast<std::uint64_t>(std::count(buffer_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                 buffer_.begin() + static_cast<std::ptrdiff_t>(index), '\n'));
  counted_ = index;
}

std::uint64_t Window::line() {
  count_lines_to(at_);
  return line_;
}

void Window::mark() {
  marking_ = true;
  mark_ = at_;
  overflowed_ = false;
  overflow_.clear();
}

std::string_view Window::marked() const {
  if (overflowed_) return overflow_;
  if (!marking_) return {};
  return {buffer_.data() + mark_, at_ - mark_};
}

void Window::refill() {
  if (marking_ && at_ - mark_ > kept_max_) {
    overflow_.assign(buffer_.data() + mark_, kept_max_);
    overflowed_ = true;
    marking_ = false;
  }
  const std::size_t keep_from = marking_ ? mark_ : at_;
  count_lines_to(keep_from);
  if (keep_from > 0) std::memmove(buffer_.data(), buffer_.data() + keep_from, size_ - keep_from);
  base_ += keep_from;
  at_ -= keep_from;
  size_ -= keep_from;
  counted_ -= keep_from;
  if (marking_) mark_ = 0;
  if (buffer_.size() < size_ + k_chunk_bytes) buffer_.resize(size_ + k_chunk_bytes);
  const auto got = source_.read_at(base_ + size_, std::span(buffer_).subspan(size_, k_chunk_bytes));
  if (!got.has_value()) status_ = std::unexpected(got.error());
  at_end_ = !got.has_value() || *got == 0;
  if (got.has_value()) size_ += *got;
}

}  // namespace lotledger::connectors

// tests/log_mapped_region_test.cc - a page of a mapped file that cannot be read: a file that was cut under its mapping
// raises the same signal as a disk that fails.
#include "engine/log/disk.h"
#include "engine/log/mapped_region.h"
#include "tests/support/log_records.h"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <optional>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {

constexpr std::size_t k_page = 4096;
constexpr int k_code = 6;

struct Ended {
  int status = 0;
  std::string said;
};

/// Runs `work` in a process of its own, with the handler.
template <typename Work>
Ended in_a_process(const Work& work) {
  int pipe[2];
  REQUIRE(::pipe(pipe) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::dup2(pipe[1], STDERR_FILENO);
    end_on_unreadable_page(k_code, "mend it");
    work();
    ::_exit(0);
  }
  ::close(pipe[1]);
  Ended ended;
  char byte = 0;
  while (::read(pipe[0], &byte, 1) == 1) ended.said += byte;
  ::close(pipe[0]);
  REQUIRE(::waitpid(child, &ended.status, 0) == child);
  return ended;
}

/// Maps a file of three pages beside another one, cuts it to one page, and reads a byte.
void read_a_cut_file(const std::string& path, std::size_t at) {
  const auto disk = posix_disk();
  const auto mapped = value_of(disk->map(path));
  const auto other = value_of(disk->map(path + ".other"));
  value_of(disk->map(path + ".other")).reset();
  if (::truncate(path.c_str(), k_page) != 0) ::_exit(99);
  const volatile std::uint8_t byte = mapped->bytes()[at];
  if (byte != 'x' || other->bytes()[2 * k_page] != 'x') ::_exit(98);
}

}  // namespace

TEST_CASE("disk: a page of a mapped file that cannot be read ends the process with file, offset and hint") {
  struct Row {
    std::string_view name;
    std::size_t at;
    std::optional<std::string_view> offset;
  };
  constexpr Row rows[] = {
      {"first byte", 0, std::nullopt},
      {"last byte that can be read", k_page - 1, std::nullopt},
      {"first byte that cannot", k_page, "4096"},
      {"last byte", 3 * k_page - 1, "12287"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const TemporaryFolder folder;
    const std::string path = folder.path("links");
    const auto disk = posix_disk();
    for (const std::string& name : {path, path + ".other"})
      require_ok(replace_file(*disk, name, bytes_of(std::string(3 * k_page, 'x'))));
    const Ended ended = in_a_process([&] { read_a_cut_file(path, row.at); });
    REQUIRE(WIFEXITED(ended.status));
    CHECK(WEXITSTATUS(ended.status) == (row.offset ? k_code : 0));
    const std::string told = row.offset ? "lotledger: " + path + ", offset " + std::string(*row.offset) +
                                              ": cannot be read: the disk failed, or the file was cut while in use\n"
                                              "  hint: mend it\n"
                                        : "";
    CHECK(ended.said == told);
  }
}

TEST_CASE("disk: the signal ends the process as ever where no mapped file of ours is concerned") {
  const Ended ended = in_a_process([] { std::raise(SIGBUS); });
  REQUIRE(WIFSIGNALED(ended.status));
  CHECK(WTERMSIG(ended.status) == SIGBUS);
  CHECK(ended.said.empty());
}

}  // namespace lotledger::tests

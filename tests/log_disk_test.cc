// tests/log_disk_test.cc - the disk seam: files of this machine, and what the simulated disk loses.
#include "engine/log/disk.h"
#include "tests/support/log_records.h"
#include "tests/support/sim_disk.h"

#include <doctest/doctest.h>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>

namespace lotledger::tests {

using namespace lotledger::engine;

namespace {
unsigned mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

void check_files(Disk& disk, const std::string& folder) {
  require_ok(disk.make_folders(folder));
  require_ok(disk.make_folders(folder));
  const std::string path = folder + "/a";
  CHECK(disk.open(path, OpenMode::read).error().code == ErrorCode::not_found);
  CHECK(disk.open(path, OpenMode::write_existing).error().code == ErrorCode::not_found);
  {
    const auto file = value_of(disk.open(path, OpenMode::create_new));
    require_ok(file->write_at(2, bytes_of("hello")));
    require_ok(file->sync());
    CHECK(value_of(file->size()) == 7);
    require_ok(file->resize(5));
  }
  const auto again = disk.open(path, OpenMode::create_new);
  CHECK(again.error().code == ErrorCode::conflict);
  CHECK(again.error().message.find(path) != std::string::npos);
  CHECK(text_of(value_of(read_file(disk, path, 5))) == std::string_view("\0\0hel", 5));
  CHECK(read_file(disk, path, 4).error().code == ErrorCode::invalid_input);
  ByteVector tail(10);
  CHECK(value_of(value_of(disk.open(path, OpenMode::read))->read_at(4, tail)) == 1);
  CHECK(value_of(value_of(disk.open(path, OpenMode::read))->read_at(9, tail)) == 0);
  require_ok(disk.rename(path, folder + "/b"));
  CHECK(!value_of(disk.exists(path)));
  CHECK(value_of(disk.exists(folder + "/b")));
  require_ok(replace_file(disk, folder + "/a", bytes_of("one")));
  require_ok(replace_file(disk, folder + "/a", bytes_of("two")));
  CHECK(text_of(value_of(read_file(disk, folder + "/a", 100))) == "two");
  CHECK(value_of(disk.list(folder)) == std::vector<std::string>{"a", "b"});
  require_ok(disk.remove(folder + "/a"));
  CHECK(disk.remove(folder + "/a").error().code == ErrorCode::not_found);
  CHECK(disk.list(folder + "/none").error().code == ErrorCode::not_found);
  require_ok(disk.sync_folder(folder));
}

void check_locks(Disk& disk, const std::string& path) {
  CHECK(!value_of(disk.locked(path)));
  {
    const auto held = value_of(disk.lock(path));
    CHECK(value_of(disk.locked(path)));
    CHECK(disk.lock(path).error().code == ErrorCode::unavailable);
    CHECK(value_of(disk.locked(path)));
  }
  CHECK(!value_of(disk.locked(path)));
  CHECK(disk.lock(path).has_value());
}
}  // namespace

TEST_CASE("disk: files, names and replacement") {
  const TemporaryFolder folder;
  const auto disk = posix_disk();
  check_files(*disk, folder.path("x/y/z"));
  SimDisk sim;
  check_files(sim, "/x");
}

TEST_CASE("disk: a lock is held once, also within a process") {
  const TemporaryFolder folder;
  const auto disk = posix_disk();
  check_locks(*disk, folder.path("lock"));
  SimDisk sim;
  check_locks(sim, "/lock");
}

TEST_CASE("disk: removing the file of a lock frees nothing") {
  const TemporaryFolder folder;
  const auto disk = posix_disk();
  const std::string path = folder.path("lock");
  {
    const auto held = value_of(disk->lock(path));
    require_ok(disk->remove(path));
    CHECK(disk->lock(path).error().code == ErrorCode::unavailable);
  }
  CHECK(disk->lock(path).has_value());
}

TEST_CASE("disk: another process sees the lock, and it ends with its holder") {
  const TemporaryFolder folder;
  const auto disk = posix_disk();
  const std::string path = folder.path("lock");
  int ready[2];
  int done[2];
  REQUIRE(::pipe(ready) == 0);
  REQUIRE(::pipe(done) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  char byte = 0;
  if (child == 0) {
    const auto held = disk->lock(path);
    byte = held.has_value() ? 'y' : 'n';
    const bool told = ::write(ready[1], &byte, 1) == 1 && ::read(done[0], &byte, 1) == 1;
    ::_exit(told ? 0 : 1);  // Without releasing: the end of the process must do it.
  }
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  CHECK(byte == 'y');
  CHECK(value_of(disk->locked(path)));
  CHECK(disk->lock(path).error().code == ErrorCode::unavailable);
  require_ok(disk->remove(path));
  CHECK(disk->lock(path).error().code == ErrorCode::unavailable);
  REQUIRE(::write(done[1], &byte, 1) == 1);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(!value_of(disk->locked(path)));
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
}

TEST_CASE("disk: only the owner may read what is made") {
  const TemporaryFolder folder;
  const auto disk = posix_disk();
  require_ok(disk->make_folders(folder.path("a/b")));
  require_ok(replace_file(*disk, folder.path("a/b/file"), bytes_of("x")));
  CHECK(mode_of(folder.path("a")) == 0700);
  CHECK(mode_of(folder.path("a/b")) == 0700);
  CHECK(mode_of(folder.path("a/b/file")) == 0600);
}

TEST_CASE("disk: errors name path, offset and reason") {
  const TemporaryFolder folder;
  const auto disk = posix_disk();
  require_ok(replace_file(*disk, folder.path("file"), bytes_of("x")));
  const auto file = value_of(disk->open(folder.path("file"), OpenMode::read));
  const auto refused = file->write_at(4096, bytes_of("y"));
  CHECK(refused.error().code == ErrorCode::io);
  CHECK(refused.error().message == folder.path("file") + ": writing offset 4096: Bad file descriptor");
  CHECK(disk->make_folders(folder.path("file")).error().code == ErrorCode::conflict);
}

TEST_CASE("sim disk: what was synced survives every crash, what was not is lost by some") {
  bool lost = false;
  bool kept = false;
  bool name_lost = false;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SimDisk disk;
    require_ok(disk.make_folders("/d"));
    require_ok(replace_file(disk, "/d/a", ByteVector(10'000, 1)));
    const auto file = value_of(disk.open("/d/a", OpenMode::write_existing));
    require_ok(file->write_at(4096, ByteVector(4096, 2)));
    CHECK(value_of(disk.open("/d/new", OpenMode::create_new)) != nullptr);
    const auto after = disk.crash(seed);
    const ByteVector found = after->content("/d/a");
    REQUIRE(found.size() == 10'000);
    CHECK(found[0] == 1);
    CHECK(found[9'999] == 1);
    lost = lost || found[5'000] == 1;
    kept = kept || found[5'000] == 2;
    name_lost = name_lost || !value_of(after->exists("/d/new"));
  }
  CHECK(lost);
  CHECK(kept);
  CHECK(name_lost);
}

TEST_CASE("sim disk: after a failed sync the pages look clean and are lost") {
  SimDisk disk;
  require_ok(disk.make_folders("/d"));
  require_ok(replace_file(disk, "/d/a", ByteVector(100, 1)));
  const auto file = value_of(disk.open("/d/a", OpenMode::write_existing));
  require_ok(file->write_at(0, ByteVector(100, 2)));
  disk.fail_call(1);
  CHECK(file->sync().error().code == ErrorCode::io);
  require_ok(file->sync());
  CHECK(disk.content("/d/a") == ByteVector(100, 2));
  CHECK(disk.crash(1)->content("/d/a") == ByteVector(100, 1));
}

}  // namespace lotledger::tests

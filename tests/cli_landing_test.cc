// What may be imported is a file: anything else is refused before it is opened, and nothing is kept of it.
#include "cli/landing.h"
#include "tests/store_fixture.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

namespace lotledger::tests {

TEST_CASE("landing: a file is kept under its hash, a link to one too") {
  const TempFolder folder;
  std::ofstream(folder.path("rows.csv")) << "id\n1\n";
  std::filesystem::create_symlink(folder.path("rows.csv"), folder.path("link"));
  for (const std::string_view name : {"rows.csv", "link"}) {
    const auto landed = cli::land_file(folder.path("landed"), folder.path(name));
    REQUIRE(landed.has_value());
    CHECK(landed->hash == sha256("id\n1\n"));
    CHECK(std::filesystem::file_size(landed->path) == 5);
  }
}

TEST_CASE("landing: what is no file is refused with what to do, never waited for") {
  const TempFolder folder;
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  std::filesystem::create_directory(folder.path("folder"));
  struct Row {
    std::string path, message;
    ErrorCode code;
  };
  const Row rows[] = {
      {folder.path("pipe"), "is a pipe or a device, not a file", ErrorCode::invalid_input},
      {"/dev/null", "is a pipe or a device, not a file", ErrorCode::invalid_input},
      {folder.path("folder"), "is a folder", ErrorCode::invalid_input},
      {folder.path("missing"), "", ErrorCode::not_found},
      {folder.path("folder/in/missing"), "", ErrorCode::not_found},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const auto landed = cli::land_file(folder.path("landed"), row.path);
    REQUIRE(!landed.has_value());
    CHECK(landed.error().code == row.code);
    CHECK(landed.error().message.find(row.path) != std::string::npos);
    CHECK(landed.error().message.find(row.message) != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(folder.path("landed")));
}

}  // namespace lotledger::tests

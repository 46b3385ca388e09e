// tests/support/older_program.cc - makes a ledger as another version of the program would have made it, so that tests
// can open it with this one.
//
//   lotledger_older_program DATA NAME VERSION
//
// Record 0 names VERSION as the software that wrote it. Exit 0: made, 1: not made, with the reason on stderr, 2: usage.
#include "cli/ledger.h"
#include "engine/codec/codec.h"

#include <iostream>
#include <string>

namespace lotledger::tests {
namespace {

Result<engine::StoredRecord> first_record(const std::string& name, const std::string& version) {
  engine::Body body;
  body.actor.id = ActorId{"system"};
  body.source.system = "lotledger";
  body.source.message_id = "ledger";
  body.software = version;
  body.events.emplace_back().body =
      engine::SystemEvent{engine::LedgerCreated{name, engine::Environment::production, 1000, {}}};
  engine::BodyEncoder encoder;
  LL_ASSIGN(const Bytes bytes, encoder.encode(body));
  engine::RecordHeader header;
  header.ledger.bytes.fill(0x5a);
  header.writer = 1;
  return engine::make_record(header, bytes);
}

Result<void> make_ledger(const std::string& folder, const std::string& name, const std::string& version) {
  LL_ASSIGN(const engine::StoredRecord first, first_record(name, version));
  LL_TRY(cli::DataFolder(folder).adopt_ledger(first));
  return {};
}

}  // namespace
}  // namespace lotledger::tests

int main(int count, char** words) {
  if (count != 4) {
    std::cerr << "usage: lotledger_older_program DATA NAME VERSION\n";
    return 2;
  }
  const auto made = lotledger::tests::make_ledger(words[1], words[2], words[3]);
  if (made.has_value()) return 0;
  std::cerr << made.error().message << '\n';
  return 1;
}

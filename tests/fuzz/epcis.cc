// tests/fuzz/epcis.cc - any bytes as an EPCIS file; its first bytes say whether it is XML or JSON. Built as two targets
// with seeds of their own.
#include "connectors/base/window.h"
#include "connectors/epcis/submissions.h"
#include "tests/fuzz/submissions.h"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lotledger;
  static const connectors::PersonalData personal = tests::open_secrets();
  std::string text(reinterpret_cast<const char*>(data), size);
  tests::take_all(connectors::epcis::open_submissions(connectors::source_over(std::move(text)),
                                                      {{ActorId{"fuzz"}}, "fuzz.json", {}}, personal));
  return 0;
}

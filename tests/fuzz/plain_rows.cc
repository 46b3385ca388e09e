// tests/fuzz/plain_rows.cc - any bytes as rows. The first byte chooses kind and encoding; the rest is the file. Whether
// it is CSV or NDJSON its first character says; built as two targets with seeds of their own.
#include "connectors/base/window.h"
#include "connectors/plain/submissions.h"
#include "tests/fuzz/submissions.h"

#include <cstdint>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lotledger;
  namespace plain = connectors::plain;
  if (size == 0) return 0;
  static const connectors::PersonalData personal = tests::open_secrets();
  static const std::vector<std::string_view> kinds = plain::kind_names();
  plain::PlainFormat format;
  format.kind = *plain::kind_named(kinds[data[0] % 32 % kinds.size()]);
  format.encoding = (data[0] & 0x20) != 0 ? plain::Encoding::gb18030 : plain::Encoding::utf8;
  format.decimal_comma = (data[0] & 0x40) != 0;
  format.delimiter = (data[0] & 0x80) != 0 ? ';' : ',';
  format.offset_minutes = 480;
  std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  tests::take_all(plain::open_submissions(connectors::source_over(std::move(text)), format,
                                          {{ActorId{"fuzz"}}, "fuzz", {}}, personal));
  return 0;
}

# Writes the bytes of IN as the C++ source OUT, which defines lotledger::cli::event_schema(). Run by the build with -P.
file(READ "${IN}" hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "((0x..,){16})" "\\1\n" bytes "${bytes}")
file(WRITE "${OUT}" "// Made from event.bfbs by cli/embed.cmake.
#include \"cli/event_schema.h\"

namespace lotledger::cli {
namespace {
alignas(16) constexpr std::uint8_t k_bytes[] = {
${bytes}
};
}  // namespace
Bytes event_schema() { return k_bytes; }
}  // namespace lotledger::cli
")

// JSON texts as trees: what is kept, and what hostile or broken texts are refused for.
#include "connectors/base/json_tree.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <string>
#include <vector>

namespace lotledger::tests {
namespace {

using connectors::FaultCode;
using connectors::first_value;
using connectors::is_json_number;
using connectors::JsonKind;
using connectors::JsonParser;
using connectors::JsonValue;
using connectors::minified;

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string zero_path(std::size_t levels) {
  std::string path;
  for (std::size_t i = 0; i < levels; ++i) path += "[0]";
  return path;
}

std::string many_members(std::size_t count, std::string_view last) {
  std::string text = "{";
  for (std::size_t i = 0; i < count; ++i) text += "\"m" + std::to_string(i) + "\":1,";
  return text + "\"" + std::string(last) + "\":2}";
}

TEST_CASE("epcis json: names, strings and number texts are kept") {
  JsonParser parser;
  const auto root = parser.parse(
      R"( {"a" : [1.50, -0, 1e400, 123456789012345678901234567890], "b\u0041" : "x\ny\u00e9", "c":{}, "d":[], "e":null, "f":true} )");
  REQUIRE(root.has_value());
  const JsonValue numbers = root->find("a");
  REQUIRE(numbers.is(JsonKind::array));
  std::vector<std::string> texts;
  for (const JsonValue number : numbers.children()) texts.emplace_back(number.text());
  CHECK(texts == std::vector<std::string>{"1.50", "-0", "1e400", "123456789012345678901234567890"});
  CHECK(root->find("bA").text() == "x\ny\xC3\xA9");
  CHECK(root->find("c").children().empty());
  CHECK(root->find("d").children().empty());
  CHECK(root->find("e").is(JsonKind::null));
  CHECK(root->find("f").text() == "true");
  CHECK_FALSE(root->find("g"));
}

TEST_CASE("epcis json: what is no JSON is refused with its place") {
  struct Row {
    std::string name;
    std::string text;
    FaultCode code;
    std::size_t at;
    std::string field;
  };
  using namespace std::string_literals;
  const Row rows[] = {
      {"nothing", "", FaultCode::syntax, 0, ""},
      {"blanks", " \n\t", FaultCode::syntax, 3, ""},
      {"a scalar", "12", FaultCode::syntax, 0, ""},
      {"nested too deep", nested(65), FaultCode::limit, 64, zero_path(63)},
      {"object not closed", R"({"a":1)", FaultCode::syntax, 6, ""},
      {"list not closed", R"([1,2)", FaultCode::syntax, 4, ""},
      {"string not closed", R"({"a":"x)", FaultCode::syntax, 7, ""},
      {"wrong bracket", R"({"a":[1}})", FaultCode::syntax, 7, "a"},
      {"no comma", R"({"a":1 "b":2})", FaultCode::syntax, 7, ""},
      {"no colon", R"({"a" 1})", FaultCode::syntax, 5, ""},
      {"comma at the end", R"({"a":1,})", FaultCode::syntax, 7, ""},
      {"name without quotes", R"({a:1})", FaultCode::syntax, 1, ""},
      {"single quotes", R"({'a':1})", FaultCode::syntax, 1, ""},
      {"something behind", R"({"a":1} x)", FaultCode::syntax, 8, ""},
      {"bad literal", R"({"a":truth})", FaultCode::syntax, 5, "a"},
      {"python literal", R"({"a":None})", FaultCode::syntax, 5, "a"},
      {"leading zero", R"({"a":{"q":012}})", FaultCode::syntax, 10, "a.q"},
      {"leading plus", R"({"q":+1})", FaultCode::syntax, 5, "q"},
      {"no digit behind the point", R"({"q":1.})", FaultCode::syntax, 5, "q"},
      {"hexadecimal", R"({"q":0x10})", FaultCode::syntax, 5, "q"},
      {"not a number", R"({"q":NaN})", FaultCode::syntax, 5, "q"},
      {"NUL in a string", "{\"a\":\"x\0y\"}"s, FaultCode::syntax, 7, ""},
      {"NUL outside", "{\"a\":1\0}"s, FaultCode::syntax, 5, "a"},
      {"line end in a string", "{\"a\":\"x\ny\"}", FaultCode::syntax, 7, ""},
      {"stray byte above 127", "{\"a\":\"x\xFF\"}", FaultCode::syntax, 7, ""},
      {"cut UTF-8 character", "{\"a\":\"\xE4\xB8\"}", FaultCode::syntax, 6, ""},
      {"overlong UTF-8", "{\"a\":\"\xC0\xAF\"}", FaultCode::syntax, 6, ""},
      {"UTF-8 surrogate", "{\"a\":\"\xED\xA0\x80\"}", FaultCode::syntax, 6, ""},
      {"unknown escape", R"({"a":"\q"})", FaultCode::syntax, 5, "a"},
      {"member twice", R"({"x":{"a":1,"b":2,"a":3}})", FaultCode::duplicate, 5, "x.a"},
      {"member twice by escape", R"({"a":1,"\u0061":2})", FaultCode::duplicate, 0, "a"},
      {"member twice among many", many_members(40, "m17"), FaultCode::duplicate, 0, "m17"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    JsonParser parser;
    const auto root = parser.parse(row.text);
    REQUIRE_FALSE(root.has_value());
    CHECK(root.error().code == row.code);
    CHECK(root.error().at == row.at);
    CHECK(root.error().field == row.field);
    CHECK_FALSE(root.error().what.empty());
  }
}

TEST_CASE("epcis json: the deepest and widest allowed texts are taken") {
  JsonParser parser;
  CHECK(parser.parse(nested(64)).has_value());
  CHECK(parser.parse(many_members(40, "m40")).has_value());
  CHECK(parser.parse("{\"q\":" + std::string(100'000, '9') + "}").has_value());
}

TEST_CASE("epcis json: a parser that met a fault reads the next text") {
  JsonParser parser;
  CHECK_FALSE(parser.parse("{\"a\":[1,2}").has_value());
  const auto root = parser.parse("{\"a\":[1,2]}");
  REQUIRE(root.has_value());
  CHECK(root->find("a").is(JsonKind::array));
}

TEST_CASE("epcis json: numbers by the grammar") {
  for (const char* good : {"0", "-0", "12", "1.5", "1e3", "1E+3", "-1.25e-3"}) {
    CAPTURE(good);
    CHECK(is_json_number(good));
  }
  for (const char* bad : {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1_0", "1 ", "0x1", "Infinity"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_json_number(bad));
  }
}

TEST_CASE("epcis json: minified text keeps everything but blanks between tokens") {
  CHECK(minified("{ \"a b\" :\n [ 1.0 ,\t\"x \\\" y\" ] }") == "{\"a b\":[1.0,\"x \\\" y\"]}");
  CHECK(first_value("{\"a\":[1,{\"}\":2}]}, 3") == "{\"a\":[1,{\"}\":2}]}");
  CHECK(first_value("12.5, 3") == "12.5");
  CHECK(first_value("\"a\\\"b\" , 1") == "\"a\\\"b\"");
}

TEST_CASE("epcis json: no bytes make the parser fail, and no proper beginning of an object is one") {
  CHECK(rc::check("any bytes", [](const std::vector<char>& bytes) {
    JsonParser parser;
    const std::string text(bytes.begin(), bytes.end());
    const auto root = parser.parse(text);
    RC_ASSERT((root.has_value() || root.error().at <= text.size()));
  }));
  CHECK(rc::check("any mixture of tokens", [] {
    const std::vector<std::string> tokens{"{", "}", "[",    "]",   ":", ",",  "\"a\"", "\"\\u00e9\"",
                                          "1", "-", "true", "nul", " ", "\\", "\""};
    std::string text;
    for (const auto index :
         *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, tokens.size()))) {
      text += tokens[index];
    }
    JsonParser parser;
    const auto root = parser.parse(text);
    RC_ASSERT((root.has_value() || root.error().at <= text.size()));
  }));
  const std::string whole = R"({"a":[1,{"b":"x\"y"}],"c":{"d":null}})";
  JsonParser parser;
  for (std::size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(parser.parse(whole.substr(0, size)).has_value());
  CHECK(parser.parse(whole).has_value());
}

}  // namespace
}  // namespace lotledger::tests

// Which refused rows an answer must tell of: those whose raw text names something in it.
#include "projections/row_names.h"

#include <doctest/doctest.h>

namespace lotledger::tests {

using projections::Node;
using projections::RowNames;

namespace {

RowNames names() {
  std::vector<Node> nodes;
  for (const std::string_view ref : {"04012345111118/D3", "RM-1/4711", "SUP:RM/L 1", "RM-1#7", "RM-1/批"}) {
    Node node;
    node.key = parse_unit(ref).value().key;
    nodes.push_back(std::move(node));
  }
  for (const std::string_view process : {"i:WO-1", "i:WO-2/3", "i:urn:x:order:9"}) {
    Node node;
    node.process = process;
    nodes.push_back(std::move(node));
  }
  return RowNames(nodes);
}

}  // namespace

TEST_CASE("row names: what a row names, in any writing") {
  struct Row {
    std::string_view raw;
    bool expected;
  };
  const Row rows[] = {
      {"a,04012345111118,D3,1", true},
      {"<ObjectEvent><epc>https://id.gs1.org/01/04012345111118/10/D3</epc></ObjectEvent>", true},
      {" <ObjectEvent><epc>https://id.gs1.org/01/04012345111118/10/D4</epc></ObjectEvent>", false},
      {"<epc>https://x.example/01/04012345111118/10/D3?a=1&amp;b=2</epc>", true},
      {"<source type='urn:x'>urn:epc:class:lgtin:4012345.011111.D3</source>", true},
      {"<a order='urn:x:order:9'/>", true},
      {"a,4012345111118,D3,1", true},
      {"a;\"04012345111118\"; D3 ;1", true},
      {R"({"gtin":"04012345111118","lot":"D3"})", true},
      {"a,04012345111118,D4,1", false},
      {"a,04012345333336,D3,1", false},
      {"a,D3,1", false},
      {"a,04012345111118/D3,1", true},
      {"a,(01)04012345111118(10)D3,1", true},
      {"a,https://example.com/01/04012345111118/10/D3,1", true},
      {"a,04012345111118D3,1", false},
      {"a,X,4711,1", true},
      {"a,X,14711,1", false},
      {"a,RM-1/4711,1", true},
      {"a,RM,L 1,1", true},
      {"a,SUP:RM/L 1,1", true},
      {"a\tRM-1\t7\t1", true},
      {"a,RM-1#7", true},
      {"a,RM-1,5,9", true},
      {"a,9,x,5,RM-1", true},
      {"a,RM-1,05,09", false},
      {"a,RM-2,5,9", false},
      {"a,RM-1,1,6", false},
      {"a,RM-2#7", false},
      {"a,RM-1,批", true},
      {"a,WO-1,b", true},
      {"a,WO-2,3,b", true},
      {"a,WO-2,4,b", false},
      {"a,WO-3,3,b", false},
      {"a,urn:x:order:9,b", true},
      {"", false},
  };
  const RowNames wanted = names();
  for (const Row& row : rows) {
    CAPTURE(row.raw);
    CHECK(wanted.mentioned_in(row.raw) == row.expected);
  }
}

}  // namespace lotledger::tests

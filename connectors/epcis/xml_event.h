// connectors/epcis/xml_event.h - events and vocabularies of EPCIS XML in the JSON writing of EPCIS 2.0, so that
// validation, hashing and mapping are one code. EPCIS 1.2 is taken as well: its `extension` and `baseExtension`
// wrappers vanish. Explained in docs/areas/epcis.md.
#pragma once

#include "connectors/base/fault.h"
#include "connectors/base/xml_tree.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lotledger::connectors::epcis {

/// One event in JSON, with an @context that declares what its names and values need. Or all faults that make it no
/// JSON: elements where text must be, text where elements must be, undeclared prefixes. What is well-formed but breaks
/// EPCIS goes into the JSON as it is, for validate_event() to find. `path` is where the event stands in its document.
[[nodiscard]] std::expected<std::string, std::vector<Fault>> json_of_xml_event(const XmlParser& xml,
                                                                               std::string_view path);

/// A Vocabulary element, likewise.
[[nodiscard]] std::expected<std::string, std::vector<Fault>> json_of_xml_vocabulary(const XmlParser& xml,
                                                                                    std::string_view path);

}  // namespace lotledger::connectors::epcis

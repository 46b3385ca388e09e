// cli/trace_view.h - a trace for people and for graphviz.
#pragma once

#include "cli/output.h"
#include "cli/trace_answer.h"

namespace lotledger::cli {

/// Root, tree of what it went into and of what it is made of, summary. A unit that is reached several times is shown
/// once and then referred to.
void print_trace_tree(const Output& output, const TraceAnswer& answer);
/// A digraph in the direction of flow; possible edges are dashed.
void print_trace_dot(const Output& output, const TraceAnswer& answer);

}  // namespace lotledger::cli

"""Who may include whom: one direction, no circles, every library in its own folder (docs/architecture.md)."""
from __future__ import annotations

import re

from areas import areas
from cpp import includes
from tree import Finding, Tree

# Parts of the tree, the lowest first: name, files, and what they may include beside their own part. A file belongs to the
# first part whose pattern fits. AREA stands for the name of any area of schemas/event.fbs, and each area and each source of
# connectors is a part of its own: that is how no area includes another.
PARTS: list[tuple[str, str, str]] = [
    ("schemas", r"schemas/.*", ""),
    ("engine/base", r"engine/base/.*", ""),
    ("engine/log", r"engine/log/.*", "engine/base"),
    ("engine/evidence", r"engine/evidence/.*", "engine/base engine/log"),
    ("engine/kafka", r"engine/kafka/.*", "engine/base engine/log"),
    ("engine/facts", r"engine/facts\.h", "engine/base engine/log"),
    ("engine/<area>", r"engine/(AREA)\.(?:h|cc)", "engine/base engine/facts"),
    ("engine/event", r"engine/event\.(?:h|cc)", "engine/base engine/<area>"),
    ("engine/submission", r"engine/submission\.(?:h|cc)", "engine/base engine/log engine/<area> engine/event"),
    ("engine/rules", r"engine/rules/.*", "engine/base engine/facts engine/<area> engine/event"),
    ("engine/recording", r"engine/recording\.(?:h|cc)",
     "engine/base engine/facts engine/<area> engine/event engine/submission"),
    ("engine/dispatch", r"engine/dispatch\.(?:h|cc)",
     "engine/base engine/facts engine/<area> engine/rules engine/event engine/submission engine/recording"),
    ("engine/codec", r"engine/codec/.*",
     "schemas engine/base engine/log engine/<area> engine/event engine/submission"),
    ("engine/sequencer", r"engine/sequencer\.(?:h|cc)",
     "schemas engine/base engine/log engine/facts engine/<area> engine/rules engine/event engine/submission engine/dispatch engine/codec"),
    ("engine/writer", r"engine/writer(?:_socket)?\.(?:h|cc)",
     "engine/base engine/log engine/facts engine/event engine/submission engine/codec engine/sequencer"),
    ("projections/store", r"projections/store/.*", "engine/base engine/log"),
    ("projections", r"projections/[^/]+",
     "schemas engine/base engine/log engine/facts engine/<area> engine/rules engine/event engine/submission engine/codec "
     "engine/sequencer projections/store"),
    ("connectors/base", r"connectors/base/.*", "engine/base engine/<area> engine/event engine/submission"),
    ("connectors/mapping", r"connectors/mapping/.*",
     "connectors/base connectors/<source> engine/base engine/<area> engine/event engine/submission"),
    ("connectors/<source>", r"connectors/([^/]+)/.*",
     "connectors/base engine/base engine/<area> engine/event engine/submission projections"),
    ("cli/demo", r"cli/demo/.*", "engine/base"),
    ("cli", r"cli/[^/]+",
     "engine/base engine/log engine/evidence engine/kafka engine/facts engine/<area> engine/rules engine/event engine/submission engine/recording "
     "engine/dispatch engine/codec engine/sequencer engine/writer projections/store projections connectors/base connectors/<source> connectors/mapping cli/demo"),
    ("bench", r"bench/.*", "everything"),
    ("tests", r"tests/.*", "everything"),
]

# Prefix of an include, and the files that may name it.
LIBRARIES: list[tuple[str, str]] = [
    (r"schemas/\w+_generated\.h|flatbuffers/(?!reflection).*", r"engine/codec/.*|engine/sequencer\.(?:h|cc)|projections/[^/]+"),
    # Reading by the stored schema instead of the generated code: how a whole record is shown as JSON.
    (r"flatbuffers/reflection\.h", r"cli/[^/]+\.cc"),
    (r"openssl/.*", r"engine/evidence/[^/]+\.cc"),
    (r"librdkafka/.*", r"engine/kafka/[^/]+\.cc|tests/support/(?:mock_kafka|kafka_admin)\.cc"),
    (r"rocksdb/.*", r"projections/store/[^/]+\.cc"),
    (r"simdjson\.h", r"connectors/base/json_tree\.cc"),
    (r"libxml/.*", r"connectors/base/xml_tree\.cc"),
    (r"iconv\.h", r"connectors/plain/encoding\.cc"),
    (r"nlohmann/.*", r"cli/[^/]+"),
    (r"toml\+\+/.*", r"cli/policy_file\.cc|connectors/mapping/parse\.cc"),
    (r"CLI/.*|utf8proc\.h", r"cli/[^/]+\.cc"),
    (r"fmt/.*", r".*"),
    (r"doctest/.*|rapidcheck\.h|rapidcheck/.*", r"tests/.*"),
]
SYSTEM = re.compile(r"[a-z_0-9]+|(?:sys|linux|netinet|arpa)/\w+\.h"
                    r"|(?:dirent|errno|fcntl|poll|pthread|pwd|signal|syslog|termios|time|unistd|immintrin|nmmintrin|cpuid)\.h")


class Layout:
    """The parts of a tree, with its own areas."""

    def __init__(self, tree: Tree) -> None:
        """Areas are what schemas/event.fbs lists."""
        names = "|".join(areas(tree)) or "(?!)"
        self.patterns = [(name, re.compile(pattern.replace("AREA", names))) for name, pattern, _ in PARTS]
        self.allowed = {name: set(allowed.split()) for name, _, allowed in PARTS}

    def part_of(self, path: str) -> tuple[str, str] | None:
        """Name of the part in PARTS, and which one of its kind: ("engine/<area>", "lot"), ("engine/log", "")."""
        if re.fullmatch(r"schemas/\w+_generated\.h", path):
            return ("schemas", "")
        for name, pattern in self.patterns:
            match = pattern.fullmatch(path)
            if match:
                return (name, match.group(1) if pattern.groups else "")
        return None

    def may_include(self, part: tuple[str, str], other: tuple[str, str]) -> bool:
        """Whether files of one part may include files of another."""
        return part == other or bool({other[0], "everything"} & self.allowed[part[0]])


def check_direction(tree: Tree) -> list[Finding]:
    """Every include goes down, every source belongs to a part that is listed here."""
    found = []
    layout = Layout(tree)
    for path in tree.under(r"(?:engine|projections|connectors|cli|bench|tests)/.*\.(?:h|cc)"):
        part = layout.part_of(path)
        if part is None:
            found.append(Finding(path, 1, "belongs to no part; name it in PARTS of tests/lint/includes.py"))
            continue
        for line, name, quoted in includes(tree.text(path)):
            if quoted:
                found += [Finding(path, line, fault) for fault in faults_of_include(tree, layout, part, name)]
    return found


def faults_of_include(tree: Tree, layout: Layout, part: tuple[str, str], name: str) -> list[str]:
    """What is wrong with an include of ours."""
    other = layout.part_of(name)
    if other is None:
        return [f'"{name}" is no path from the root of the tree']
    if not layout.may_include(part, other):
        return [f"{part[0].replace('<area>', part[1])} must not include {name}"]
    generated = re.fullmatch(r"(schemas/\w+)_generated\.h", name)
    source = generated.group(1) + ".fbs" if generated else name
    return [] if tree.has(source) else [f"{source} does not exist"]


def check_libraries(tree: Tree) -> list[Finding]:
    """Every library is known in its own folder only."""
    found = []
    for path in tree.under(r"(?:engine|projections|connectors|cli)/.*\.(?:h|cc)"):
        for line, name, quoted in includes(tree.text(path)):
            owner = next((owner for prefix, owner in LIBRARIES if re.fullmatch(prefix, name)), None)
            if owner is not None and not re.fullmatch(owner, path):
                found.append(Finding(path, line, f"{name} belongs in {readable(owner)} only"))
            elif owner is None and not quoted and not SYSTEM.fullmatch(name):
                found.append(Finding(path, line, f"<{name}>: unknown library; give it one folder in LIBRARIES of tests/lint/includes.py"))
    return found


def readable(pattern: str) -> str:
    """A pattern as people write paths."""
    return pattern.replace("[^/]+", "*").replace(r"\.", ".").replace(".*", "*").replace("(?:h|cc)", "*").replace("|", " and ")


def check_circles(tree: Tree) -> list[Finding]:
    """No file includes itself by way of others; and, because parts are ranked, neither does a part."""
    sources = set(tree.under(r".*\.(?:h|cc)"))
    edges = {path: [(line, name) for line, name, quoted in includes(tree.text(path)) if quoted and name in sources]
             for path in sources}
    found, state = [], {path: "new" for path in sources}
    for root in sorted(sources):
        walk = [(root, iter(edges[root]))] if state[root] == "new" else []
        while walk:
            path, rest = walk[-1]
            state[path] = "open"
            line, name = next(rest, (0, None))
            if name is None:
                state[path] = "done"
                walk.pop()
            elif state[name] == "open":
                found.append(Finding(path, line, f"including {name} closes a circle"))
            elif state[name] == "new":
                walk.append((name, iter(edges[name])))
    return found

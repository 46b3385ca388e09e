"""Files of the build are listed by hand: nothing is compiled that is not listed, nothing listed is missing."""
from __future__ import annotations

import posixpath
import re

from tree import Finding, Tree

SOURCE = re.compile(r"(?<![\w/.-])(\$\{PROJECT_SOURCE_DIR\}/)?([\w.][\w./-]*\.cc)\b")
INCLUDED = re.compile(r"^\s*include\(([\w./-]+\.cmake)\)", re.MULTILINE)
SUBFOLDER = re.compile(r"^\s*add_subdirectory\(([\w./-]+)\)", re.MULTILINE)
COMMENT = re.compile(r"#[^\n]*")


def reached_lists(tree: Tree) -> list[str]:
    """CMake files that configuring the top folder reads."""
    reached, waiting = [], ["CMakeLists.txt"]
    while waiting:
        path = waiting.pop()
        if path in reached or not tree.has(path):
            continue
        reached.append(path)
        text, folder = COMMENT.sub("", tree.text(path)), posixpath.dirname(path)
        waiting += [posixpath.normpath(posixpath.join(folder, name)) for name in INCLUDED.findall(text)]
        waiting += [posixpath.normpath(posixpath.join(folder, name, "CMakeLists.txt")) for name in SUBFOLDER.findall(text)]
    return reached


def listed_sources(tree: Tree, lists: list[str]) -> dict[str, str]:
    """Each listed source with the list that names it."""
    listed = {}
    for path in lists:
        for from_top, name in SOURCE.findall(COMMENT.sub("", tree.text(path))):
            folder = "" if from_top else posixpath.dirname(path)
            listed[posixpath.normpath(posixpath.join(folder, name))] = path
    return listed


def run_as_script(tree: Tree, lists: list[str], path: str) -> bool:
    """A file that a build step runs with `cmake -P` is no list."""
    return any(re.search(rf"-P \S*{re.escape(posixpath.basename(path))}", tree.text(one)) for one in lists)


def check_lists(tree: Tree) -> list[Finding]:
    """Every source is compiled, every list is read, every listed file is there."""
    lists = reached_lists(tree)
    listed = listed_sources(tree, lists)
    found = [Finding(path, 1, "no CMake file that is read lists this source")
             for path in tree.under(r"(?:engine|projections|connectors|cli|bench|tests)/.*\.cc") if path not in listed]
    found += [Finding(path, 1, "is read by no other CMake file")
              for path in tree.under(r"(?:.*/)?CMakeLists\.txt|.*\.cmake") if path not in lists and not run_as_script(tree, lists, path)]
    found += [Finding(where, 1, f"lists {path}, which does not exist") for path, where in listed.items() if not tree.has(path)]
    return found

"""Documents say what is there: links resolve, and documents and sources name only documents that exist."""
from __future__ import annotations

import posixpath
import re

from tree import Finding, Tree, line_of

LINK = re.compile(r"(?<!\!)\[[^\]\n]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
# A document named in words: `docs/areas/lot.md`, `lot.md`; of a decision record the number is enough: `docs/adr/0002`.
NAMED = re.compile(r"(?<![\w/.:<>${}-])((?:[\w-]+/)*[\w-]+\.md|docs/adr/\d{4}(?:-[\w-]+)?)(?![\w-])")
# Documents that the program writes, not the tree.
WRITTEN = {"STORY.md", "VERIFY.md"}


def check_links(tree: Tree) -> list[Finding]:
    """Every relative link of a document leads to a file, and its anchor to a heading."""
    found = []
    for path in tree.under(r".*\.md"):
        text = without_code(tree.text(path))
        for match in LINK.finditer(text):
            target = match.group(1) or match.group(2)
            if not re.match(r"[a-z][a-z0-9+.-]*:", target):
                found += [Finding(path, line_of(text, match.start()), fault) for fault in faults_of(tree, path, target)]
    return found


def without_code(text: str) -> str:
    """The text with code blanked; lines stay."""
    text = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)
    return CODE.sub(lambda match: " " * len(match.group(0)), text)


def faults_of(tree: Tree, path: str, target: str) -> list[str]:
    """What is wrong with one link."""
    file, _, anchor = target.partition("#")
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
    if file.startswith("/") or whole.startswith(".."):
        return [f"link leads out of the tree: {target}"]
    if not tree.has(whole):
        return [f"link leads nowhere: {target}"]
    if anchor and whole.endswith(".md") and anchor not in anchors(tree.text(whole)):
        return [f"no heading of {whole} gives #{anchor}"]
    return []


def anchors(text: str) -> set[str]:
    """Anchors of a document's headings, as GitHub makes them; repeated headings get -1, -2, ..."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-")
        number = sum(1 for other in found if re.fullmatch(re.escape(plain) + r"(-\d+)?", other))
        found.add(f"{plain}-{number}" if plain in found else plain)
    return found


def check_named_documents(tree: Tree) -> list[Finding]:
    """A document that a comment or another document names exists."""
    found = []
    names = {path.rsplit("/", 1)[-1] for path in tree.paths}
    for path in tree.under(r"(?!tests/lint/).*\.(?:md|h|cc|fbs|py|cmake|txt)|scripts/.*|\.ci/.*"):
        text = tree.text(path)
        for match in NAMED.finditer(text):
            name = match.group(1)
            record = name.startswith("docs/adr/") and tree.under(re.escape(name) + r"[\w-]*(?:\.md)?")
            known = name in names | WRITTEN if "/" not in name else tree.has(name) or tree.has(posixpath.normpath(
                posixpath.join(posixpath.dirname(path), name)))
            if not (known or record):
                found.append(Finding(path, line_of(text, match.start()), f"{name} does not exist"))
    return found

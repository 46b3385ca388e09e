"""The files of the repository as checks see them: paths and texts, read once."""
from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SKIPPED_FOLDERS = {".git", "build", "demo-out", ".cache", "__pycache__"}


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong, at one place."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        """`path:line: message`, as compilers write it."""
        return f"{self.path}:{self.line}: {self.message}"


@dataclass
class Tree:
    """Paths relative to the root, with their texts."""

    root: Path
    paths: list[str]
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Tree:
        """Tracked and new files of a git work tree; without git, every file outside build folders."""
        return cls(root, sorted(git_paths(root) or walked_paths(root)))

    def text(self, path: str) -> str:
        """The file's text; broken bytes become U+FFFD, a missing file is empty."""
        if path not in self.texts:
            file = self.root / path
            self.texts[path] = file.read_text("utf-8", "replace") if file.is_file() else ""
        return self.texts[path]

    def has(self, path: str) -> bool:
        """Whether a file or folder of that path is part of the tree."""
        return path in self.paths or any(other.startswith(path.rstrip("/") + "/") for other in self.paths)

    def under(self, pattern: str) -> list[str]:
        """Paths that match a regular expression as a whole."""
        compiled = re.compile(pattern)
        return [path for path in self.paths if compiled.fullmatch(path)]


def git_paths(root: Path) -> set[str]:
    """What git would take into a commit of everything; empty where there is no git work tree."""
    command = ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {path for path in done.stdout.split("\0") if path and (root / path).is_file()}


def walked_paths(root: Path) -> set[str]:
    """Every file outside build folders."""
    return {str(path.relative_to(root)) for path in root.rglob("*")
            if path.is_file() and not SKIPPED_FOLDERS & set(path.relative_to(root).parts)}


def line_of(text: str, offset: int) -> int:
    """Line number, from 1, of a place in a text."""
    return text.count("\n", 0, offset) + 1

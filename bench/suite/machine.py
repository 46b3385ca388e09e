"""The machine: what it is, which versions run on it, what files and memory of it a process uses."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path


def say(text: str) -> None:
    """A line for the person who waits."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def first_match(path: str, pattern: str) -> str:
    """The first group of a pattern in a file of /proc; empty where there is none."""
    try:
        found = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return ""
    return found.group(1).strip() if found else ""


def describe() -> dict:
    """Hardware, system and load before the run."""
    return {
        "processor": first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$"),
        "cores": os.cpu_count(),
        "memory_kib": int(first_match("/proc/meminfo", r"^MemTotal:\s*(\d+)") or 0),
        "system": first_match("/etc/os-release", r'^PRETTY_NAME="(.*)"$'),
        "kernel": platform.release(),
        "load_before": list(os.getloadavg()),
    }


def versions(program: Path, postgres: str) -> dict:
    """Of everything that is measured."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return {"lotledger": said.split()[-1], "postgresql": postgres, "sqlite": sqlite3.sqlite_version,
            "python": platform.python_version()}


@dataclass
class Series:
    """Figures of several rounds, in one unit."""

    values: list[float] = field(default_factory=list)

    def add(self, value: float) -> None:
        """One more round."""
        self.values.append(value)

    @property
    def median(self) -> float:
        """The middle round."""
        return statistics.median(self.values)

    def json(self) -> dict:
        """Middle and spread."""
        return {"median": rounded(self.median), "least": rounded(min(self.values)), "most": rounded(max(self.values)),
                "rounds": len(self.values)}


def rounded(value: float) -> float:
    """Four digits say all that such a figure knows."""
    return float(f"{value:.4g}")


def timed(call) -> tuple[float, object]:
    """Seconds that a call took, and what it returned."""
    started = time.perf_counter()
    result = call()
    return time.perf_counter() - started, result


def bytes_below(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def forget_pages(folder: Path) -> None:
    """Drops the files below a folder from the page cache, theirs only: what is read next comes from the disk."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


class Watched:
    """A process whose resident memory is looked at while it runs. `with Watched(...) as process:` leaves none behind."""

    def __init__(self, command: list, **options) -> None:
        self.started = time.perf_counter()
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, **options)
        self.resident_kib: list[int] = []
        self.peak_kib = 0
        self.seconds = 0.0

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def finish(self, every_s: float = 0.1) -> str:
        """Waits; returns what it printed. Fails where it did."""
        out = err = ""
        while True:
            self.look()
            try:
                out, err = self.process.communicate(timeout=every_s)
                break
            except subprocess.TimeoutExpired:
                continue
        self.seconds = time.perf_counter() - self.started
        if self.process.returncode != 0:
            raise RuntimeError(f"{self.process.args[:4]} ended with {self.process.returncode}: {err[-800:]}")
        return out

    def look(self) -> None:
        """Notes what is resident now and what was at most."""
        status = f"/proc/{self.process.pid}/status"
        resident = first_match(status, r"^VmRSS:\s*(\d+)")
        if resident:
            self.resident_kib.append(int(resident))
            self.peak_kib = max(self.peak_kib, int(first_match(status, r"^VmHWM:\s*(\d+)") or 0))

"""What a run found: figures beside each other, the bars that a target sets, the JSON and the table."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from machine import Series, rounded

BEGIN = "<!-- bench/run: begin -->"
END = "<!-- bench/run: end -->"


@dataclass
class Bar:
    """One condition of a target."""

    what: str
    value: float
    bar: float
    at_least: bool = True

    @property
    def met(self) -> bool:
        """Whether it is reached. A figure on the bar reaches it."""
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def text(self) -> str:
        """`2.1 times PostgreSQL (at least 1.5)`."""
        return f"{self.value:.3g} {self.what} ({'at least' if self.at_least else 'at most'} {self.bar:g})"

    def json(self) -> dict:
        """The same for programs."""
        return {"what": self.what, "value": rounded(self.value), "bar": self.bar,
                "at_least": self.at_least, "met": self.met}


@dataclass
class Finding:
    """What was measured for one target."""

    target: str
    work: str
    unit: str
    systems: dict[str, Series] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def series(self, system: str) -> Series:
        """Figures of one system."""
        return self.systems.setdefault(system, Series())

    @property
    def verdict(self) -> str:
        """Of all its bars; a finding without bars has none."""
        if not self.bars:
            return "no target"
        return "reached" if all(bar.met for bar in self.bars) else "missed"

    def json(self) -> dict:
        """As it stands in the results."""
        return {"target": self.target, "work": self.work, "unit": self.unit, "verdict": self.verdict,
                "systems": {name: series.json() for name, series in self.systems.items()},
                "bars": [bar.json() for bar in self.bars], "notes": self.notes}

    def cells(self) -> list[str]:
        """A row of the table."""
        figures = "; ".join(f"{name} {figure(series)}" for name, series in self.systems.items())
        bars = "; ".join(bar.text() for bar in self.bars)
        return [self.target, self.work, f"{figures} {self.unit}", bars, self.verdict, "; ".join(self.notes)]


def figure(series: Series) -> str:
    """The middle, and the range where there are several rounds."""
    said = series.json()
    if said["rounds"] == 1:
        return f"{said['median']:g}"
    return f"{said['median']:g} ({said['least']:g} to {said['most']:g})"


@dataclass
class Results:
    """A whole run."""

    about: dict
    findings: list[Finding] = field(default_factory=list)

    def json(self) -> dict:
        """For programs."""
        return {"kind": "bench", **self.about, "findings": [finding.json() for finding in self.findings]}

    def table(self) -> str:
        """For people, in Markdown."""
        about = self.about
        lines = [
            f"{about['date']}, scale {about['scale']:g}: {about['graph']['nodes']:,} nodes, {about['graph']['edges']:,} edges, "
            f"{about['graph']['rows']:,} events, seed {about['seed']}.",
            f"{about['machine']['processor']}, {about['machine']['cores']} cores, "
            f"{about['machine']['memory_kib'] // 1048576} GiB, {about['machine']['system']}, "
            f"load {about['machine']['load_before'][0]:.1f} before the run.",
            "; ".join(f"{name} {version}" for name, version in about["versions"].items()) + ".",
            "Durable: " + "; ".join(f"{name} {mode}" for name, mode in about["durability"].items()) + ".",
            "",
            "| target | work | figures: middle (range) | ratios and bars | verdict | notes |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += ["| " + " | ".join(finding.cells()) + " |" for finding in self.findings]
        return "\n".join(lines) + "\n"

    def write(self, json_file: Path) -> None:
        """The JSON."""
        json_file.parent.mkdir(parents=True, exist_ok=True)
        json_file.write_text(json.dumps(self.json(), indent=1) + "\n", encoding="utf-8")

    def publish(self, document: Path) -> None:
        """Puts the table in the place of the last one."""
        text = document.read_text(encoding="utf-8")
        place = re.compile(re.escape(BEGIN) + r".*?" + re.escape(END), re.DOTALL)
        if not place.search(text):
            raise RuntimeError(f"{document}: has no place for the table, {BEGIN} ... {END}")
        document.write_text(place.sub(lambda _: f"{BEGIN}\n{self.table()}{END}", text), encoding="utf-8")

"""A PostgreSQL of the run's own: made, started, asked and ended in a scratch folder, with durable settings."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql/15/bin")
# Durable, and given what helps it: memory, few checkpoints during bulk loads, no compilation of recursive queries.
SETTINGS = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_sync_method": "fdatasync",
    "shared_buffers": "2GB", "work_mem": "256MB", "maintenance_work_mem": "512MB", "max_wal_size": "8GB",
    "checkpoint_timeout": "30min", "wal_buffers": "64MB", "jit": "off", "max_connections": "100",
    "listen_addresses": "", "random_page_cost": "1.1", "effective_cache_size": "8GB", "autovacuum": "on",
}
DURABILITY = "fsync=on, synchronous_commit=on, full_page_writes=on, wal_sync_method=fdatasync"


class Postgres:
    """One cluster. `with Postgres(folder) as postgres:` ends it however the block ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        # PostgreSQL refuses to run as root.
        self.user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}

    def __enter__(self) -> Postgres:
        self.folder.mkdir(parents=True)
        if self.user:
            shutil.chown(self.folder, "postgres", "postgres")
        self.tool("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        lines = [f"{name} = '{value}'\n" for name, value in SETTINGS.items()]
        with open(self.data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.writelines([*lines, f"unix_socket_directories = '{self.folder}'\n"])
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if (self.data / "postmaster.pid").exists():
            self.tool("pg_ctl", "stop", "-D", self.data, "-m", "immediate", "-w", check=False)

    def tool(self, name: str, *words: object, check: bool = True) -> str:
        """Runs a program of the server as its user."""
        command = [str(BINARIES / name), *map(str, words)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", **self.user)
        if check and done.returncode != 0:
            raise RuntimeError(f"{name} ended with {done.returncode}: {done.stdout[-800:]}")
        return done.stdout

    def start(self) -> None:
        """Returns when it answers."""
        # Its output must not be a pipe of ours: the server would keep it open.
        command = [str(BINARIES / "pg_ctl"), "start", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "120", "-s"]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **self.user)
        if done.returncode != 0:
            raise RuntimeError(f"PostgreSQL does not start: {self.log.read_text(encoding='utf-8')[-800:]}")

    def stop(self) -> None:
        """A clean close."""
        self.tool("pg_ctl", "stop", "-D", self.data, "-m", "fast", "-w")

    def crash(self) -> None:
        """Ends it without a checkpoint: the next start has to recover, as after kill -9."""
        self.tool("pg_ctl", "stop", "-D", self.data, "-m", "immediate", "-w")

    def psql(self, *words: object) -> list[str]:
        """The command that asks it."""
        return [str(BINARIES / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder),
                "-U", "postgres", "-d", "postgres", *map(str, words)]

    def run(self, sql: str) -> str:
        """Runs statements; returns what they print."""
        done = subprocess.run(self.psql("-f", "-"), input=sql, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"psql: {done.stderr[-800:]}")
        return done.stdout

    def run_file(self, path: Path) -> None:
        """Runs a script with its data."""
        done = subprocess.run(self.psql("-f", path), capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"psql -f {path}: {done.stderr[-800:]}")

    def times_ms(self, sql: str, rounds: int) -> list[float]:
        """How long one statement takes, round by round, in one session that has run it once before."""
        out = self.run("\\timing on\n" + (sql + ";\n") * (rounds + 1))
        times = [float(value) for value in re.findall(r"^Time: ([0-9.]+) ms", out, re.MULTILINE)]
        return times[1:]

    def version(self) -> str:
        """As it says itself."""
        return self.run("SHOW server_version;").strip()


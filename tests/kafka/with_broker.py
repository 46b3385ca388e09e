"""Runs a program with a broker of its own, and removes the broker after it. LOTLEDGER_TEST_KAFKA holds the broker's address; a
word of the program that is just LOTLEDGER_TEST_KAFKA is replaced by it.

    python3 tests/kafka/with_broker.py PROGRAM [WORD...]
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import unittest

from script_test import Scratch, give_up
from support import scratch_folder

PROGRAM: list[str] = []
VARIABLE = "LOTLEDGER_TEST_KAFKA"
# Below the limit in tests/kafka.cmake, so that the clean-ups still run.
ALL_SECONDS = 280


class WithBroker(Scratch):
    def test_program(self) -> None:
        address = self.start("--port", "0")
        words = [address if word == VARIABLE else word for word in PROGRAM]
        self.assertEqual(subprocess.run(words, env={**os.environ, VARIABLE: address}).returncode, 0)


if __name__ == "__main__":
    PROGRAM += [os.path.abspath(sys.argv[1]), *sys.argv[2:]]
    tempfile.tempdir = scratch_folder()
    # Clean-ups run for an exception, not for the death of this process.
    signal.signal(signal.SIGTERM, give_up)
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(ALL_SECONDS)
    unittest.main(argv=sys.argv[:1], verbosity=2)

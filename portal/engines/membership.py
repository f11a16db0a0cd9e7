"""Using a private server: join it (the first starts it), leave it (the last sees it stop)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from portal.engines.errors import EngineError
from portal.engines.files import START_SECONDS, Files, State, read_state
from portal.engines.locks import FileLock, alone, is_held_alone

PROJECT = Path(__file__).resolve().parent.parent.parent
LEAVE_SECONDS = 35.0


class Membership:
    """This process's use of one private server."""

    def __init__(self, control: Path, name: str) -> None:
        self.files = Files(control, name)
        self._users = FileLock(self.files.users)
        self._owner = 0

    def join(self, *, wanted: str | None) -> State:
        """Start the server, or attach to the one that runs, and return where it is.

        `wanted` is "installed", "embedded" or None. Raises EngineError when the server cannot be had.
        """
        self._users.share()
        self._owner = os.getpid()
        try:
            with alone(self.files.starting, seconds=START_SECONDS * 2):
                state = self._attach() or self._start(wanted)
        except TimeoutError as error:
            raise EngineError(str(error)) from error
        if wanted not in (None, state.kind):
            raise EngineError(
                f"ENGINES={wanted}, but another process of this checkout uses the {state.kind} "
                f"{self.files.name}; end it first, or give this one a VAR_DIR of its own."
            )
        return state

    def _attach(self) -> State | None:
        """Return the state of a living keeper's server; wait while that keeper is still starting it."""
        deadline = time.monotonic() + START_SECONDS
        while is_held_alone(self.files.keeper) and time.monotonic() < deadline:
            state = read_state(self.files)
            if state is not None:
                return state
            time.sleep(0.05)
        return None

    def _start(self, wanted: str | None) -> State:
        self.files.state.unlink(missing_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "ENGINES": wanted or ""}
        keeper = subprocess.run(
            [sys.executable, "-m", "portal.engines.keeper", self.files.name, str(self.files.control)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=PROJECT,
            env=environment,
        )
        state = read_state(self.files)
        if keeper.returncode != 0 or state is None:
            raise EngineError(
                keeper.stderr.strip() or f"{self.files.name} did not start; see {self.files.log}."
            )
        return state

    def leave(self) -> None:
        """Stop using the server. When nobody else uses it, return only after it has stopped.

        A process forked from the one that joined shares its lock and must not give it up.
        """
        if self._owner != os.getpid():
            return
        self._owner = 0
        self._users.release()
        deadline = time.monotonic() + LEAVE_SECONDS
        while is_held_alone(self.files.keeper) and time.monotonic() < deadline:
            if self._others_use_it():
                return
            time.sleep(0.05)

    def _others_use_it(self) -> bool:
        probe = FileLock(self.files.users)
        nobody = probe.try_exclusive()
        probe.release()
        return not nobody and not is_held_alone(self.files.users)

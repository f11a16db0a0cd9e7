"""What users and keeper of a server tell each other through files."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60.0  # how long a server may take before its keeper gives up


@dataclass(frozen=True)
class State:
    """What users need to know of a running server."""

    url: str
    pid: int
    port: int
    kind: str
    major: int


@dataclass(frozen=True)
class Files:
    """The files of one server in the control directory."""

    control: Path
    name: str

    @property
    def users(self) -> Path:
        return self.control / f"{self.name}.users"

    @property
    def keeper(self) -> Path:
        return self.control / f"{self.name}.keeper"

    @property
    def starting(self) -> Path:
        return self.control / f"{self.name}.starting"

    @property
    def state(self) -> Path:
        return self.control / f"{self.name}.json"

    @property
    def password(self) -> Path:
        return self.control / f"{self.name}.password"

    @property
    def log(self) -> Path:
        return self.control / f"{self.name}.log"


def read_state(files: Files) -> State | None:
    """Return what the keeper last wrote; only worth something while the keeper lives."""
    try:
        return State(**json.loads(files.state.read_text()))
    except FileNotFoundError:
        return None


def write_privately(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)

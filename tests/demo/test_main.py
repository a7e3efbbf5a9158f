from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.demo.__main__ import main

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "newscrawl.demo", "--port", "0", "--size", "150"]


def test_a_command_gets_the_address_and_gives_the_exit_code(tmp_path: Path) -> None:
    script = (
        "import sys, urllib.request, pathlib;"
        "page = urllib.request.urlopen(sys.argv[1] + 'robots.txt').read();"
        "pathlib.Path(sys.argv[2]).write_bytes(page);"
        "sys.exit(7)"
    )
    out = tmp_path / "robots.txt"
    run = subprocess.run([*DEMO, "--", sys.executable, "-c", script, "{url}", out], cwd=ROOT, check=False, timeout=60)
    assert run.returncode == 7
    assert "Crawl-delay: 0.05" in out.read_text()


def test_an_interrupt_reaches_the_command_once() -> None:
    script = (
        "import os, signal, sys, time\n"
        "hits = []\n"
        "signal.signal(signal.SIGINT, lambda *_: hits.append(1))\n"
        "print('ready', flush=True)\n"
        "while not hits: time.sleep(0.01)\n"
        "time.sleep(0.3)\n"
        "sys.exit(40 + len(hits))\n"
    )
    process = subprocess.Popen(
        [*DEMO, "--", sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "ready\n"
        # To the whole group, as a terminal does it.
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 41


def test_a_command_that_is_killed_gives_the_shells_code() -> None:
    script = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    run = subprocess.run([*DEMO, "--", sys.executable, "-c", script], cwd=ROOT, check=False, timeout=60)
    assert run.returncode == 137


def test_serving_without_a_command_until_stopped() -> None:
    process = subprocess.Popen(DEMO, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline().startswith("The Lantern Quay Courier is on http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_the_truth_as_json_lines(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["--truth", "--port", "4711", "--size", "150"]) == 0
    lines = capfdbinary.readouterr().out.splitlines()
    assert len(lines) == 150
    assert all(json.loads(line)["canonical_url"].startswith("http://127.0.0.1:4711/") for line in lines)


def test_a_taken_port_and_an_unknown_command(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["--port", str(port), "--size", "150"]) == 1
    assert f"port {port} on 127.0.0.1 is taken by another program" in capsys.readouterr().err
    assert main(["--port", "0", "--size", "150", "--", "no-such-command-here"]) == 127
    assert "Cannot start no-such-command-here" in capsys.readouterr().err


def test_a_paper_that_is_too_small(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--size", "10"])
    assert "at least 150 stories" in capsys.readouterr().err


def test_the_other_paper(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["--paper", "german", "--truth", "--port", "4711", "--size", "150", "--hide-sitemap"]) == 0
    records = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert {record["publisher"] for record in records} == {"Mühlenfurter Bote"}
    assert {record["site"] for record in records} == {"127.0.0.1:4711"}
    assert len(records) == 150


def test_an_option_of_the_other_paper(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--hide-sitemap", "--truth"])
    assert "--hide-sitemap goes with --paper german only" in capsys.readouterr().err

"""Serves a newspaper, or prints its truth: ``python -m newscrawl.demo [--paper german] [--port P] [-- COMMAND …]``."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import FrameType

import orjson

from newscrawl.demo.german.stories import GermanNewspaper
from newscrawl.demo.papers import PAPERS, AnyNewspaper, truth
from newscrawl.demo.server import PortTakenError, Served, serve
from newscrawl.demo.stories import Newspaper

DEFAULT_PORT = 8971


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m newscrawl.demo",
        description="Serve an invented newspaper on this machine; with a command, while that runs.",
        epilog="What stands behind -- is the command; {url} in it becomes the address. The exit code is its own.",
    )
    named = ", ".join(f"{name}: {paper.publisher}" for name, paper in PAPERS.items())
    parser.add_argument("--paper", choices=PAPERS, default="english", help=f"which newspaper ({named}; %(default)s)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="port to listen on, 0 for any free one (%(default)s)"
    )
    parser.add_argument(
        "--truth", action="store_true", help="print the expected records as JSON lines and serve nothing"
    )
    parser.add_argument(
        "--control", action="store_true", help="take orders under /-/control/ and show the log at /-/log"
    )
    parser.add_argument("--seed", type=int, help="another seed, other stories")
    parser.add_argument("--size", type=int, help="how many stories, at least 150")
    parser.add_argument(
        "--hide-sitemap", action="store_true", help="keep the sitemap out of robots.txt (the German paper only)"
    )
    parser.add_argument("--crawl-delay", type=float, default=0.05, help="seconds robots.txt asks to wait (%(default)s)")
    parser.add_argument("--slow-seconds", type=float, default=1.0, help="how long the slow page takes (%(default)s)")
    return parser


def _newspaper(options: argparse.Namespace) -> AnyNewspaper:
    given = {name: getattr(options, name) for name in ("seed", "size") if getattr(options, name) is not None}
    if options.paper == "german":
        return GermanNewspaper(**given, robots_sitemap=not options.hide_sitemap)
    if options.hide_sitemap:
        raise ValueError("--hide-sitemap goes with --paper german only; leave it out, or add that")
    return Newspaper(**given)


def _run(command: list[str], served: Served[AnyNewspaper]) -> int:
    """Run *command* beside the server and return its exit code; SIGINT and SIGTERM go to it once."""
    filled = [part.replace("{url}", served.url) for part in command]
    try:
        # A group of its own: Ctrl-C in a terminal would otherwise reach the command twice.
        process = subprocess.Popen(filled, process_group=0)  # noqa: S603 (the caller's own command)
    except OSError as error:
        print(f"Cannot start {filled[0]}: {error.strerror}.", file=sys.stderr)
        return 127

    def pass_on(number: int, _: FrameType | None) -> None:
        process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    command: list[str] = []
    if "--" in given:
        at = given.index("--")
        given, command = given[:at], given[at + 1 :]
    parser = _parser()
    options = parser.parse_args(given)
    try:
        newspaper = _newspaper(options)
    except ValueError as error:
        parser.error(str(error))
    if options.truth:
        for record in truth(newspaper, f"http://127.0.0.1:{options.port}/"):
            sys.stdout.buffer.write(orjson.dumps(record) + b"\n")
        return 0
    try:
        with serve(
            newspaper,
            port=options.port,
            slow_seconds=options.slow_seconds,
            crawl_delay=options.crawl_delay,
            remote_control=options.control,
        ) as served:
            if command:
                return _run(command, served)
            stopped = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stopped.set())
            print(f"{newspaper.publisher} is on {served.url} (Ctrl-C stops it)", flush=True)
            stopped.wait()
    except PortTakenError as error:
        print(
            f"The newspaper cannot be served: {error.strerror}. Stop that program, or choose a port with --port "
            "(--port 0 takes any free one).",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A process that reads pages; `newscrawl.archives.pool` starts it with the descriptor of a pipe.

It gets a `PageReader`, then one `Sent` after the other, and answers each with its `Reading`. It ends with the pipe.
"""

from __future__ import annotations

import gc
import signal
import sys
from multiprocessing.connection import Connection

from newscrawl.archives.pages import PageReader


def main() -> None:
    """Serve until the other end of the pipe is closed, or its process is gone."""
    # Ctrl-C reaches the whole group: the run decides when it ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe: Connection = Connection(int(sys.argv[1]))
    try:
        reader: PageReader = pipe.recv()
        gc.freeze()
        while True:
            pipe.send(reader.read(pipe.recv()))
    except (EOFError, OSError):
        return


if __name__ == "__main__":
    main()

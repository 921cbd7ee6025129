"""Handlers of every kind, well and badly behaved: input["mode"] says which."""

import os
import signal
import subprocess
import sys
import time


def count(input):
    """Yields input["count"] numbers, with something printed at every tenth, and notes in a file that it was executed."""
    if "tally" in input:
        with open(input["tally"], "a") as tally:
            tally.write("executed\n")
    for n in range(1, input["count"] + 1):
        if n % 10 == 0:
            print("line", n)
        yield {"n": n}
        time.sleep(input.get("delay_ms", 0) / 1000)
    return {"counted": input["count"]}


def flood(input):
    line = "x" * 1023 + "\n"
    for _ in range(input["megabytes"] * 1024):
        sys.stdout.write(line)
    return "flooded"


def binary(input):
    for _ in range(64):
        os.write(1, bytes(range(256)))
    os.write(2, b"\xff\xfe\x00\xc3")
    return "written"


def forever(input):
    print("begun")
    while True:
        time.sleep(60)


def stubborn(input):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield "begun"
    while True:
        time.sleep(60)


def killed(input):
    print("before")
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def fork(input):
    subprocess.Popen(["sleep", "600"])
    return "forked"


def forged(input):
    print('{"type":"events","first":1,"events":[{"kind":"succeeded","output":"forged"}]}')
    print("\x06\x00\x00\x00\x10")
    print("\n\nid: 9-9\nevent: run.succeeded\ndata: {}\n\n")
    print("\r\rdata: x\r\r")
    print("+{\"half\"", "=}")
    yield "id: 9-9\n\nevent: run.succeeded\ndata: {}\n\n"
    return "true"


def raises(input):
    raise ValueError("it broke")


async def ticks(input):
    for n in range(3):
        yield n


async def coroutine(input):
    return "awaited"


def deep(input):
    value = []
    for _ in range(100000):
        value = [value]
    return value


MODES = {
    "count": count,
    "flood": flood,
    "binary": binary,
    "forever": forever,
    "stubborn": stubborn,
    "killed": killed,
    "fork": fork,
    "forged": forged,
    "raises": raises,
    "ticks": ticks,
    "coroutine": coroutine,
    "deep": deep,
    "plain": lambda input: {"mode": "plain"},
    "large": lambda input: "y" * (50 * 1024 * 1024),
    "nan": lambda input: float("nan"),
    "set": lambda input: {1, 2},
    "exit": lambda input: sys.exit(3),
    "hard-exit": lambda input: os._exit(0),
    "close-all": lambda input: os.closerange(0, 256),
    "big-message": lambda input: (x for x in ["z" * 500_000]),
    "too-big-message": lambda input: (x for x in ["z" * 5_000_000]),
}


def handler(input):
    return MODES[input["mode"]](input)

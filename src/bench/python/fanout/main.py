"""Says messages for the fan-out benchmark: numbered, with the time, each of exactly the size that is asked for, at a rate or flat out."""

import time

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def handler(input):
    size, rate = input["size"], input["rate"]
    padding = LETTERS * (size // len(LETTERS) + 1)
    time.sleep(input["delay_ms"] / 1000)
    begin = time.time_ns()
    for n in range(1, input["count"] + 1):
        t = begin + (n - 1) * 1_000_000_000 // rate if rate else time.time_ns()
        wait = t - time.time_ns()
        if wait > 0:
            time.sleep(wait / 1e9)
        rest = size - len('{"n":%d,"t":%d,"p":""}' % (n, t))
        yield {"n": n, "t": t, "p": padding[:rest]}
    # The stream ends with the run; whoever is a little behind shall not see that before the last message.
    time.sleep(input["linger_ms"] / 1000)
    return {"said": input["count"]}

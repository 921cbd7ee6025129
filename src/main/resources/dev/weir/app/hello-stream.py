"""Greets somebody as often as asked, one greeting at a time."""

import time


def handler(input):
    name = input.get("name", "world")
    count = input.get("count", 5)
    delay_ms = input.get("delay_ms", 500)
    for n in range(1, count + 1):
        yield {"n": n, "text": f"Hello, {name}! ({n} of {count})"}
        time.sleep(delay_ms / 1000)
    return {"greeted": name, "count": count}

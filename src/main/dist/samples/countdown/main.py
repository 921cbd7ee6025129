"""An async generator: each number is delivered when it is yielded, not at the end."""

import asyncio


async def handler(input):
    start = input.get("from", 5)
    print(f"counting down from {start}", flush=True)
    for n in range(start, 0, -1):
        yield {"n": n}
        await asyncio.sleep(input.get("delay_ms", 200) / 1000)
    yield {"lift_off": True}

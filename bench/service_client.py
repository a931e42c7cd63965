"""A client that asks as many connections at a time as it is told to, over real HTTP, and reads every answer whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Answers:
    """How many answers came, in how many seconds, and how long each took (seconds)."""

    count: int
    seconds: float
    times: list[float]


def ask(port: int, request: Callable[[int], bytes], *, expected: int, seconds: float, connections: int = 8) -> Answers:
    """Ask for some seconds; every answer must have the expected status."""
    return asyncio.run(_ask(port, request, expected, seconds, connections))


def once(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """One answer: status, headers (small letters), body."""

    async def run() -> tuple[int, dict[str, str], bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        writer.write(request)
        answer = await _read(reader)
        writer.close()
        return answer

    return asyncio.run(run())


async def _ask(port: int, request: Callable[[int], bytes], expected: int, seconds: float, connections: int) -> Answers:
    times: list[float] = []
    numbers = iter(range(10**9))
    started = time.perf_counter()

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        while time.perf_counter() - started < seconds:
            begun = time.perf_counter()
            writer.write(request(next(numbers)))
            status, _, body = await _read(reader)
            if status != expected:
                raise RuntimeError(f"answered {status}: {body[:500]!r}")
            times.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return Answers(len(times), time.perf_counter() - started, times)


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = f"{headers[name.lower()]}, {value}" if name.lower() in headers else value
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readline(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(head[0].split()[1]), headers, body

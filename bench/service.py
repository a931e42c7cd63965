"""The web service on PostgreSQL: one process on one core, asked over HTTP by a client on another.

Each speed is in requests a second of that process's own CPU time (the speed of a core, whatever else the machine does); how many
there were on the clock, with how many connections, stands beside it. Run as ``scripts/with-postgresql python -m bench``.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import psutil
from bench.issuing import entry
from bench.service_client import ask, once
from bench.service_process import COMMAND, cpu_seconds, done_inside, environment_of, new_database, served

SECONDS = float(os.environ.get("CREDENZA_BENCH_SECONDS", "5"))
FEW, MANY = 10_000, int(os.environ.get("CREDENZA_BENCH_AWARDS", "1000000"))
BATCH = 10_000
CONNECTIONS = 8
REPEATS = 25
NAMES = ("q=Learner+77", "q=Learner+7712")  # of 111 and of 1 among the few, of thousands and of 111 among the many


def measure() -> list[dict[str, Any]]:
    server = os.environ.get("CREDENZA_TEST_DATABASE_URL", "")
    if not server.startswith("postgresql"):
        raise RuntimeError("the service is measured on PostgreSQL: scripts/with-postgresql .venv/bin/python -m bench")
    with tempfile.TemporaryDirectory() as folder, new_database(server) as url:
        environment = environment_of(folder, url)
        subprocess.run([COMMAND, "migrate"], env=environment, check=True, stdout=subprocess.DEVNULL)
        site = done_inside(environment, "prepare")
        done_inside(environment, "fill", FEW)
        with served(environment) as (port, process):
            found = [_speed(port, process, *one) for one in _loads(port, site)]
            few = _medians(port, site)
        found.append(_batch(environment))
        begun = time.perf_counter()
        awards = done_inside(environment, "fill", MANY)["awards"]
        print(f"{awards} awards stored after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        with served(environment) as (port, _):
            many = _medians(port, site)
    return found + [_growth(name, few[name], many[name]) for name in few]


def _loads(port: int, site: dict[str, Any]) -> list[tuple[str, float | None, Callable[[int], bytes], int]]:
    """Name, goal, request by number, expected status."""
    key = {"Authorization": f"Bearer {site['key']}"}
    badges, tokens = site["documents"]["open-badge"], site["documents"]["sd-jwt-vc"]
    sealed = [{"verifiableCredential": json.loads(one), "options": {}} for one in badges]
    cookie, token = _form(port, site)

    def page(text: str) -> bytes:
        body = urlencode({"csrfmiddlewaretoken": token, "text": text}).encode()
        headers = {"Cookie": cookie, "Referer": f"https://{site['host']}/verify"}
        return _request(site, "POST", "/verify", body, {"Content-Type": "application/x-www-form-urlencoded"} | headers)

    def posted(path: str, body: bytes, kind: str = "application/json") -> bytes:
        return _request(site, "POST", path, body, {"Content-Type": kind} | key)

    learner = {"family_name": "Ó Murchú", "birth_date": "2000-01-01"}
    run = secrets.token_hex(4)
    return [
        ("verify eddsa-rdfc-2022 (API)", 300, lambda n: posted("/api/v1/verify", badges[n % 200].encode()), 200),
        (
            "verify SD-JWT VC (API)",
            800,
            lambda n: posted("/api/v1/verify", tokens[n % 200].encode(), "text/plain"),
            200,
        ),
        (
            "verify eddsa-rdfc-2022 (W3C VC API)",
            300,
            lambda n: posted("/credentials/verify", _json(sealed[n % 200])),
            200,
        ),
        ("verify eddsa-rdfc-2022, the page for people", 300, lambda n: page(badges[n % 200]), 200),
        ("verify SD-JWT VC, the page for people", None, lambda n: page(tokens[n % 200]), 200),
        ("public page of a shared credential", 300, lambda _: _request(site, "GET", f"/s/{site['share']}"), 200),
        ("status list", 2000, lambda _: _request(site, "GET", "/o/uni/status/revocation-1"), 200),
        (
            "issue one by API, stored durably",
            200,
            lambda n: posted(
                "/api/v1/awards",
                _json(
                    {
                        "definition": site["definition"],
                        "mail": False,
                        "learner": learner | {"given_name": f"Zoë {run} {n}"},
                    }
                ),
            ),
            201,
        ),
        (
            "issue one by the W3C VC API",
            None,
            lambda _: posted("/vc/bench/credentials/issue", _json(_unsealed(site))),
            201,
        ),
    ]


def _unsealed(site: dict[str, Any]) -> dict[str, Any]:
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "id": f"urn:uuid:{secrets.token_hex(16)}",
        "type": ["VerifiableCredential"],
        "issuer": site["issuer"],
        "credentialSubject": {"id": "did:example:ana", "name": "Ana Pérez"},
    }
    return {"credential": credential, "options": {}}


def _speed(
    port: int,
    process: psutil.Process,
    name: str,
    goal: float | None,
    request: Callable[[int], bytes],
    expected: int,
) -> dict[str, Any]:
    offset = 10**6
    ask(port, lambda n: request(n + offset), expected=expected, seconds=0.5, connections=2)
    before = cpu_seconds(process)
    answers = ask(port, request, expected=expected, seconds=SECONDS, connections=CONNECTIONS)
    spent = cpu_seconds(process) - before
    clock = f"{answers.count / answers.seconds:,.0f}/s on the clock, {CONNECTIONS} connections"
    row = entry(f"service: {name}", answers.count / spent, goal) | {"peer": clock}
    print(json.dumps(row), file=sys.stderr)
    return row


def _medians(port: int, site: dict[str, Any]) -> dict[str, float]:
    """The median time of each page and end point, asked one after the other (milliseconds)."""
    boss = {"Cookie": f"__Host-sessionid={site['sessions']['boss']}"}
    ana = {"Cookie": f"__Host-sessionid={site['sessions']['ana']}"}
    key = {"Authorization": f"Bearer {site['key']}"}
    pages = [
        *((path, {}) for path in ("/", "/catalogue", "/verify", f"/s/{site['share']}", "/o/uni/status/tokens-1")),
        *(
            (f"/console/uni{path}", boss)
            for path in ("", "/awards", "/issue", "/statistics", "/audit", "/definitions", "/keys", "/people")
        ),
        *(
            (f"/console/uni/awards?{query}", boss)
            for query in (*NAMES, "state=revoked", "state=unclaimed", "state=expired")
        ),
        (f"/console/uni/awards/{site['award']}", boss),
        ("/wallet?page=2", boss),
        *((path, ana) for path in ("/wallet", f"/wallet/{site['credential']}", "/wallet/shares")),
        *(
            (path, key)
            for path in (
                "/api/v1/awards",
                *(f"/api/v1/awards?{query}" for query in NAMES),
                f"/api/v1/awards/{site['award']}",
            )
        ),
    ]
    return {path: _median(port, _request(site, "GET", path, b"", headers), path) for path, headers in pages}


def _median(port: int, request: bytes, path: str) -> float:
    times = []
    for number in range(REPEATS + 3):
        begun = time.perf_counter()
        status, _, body = once(port, request)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {body[:300]!r}")
        if number >= 3:
            times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def _growth(path: str, few: float, many: float) -> dict[str, Any]:
    shown = path.split("/s/")[0] + "/s/..." if path.startswith("/s/") else path
    row = entry(f"service: median of {shown}, {MANY:,} awards beside {FEW:,}", many / few, 1.5)
    return row | {"unit": "times", "peer": f"{many:.1f} ms beside {few:.1f} ms"}


def _batch(environment: dict[str, str]) -> dict[str, Any]:
    workers = [subprocess.Popen([COMMAND, "worker"], env=environment, stdout=subprocess.PIPE, text=True) for _ in "ab"]
    try:
        for one in workers:
            one.stdout.readline()
        took = done_inside(environment, "batch", BATCH)["seconds"]
        spent = sum(sum(psutil.Process(one.pid).cpu_times()[:2]) for one in workers)
    finally:
        for one in workers:
            one.send_signal(signal.SIGTERM)
            one.wait()
    row = entry(f"service: a class list of {BATCH:,}, sealed and stored by two workers", took, 20)
    return row | {"unit": "s", "peer": f"{spent:.1f} s of CPU time of both workers, their start included"}


def _form(port: int, site: dict[str, Any]) -> tuple[str, str]:
    _, headers, body = once(port, _request(site, "GET", "/verify"))
    token = body.split(b'name="csrfmiddlewaretoken" value="')[1].split(b'"')[0].decode()
    return headers["set-cookie"].split(";")[0], token


def _request(
    site: dict[str, Any], method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> bytes:
    """A request as the proxy passes it on, each from another network, so that no limit is met."""
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {site['host']}",
        "X-Forwarded-Proto: https",
        f"X-Forwarded-For: 2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


if __name__ == "__main__":
    for row in measure():
        print(json.dumps(row))

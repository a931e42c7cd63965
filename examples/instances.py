"""Running instances of the service on this machine, and people who use their pages as a browser without script would."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from http.cookiejar import CookieJar
from pathlib import Path

from lxml import html

PASSWORD = "credenza-demo"
_STARTS_WITHIN = 120


class Instance:
    """One ``credenza serve --demo`` with a world of its own: ``address`` is where its pages are."""

    def __init__(self, name: str, folder: Path, *, host: str, world: Path, **variables: str) -> None:
        self.name, self.folder = name, folder
        self.base = f"https://{name}.credenza.example"
        self.address = f"http://{host}:{_free_port(host)}"
        self._host, self._port = host, self.address.rpartition(":")[2]
        self._variables = {
            "CREDENZA_DATA_DIR": str(folder),
            "CREDENZA_DEMO_BASE": self.base,
            "CREDENZA_DEMONSTRATION": str(world),
            **variables,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def set(self, **variables: str) -> None:
        """More of its environment, before it starts."""
        self._variables |= variables

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CREDENZA_", "DJANGO_"))}
        command = [str(Path(sys.executable).with_name("credenza")), "serve", "--demo", "--host", self._host]
        with (self.folder / "serve.log").open("wb") as log:
            self._process = subprocess.Popen(
                [*command, "--port", self._port], env=inherited | self._variables, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _STARTS_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.3)
        raise RuntimeError(f"{self.name} did not start:\n{(self.folder / 'serve.log').read_text('utf-8', 'replace')}")

    def stop(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)


class Page:
    """What an address answered: where it ended, its forms and links, its words."""

    def __init__(self, address: str, content: bytes) -> None:
        self.address, self.content = address, content

    @property
    def root(self) -> html.HtmlElement:
        found = html.fromstring(self.content.decode("utf-8"))
        found.make_links_absolute(self.address)
        return found

    @property
    def words(self) -> str:
        return " ".join(self.root.text_content().split())

    def form_with(self, name: str) -> html.FormElement:
        """The form that has a field or a button of this name."""
        for form in self.root.forms:
            if form.xpath(".//*[@name=$name]", name=name):
                return form
        raise LookupError(f"{self.address} has no form with {name!r}: {self.words[:600]}")

    def links(self, part: str) -> list[str]:
        """The addresses of links that contain this."""
        return list(dict.fromkeys(one for one in self.root.xpath("//a/@href") if part in one))


class Person:
    """Somebody with a browser of their own, on any number of sites."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def open(self, address: str, data: bytes | None = None, **headers: str) -> Page:
        """Go to an address, or post to it; redirects are followed as a browser does."""
        request = urllib.request.Request(
            address, data, {name.replace("_", "-"): text for name, text in headers.items()}
        )
        try:
            answer = self._opener.open(request, timeout=120)
        except urllib.error.HTTPError as error:
            page = Page(address, error.read())
            raise RuntimeError(f"{error.code} at {address}: {page.words[:600] if page.content else ''}") from error
        with answer:
            return Page(answer.geturl(), answer.read())

    def submit(self, page: Page, by: str, files: Mapping[str, Path] | None = None, **fields: object) -> Page:
        """Fill in the form that has a field or button ``by`` and send it; a list ticks several boxes of one name."""
        form = page.form_with(by)
        kept = [(name, value) for name, value in form.form_values() if name not in fields]
        for name, value in fields.items():
            kept += [(name, str(one)) for one in (value if isinstance(value, list) else [value])]
        address = form.action or page.address
        if form.method == "GET":
            return self.open(f"{address.split('?')[0]}?{urllib.parse.urlencode(kept)}")
        if files is None:
            return self.open(address, urllib.parse.urlencode(kept).encode())
        boundary = uuid.uuid4().hex
        body = _multipart(kept, files, boundary)
        return self.open(address, body, Content_Type=f"multipart/form-data; boundary={boundary}")

    def sign_in(self, site: str, name: str) -> None:
        """Sign in at a site with the demonstration's password."""
        page = self.open(f"{site}/account/login/")
        self.sign_in_here(page, name)

    def sign_in_here(self, page: Page, name: str) -> Page:
        """Sign in on the page that asks for it, and go on from there."""
        return self.submit(page, "password", login=f"{name}@demo.example", password=PASSWORD)


def _multipart(fields: list[tuple[str, str]], files: Mapping[str, Path], boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    for name, file in files.items():
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + file.read_bytes() + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


def _free_port(host: str) -> int:
    with socket.socket() as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])

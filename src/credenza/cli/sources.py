"""What the verb ``verify`` brings along: the network or none, folders standing for it, and whom the user trusts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from credenza.adapters.carriers import open_carrier
from credenza.adapters.fetch import GivenFetch, GuardedFetch, OfflineFetch
from credenza.adapters.issuer_folder import PUBLIC, SETTINGS, TEST_AUTHORITY
from credenza.adapters.resolvers import MethodFinder
from credenza.adapters.revocation_source import RevocationSource
from credenza.cli.options import now, read_file, read_toml
from credenza.errors import MalformedInput, Refused
from credenza.trust import certificates, qualified_seal
from credenza.trust.trusted_lists import TrustedServices
from credenza.verifying.evidence import Sources
from credenza.verifying.verify import verify

if TYPE_CHECKING:
    from credenza.adapters.issuer_folder import Issuer
    from credenza.keys import PublicKey
    from credenza.record import Award

_STATUS_TYPES = ("application/vc", "application/statuslist+jwt", "application/vc+jwt", "application/json", "text/plain")
_LARGEST_LIST = 8_000_000
_MEDIA_TYPES = {
    "tokens": "application/statuslist+jwt",
    "revocation": "application/vc",
    "suspension": "application/vc",
    ".crl": "application/pkix-crl",
}


def sources(
    *,
    offline: bool,
    anchors: Sequence[Path] = (),
    published: Sequence[Path] = (),
    services: TrustedServices | None = None,
    senders: Sequence[Path] = (),
) -> Sources:
    """Sources for verifying; ``published`` are issuer folders that stand for the addresses which will serve them.

    ``services`` are those of the EU's trusted lists, where the user has them; ``senders`` are files with the keys of
    those who send transcripts: the registry of EMREX, or a certificate or public key (PEM).
    """
    given = _published(published)
    fetch = GivenFetch(given, OfflineFetch() if offline else GuardedFetch())
    signed_fetch = GivenFetch(given, OfflineFetch() if offline else GuardedFetch(plain_http=True))
    ders, trusted = _anchors(anchors)
    listed = services or TrustedServices((), ())
    stamps = dict.fromkeys((*ders, *listed.time_stamp_anchors()))
    return Sources(
        find_method=MethodFinder(fetch),
        fetch=lambda url: fetch(url, accept=_STATUS_TYPES, maximum_bytes=_LARGEST_LIST).content,
        anchors=listed.anchors().and_of(ders),
        time_stamp_anchors=tuple(certificates.load(der) for der in stamps),
        trusted_issuers=trusted,
        qualified=None if services is None else lambda path, at: qualified_seal.judge(path, listed, at=at),
        lists_complete=services is None or services.complete,
        revocation=RevocationSource(signed_fetch),
        elmo_keys=tuple(one for file in senders for one in _sender_keys(file)),
    )


def read_award(data: bytes) -> Award:
    """What a credential says, whether its seal holds or not.

    Raises:
        MalformedInput: it cannot be read.
    """
    report = verify(data, sources=sources(offline=True), open_carrier=open_carrier, now=now())
    if report.award is None:
        reason = next((one for one in report.checks if one.code != "not-reached"), report.checks[0])
        raise MalformedInput(reason.code, reason.reason)
    return report.award


def refuse_unproven(data: bytes, issuer: Issuer) -> None:
    """Refuse to seal anew what this issuer has not sealed itself, what was changed since, and what it has withdrawn.

    Raises:
        Refused: ``conversion-not-proven`` with the reason.
    """
    asked = sources(offline=True, published=(issuer.folder,))
    authority = issuer.public / TEST_AUTHORITY
    tests = certificates.from_pem(authority.read_bytes()) if authority.exists() else []
    asked = replace(asked, anchors=asked.anchors.and_of([*issuer.seal.certificate_chain, *tests]))
    report = verify(data, sources=asked, open_carrier=open_carrier, now=now())
    for name in ("format", "proof", "issuer", "status"):
        check = report.check(name)
        if check.outcome == "failed" or (check.outcome == "not_checked" and name != "status"):
            message = f"Only what this issuer has sealed, and not withdrawn, is sealed anew. {check.reason}"
            raise Refused("conversion-not-proven", message)


def _sender_keys(file: Path) -> list[tuple[str, PublicKey]]:
    from credenza.exchange.emrex.registry import parse_registry, read_key

    data = read_file(file)
    if data.lstrip().startswith(b"{"):
        return [(one.name, one.key) for one in parse_registry(data, fetched=now()).providers]
    return [(f"the key in {file.name}", read_key(data.decode("utf-8", "replace")))]


def _published(folders: Sequence[Path]) -> dict[str, tuple[str, bytes]]:
    documents: dict[str, tuple[str, bytes]] = {}
    for folder in folders:
        base_url = str(read_toml(folder / SETTINGS)["base_url"])
        public = folder / PUBLIC
        for file in public.rglob("*"):
            if file.is_file():
                media_type = _MEDIA_TYPES.get(
                    file.name.split("-")[0], _MEDIA_TYPES.get(file.suffix, "application/json")
                )
                documents[f"{base_url}/{file.relative_to(public).as_posix()}"] = (media_type, file.read_bytes())
    return documents


def _anchors(files: Sequence[Path]) -> tuple[list[bytes], frozenset[str]]:
    """Certificates of PEM files, and ids of issuers (one in each line) of any others."""
    ders: list[bytes] = []
    trusted: set[str] = set()
    for file in files:
        data = read_file(file)
        if b"-----BEGIN CERTIFICATE-----" in data:
            ders += certificates.from_pem(data)
            continue
        lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
        ids = {line for line in lines if line.startswith(("did:", "https://"))}
        if not ids:
            raise MalformedInput(
                "anchors-unreadable", f"{file.name} holds neither certificates (PEM) nor ids of issuers."
            )
        trusted |= ids
    return ders, frozenset(trusted)

"""Baseline levels above B-B: time stamps, validation data, archive time stamps, and damaged ones."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from credenza.encoding import base64url
from credenza.errors import Conflict
from credenza.proof import jades

from .jades_parts import PAYLOAD, made, read, refusal, verify

TODAY = datetime.now(UTC)


def _container(name: str, token: bytes, **extra: Any) -> str:
    value = {name: {"tstTokens": [{"val": base64.b64encode(token).decode()}], **extra}}
    return base64url.encode(json.dumps(value).encode())


def test_a_time_stamp_raises_the_level_and_proves_the_time(signer: Any, time_stamp_authority: Any) -> None:
    anchors = (time_stamp_authority.root.certificate,)
    now = datetime.now(UTC) + timedelta(minutes=1)
    at_once = jades.sign(PAYLOAD, signer, signing_time=TODAY, request_time_stamp=time_stamp_authority.token)
    plain = jades.sign(PAYLOAD, signer, signing_time=TODAY)
    later = jades.add_time_stamp(plain, request_time_stamp=time_stamp_authority.token)
    for sealed in (at_once, later):
        seal = verify(sealed, anchors=anchors, now=now)
        assert (seal.verified, seal.level, seal.payload) == (True, "B-T", PAYLOAD)
        assert seal.signatures[0].signing_time_proven is not None
        untrusted = verify(sealed, now=now)
        assert untrusted.signatures[0].signing_time_proven is None
        assert "time-stamp-authority-not-trusted" in {item.code for item in untrusted.findings}
    assert json.loads(later)["signatures"][0]["signature"] == json.loads(plain)["signatures"][0]["signature"]
    with pytest.raises(Conflict):
        jades.add_time_stamp(later, request_time_stamp=time_stamp_authority.token)


def test_a_time_stamp_of_another_seal_is_refused(signer: Any, time_stamp_authority: Any) -> None:
    first, second = (
        json.loads(jades.sign(text, signer, signing_time=TODAY, request_time_stamp=time_stamp_authority.token))
        for text in (b"{}", b"[]")
    )
    first["signatures"][0]["header"] = second["signatures"][0]["header"]
    anchors = (time_stamp_authority.root.certificate,)
    seal = read(first, anchors=anchors, now=datetime.now(UTC) + timedelta(minutes=1))
    assert not seal.verified
    assert "time-stamp-imprint-mismatch" in {item.code for item in seal.findings}


def _long_term(authority: Any, *, damage: bool = False, **extra: Any) -> Any:
    """sigTst, certificates, revocations and an archive time stamp over it all (clause 5.3.6.3.1.1)."""

    def build(protected: str, signature: str, text: str) -> dict[str, Any]:
        stamp = _container("sigTst", authority.token(hashlib.sha256(signature.encode()).digest()))
        values = [base64url.encode(json.dumps({name: []}).encode()) for name in ("xVals", "rVals")]
        before = "".join((stamp, *values))
        message = f"{text}.{protected}.{signature}.{before}".encode()
        archive = _container("arcTst", authority.token(hashlib.sha256(message).digest()), **extra)
        if damage:
            values[0] = base64url.encode(b'{"xVals": [1]}')
        return {"etsiU": [stamp, *values, archive]}

    return build


def test_a_seal_for_the_long_term_is_read_to_its_archive_time_stamp(signer: Any, time_stamp_authority: Any) -> None:
    options = {"anchors": (time_stamp_authority.root.certificate,), "now": datetime.now(UTC) + timedelta(minutes=1)}
    for changes in ({}, {"b64": None, "crit": None}):
        seal = read(made(signer, unprotected=_long_term(time_stamp_authority), **changes), **options)
        assert (seal.verified, seal.level) == (True, "B-LTA")
        assert len([stamp for stamp in seal.signatures[0].time_stamps if stamp.proven]) == 2
        outcomes = {item.code: item.outcome for item in seal.findings}
        assert outcomes["jades-validation-data-not-used"] == "not_checked"
    damaged = read(made(signer, unprotected=_long_term(time_stamp_authority, damage=True)), **options)
    assert not damaged.verified
    assert "time-stamp-imprint-mismatch" in {item.code for item in damaged.findings}
    partial = _long_term(time_stamp_authority, timeStamped="previousArcTst")
    seal = read(made(signer, unprotected=partial), **options)
    outcomes = {item.code: item.outcome for item in seal.findings}
    assert outcomes["jades-archive-time-stamp-not-checked"] == "not_checked"


def test_levels_between_and_unknown_additions_are_read(signer: Any, time_stamp_authority: Any) -> None:
    def build(protected: str, signature: str, text: str) -> dict[str, Any]:
        whole = _long_term(time_stamp_authority)(protected, signature, text)["etsiU"][:3]
        return {"etsiU": [*whole, base64url.encode(b'{"sigPSt": {}}')]}

    seal = read(made(signer, unprotected=build), now=datetime.now(UTC) + timedelta(minutes=1))
    assert seal.level == "B-LT"
    assert "jades-unsigned-not-checked" in {item.code for item in seal.findings}


@pytest.mark.parametrize(
    "unprotected",
    [
        {"etsiU": []},
        {"etsiU": "x"},
        {"etsiU": [7]},
        {"etsiU": [{"xVals": []}, base64url.encode(b'{"rVals":[]}')]},
        {"etsiU": [{"xVals": [], "rVals": []}]},
        {"etsiU": [base64url.encode(b"[]")]},
        {"etsiU": [{"sigTst": {}}]},
        {"etsiU": [{"sigTst": {"tstTokens": []}}]},
        {"etsiU": [{"sigTst": {"tstTokens": [{"val": "%%"}]}}]},
        {"etsiU": [{"sigTst": {"tstTokens": [{}]}}]},
        {"etsiU": [{"xVals": []}] * 65},
    ],
)
def test_damaged_additions_are_refused(signer: Any, unprotected: Any) -> None:
    assert refusal(made(signer, unprotected=unprotected)) == "jades-unsigned-malformed"

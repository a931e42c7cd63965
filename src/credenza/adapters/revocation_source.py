"""Asks the providers of certificates whether these were revoked: OCSP first, then their lists (CRL).

Answers are signed by the provider and judged by ``trust.certificate_revocation``, so they may come over plain http, as
they mostly do. What cannot be had is ``certificate-revocation-not-checked``, never a yes.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from itertools import pairwise

from credenza.errors import Refused, Unreachable
from credenza.finding import Finding
from credenza.ports.fetch import Fetch
from credenza.trust import certificate_revocation, revocation_addresses

OCSP_TYPES = ("application/ocsp-response",)
CRL_TYPES = ("application/pkix-crl", "application/x-pkcs7-crl", "application/octet-stream", "*/*")
OCSP_MAXIMUM_BYTES = 64 * 1024
_REMEMBERED = 1024


class RevocationSource:
    """Judges a certificate path (DER, the signer's first, the anchor last) at a time, with a fetcher's answers.

    ``fetch`` must allow plain http to public addresses, or most providers cannot be asked.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: OrderedDict[tuple[tuple[bytes, ...], datetime], Finding] = OrderedDict()

    def __call__(self, path: tuple[bytes, ...], at: datetime) -> Finding:
        """Whether any certificate below the anchor was revoked by then; asked once for all files of a batch.

        Raises:
            MalformedInput: ``certificate-malformed``.
        """
        finding = self._known.get((path, at))
        if finding is None:
            finding = self._known[(path, at)] = self._judge(path, at)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return finding

    def _judge(self, path: tuple[bytes, ...], at: datetime) -> Finding:
        found = [self._judge_one(child, issuer, at) for child, issuer in pairwise(path)]
        worst = ("failed", "not_checked", "passed")
        return min(found or [certificate_revocation.judge(path, at=at)], key=lambda one: worst.index(one.outcome))

    def _judge_one(self, child: bytes, issuer: bytes, at: datetime) -> Finding:
        """One pair of the path: its OCSP responders are asked first, whose answers are small."""
        finding = certificate_revocation.judge((child, issuer), at=at)
        for url in revocation_addresses.ocsp_addresses(child, issuer):
            if finding.outcome == "not_checked":
                responses = self._get(url, OCSP_TYPES, OCSP_MAXIMUM_BYTES)
                finding = certificate_revocation.judge((child, issuer), ocsp_responses=responses, at=at)
        for url in revocation_addresses.crl_addresses(child):
            if finding.outcome == "not_checked":
                crls = self._get(url, CRL_TYPES, certificate_revocation.MAXIMUM_BYTES)
                finding = certificate_revocation.judge((child, issuer), crls=crls, at=at)
        return finding

    def _get(self, url: str, accept: tuple[str, ...], maximum_bytes: int) -> tuple[bytes, ...]:
        """The answer, or none where it does not come."""
        try:
            return (self._fetch(url, accept=accept, maximum_bytes=maximum_bytes).content,)
        except (Unreachable, Refused):
            return ()

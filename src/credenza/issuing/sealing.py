"""Awards to sealed bytes in every format: what is the same for the whole batch is made once."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from credenza.document import comprehensive_learner_record, elm, open_badge, sd_jwt_vc
from credenza.issuing.awards import IssuingPlan
from credenza.issuing.class_list import Sealed, Wanted
from credenza.keys import PublicKey, Signer
from credenza.keys.verification_method import ASSERTION_METHOD
from credenza.ports.issuing import BadgeBaker, CertificatePrinter
from credenza.proof import certificate_chain, jades, sd_jwt
from credenza.proof.data_integrity.bulk import seal_batch
from credenza.proof.data_integrity.sign import ProofOptions
from credenza.record import Award, Media
from credenza.trust import did

ELM, OPEN_BADGE, SD_JWT_VC, PDF, BADGE_PNG, BADGE_SVG, CLR = (
    "elm",
    "open-badge",
    "sd-jwt-vc",
    "pdf",
    "badge-png",
    "badge-svg",
    "clr",
)
FORMATS = (ELM, OPEN_BADGE, SD_JWT_VC, PDF, BADGE_PNG, BADGE_SVG, CLR)
_DISCLOSABLE = sd_jwt.frame((name,) for name in sd_jwt_vc.DISCLOSABLE)
_OF_BADGE = frozenset({OPEN_BADGE, BADGE_PNG, BADGE_SVG})
_OF_ELM = frozenset({ELM, PDF})


@dataclass(frozen=True)
class SealingKeys:
    """The key for Data Integrity, the seal for ELM and wallets, and the address that names the issuer to wallets."""

    proof: Signer
    seal: Signer
    token_issuer: str
    request_time_stamp: Callable[[bytes], bytes] | None = None


class Sealer:
    """Seals chunks of one batch; make one in each process.

    ``page`` is the display page of the whole batch; without it each learner's own is drawn, which takes longer.
    """

    def __init__(
        self,
        plan: IssuingPlan,
        keys: SealingKeys,
        *,
        printer: CertificatePrinter,
        baker: BadgeBaker,
        page: Media | None = None,
        randomness: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._plan, self._keys, self._printer, self._baker, self._page = plan, keys, printer, baker, page
        self._randomness = randomness
        definition, issuer, language = plan.definition, plan.issuer, plan.language
        self._elm = elm.Template(definition, issuer, language)
        self._badge = open_badge.Template(definition, issuer, language)
        self._wallet = sd_jwt_vc.Template(definition, issuer, language)
        self._header = {"x5c": certificate_chain.to_header(keys.seal.certificate_chain[:1])}

    def at(self, issued: datetime) -> Sealer:
        """The same sealer for awards that are issued at this moment."""
        other = copy.copy(self)
        other._plan = replace(self._plan, issued=issued)
        return other

    def __call__(self, wanted: Wanted) -> Sealed:
        """The sealed bytes of each award, by format."""
        badges = self._badges([award for award, formats in wanted if _OF_BADGE & set(formats)])
        return [self._files(award, formats, badges.get(award.id)) for award, formats in wanted]

    def _files(self, award: Award, formats: tuple[str, ...], badge: bytes | None) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        if _OF_ELM & set(formats):
            made[ELM] = self._seal_elm(award)
        if badge is not None:
            made[OPEN_BADGE] = badge
            if BADGE_PNG in formats:
                made[BADGE_PNG] = self._baker.png(award, badge)
            if BADGE_SVG in formats:
                made[BADGE_SVG] = self._baker.svg(award, badge)
        if SD_JWT_VC in formats:
            made[SD_JWT_VC] = self._seal_wallet(award).encode()
        if CLR in formats:
            made[CLR] = self._seal_learner_record(award)
        if PDF in formats:
            made[PDF] = self._printer.pdf(award, attachment=made[ELM])
        return {name: made[name] for name in formats}

    def _seal_elm(self, award: Award) -> bytes:
        document = self._elm.document(award, self._page or self._printer.page(award))
        return jades.sign(
            elm.to_bytes(document),
            self._keys.seal,
            signing_time=award.issued or self._plan.issued,
            request_time_stamp=self._keys.request_time_stamp,
        )

    def _seal_learner_record(self, award: Award) -> bytes:
        bare = comprehensive_learner_record.without_sealed(award)
        (badge,) = self._proven([self._badge.document(bare)])
        (record,) = self._proven([comprehensive_learner_record.to_document(award, badge=badge)])
        return orjson.dumps(record)

    def _proven(self, documents: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        options = ProofOptions(
            cryptosuite="eddsa-rdfc-2022",
            verification_method=self._keys.proof.key_id,
            proof_purpose=ASSERTION_METHOD,
            created=self._plan.issued,
        )
        return seal_batch(documents, self._keys.proof, options)

    def _badges(self, awards: list[Award]) -> dict[str, bytes]:
        sealed = self._proven(self._badge.document(award) for award in awards)
        return {award.id: orjson.dumps(document) for award, document in zip(awards, sealed, strict=True)}

    def _seal_wallet(self, award: Award) -> str:
        holder = holder_key(award.learner.id)
        return sd_jwt.issue(
            self._wallet.claims(award, issuer=self._keys.token_issuer),
            self._keys.seal,
            disclosable=_DISCLOSABLE,
            randomness=self._randomness,
            holder_key=holder,
            header=self._header,
        )


@lru_cache(maxsize=1024)
def holder_key(learner_id: str | None) -> PublicKey | None:
    """The key of a learner's wallet where the DID itself holds it (did:key, did:jwk), to bind the credential to it."""
    if learner_id is None or not learner_id.startswith(("did:key:", "did:jwk:")):
        return None
    return did.resolve(learner_id)[0].public_key

"""One call for any supported file: what it is, whether it stands, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from credenza.errors import MalformedInput, Refused, Unreachable
from credenza.finding import Finding, failed, not_checked, passed
from credenza.proof.sd_jwt import KeyBindingExpectation
from credenza.proof.vc_jwt import enveloped
from credenza.record import Award
from credenza.record.annex_i import ElementFinding, Severity, check_award
from credenza.record.recognition_decision import is_decision, lacking
from credenza.verifying.accreditation_check import accreditation_finding
from credenza.verifying.evidence import Examined, Sources
from credenza.verifying.examine_elmo import examine_elmo
from credenza.verifying.examine_sd_jwt import examine_sd_jwt
from credenza.verifying.examine_sealed import examine_sealed
from credenza.verifying.examine_w3c import examine_data_integrity, examine_token, examine_unsealed
from credenza.verifying.issuer_check import issuer_findings
from credenza.verifying.kinds import CARRIERS, Kind, kind_of
from credenza.verifying.parts_check import part_reports
from credenza.verifying.report import CHECK_NAMES, PARTS, PartReport, VerificationReport, decide
from credenza.verifying.status_check import status_findings

OpenCarrier: TypeAlias = Callable[[Kind, bytes], bytes]
"""Takes the credential out of a PDF, PNG or SVG; raises MalformedInput where it carries none."""

_FORMATS = {
    "elm": "European Digital Credential",
    "open-badge": "Open Badge",
    "sd-jwt-vc": "wallet credential (SD-JWT VC)",
    "clr": "learner record (CLR)",
    "elmo": "transcript (ELMO)",
}
_OWNER_UNKNOWN = not_checked("owner-not-checked", "Whether the person who shows it is the learner was not checked.")


def verify(
    data: bytes,
    *,
    sources: Sources,
    open_carrier: OpenCarrier,
    now: datetime,
    key_binding: KeyBindingExpectation | None = None,
    depth: int = 0,
) -> VerificationReport:
    """Verify one file of any supported kind at a time; ``depth`` says how far inside larger awards it was found.

    Raises:
        MalformedInput: nothing in the file can be recognised as a credential (``file-unknown`` and others).
    """
    kind, document = kind_of(data)
    carrier = kind if kind in CARRIERS else None
    if carrier is not None:
        data = open_carrier(kind, data)
        kind, document = kind_of(data)
        if kind in CARRIERS:
            raise MalformedInput("file-unknown", "The file carries another file, and no credential.")
    try:
        examined = _examine(kind, data, document or {}, sources=sources, now=now, key_binding=key_binding)
    except Unreachable as error:
        return _unexamined(kind, not_checked(error.code, error.message))
    except (MalformedInput, Refused) as error:
        return _unexamined(kind, failed(error.code, error.message))
    award = examined.reading.award if examined.reading is not None else None
    parts = part_reports(
        award,
        lambda sealed: verify(sealed, sources=sources, open_carrier=open_carrier, now=now, depth=depth + 1),
        depth=depth,
    )
    return _report(examined, parts, carrier, sources=sources, now=now)


def _examine(
    kind: Kind,
    data: bytes,
    document: dict[str, object],
    *,
    sources: Sources,
    now: datetime,
    key_binding: KeyBindingExpectation | None,
) -> Examined:
    if kind is Kind.ELMO:
        return examine_elmo(data, sources=sources)
    if kind is Kind.SEALED_ELM:
        return examine_sealed(document, sources=sources, now=now)
    if kind is Kind.DATA_INTEGRITY:
        return examine_data_integrity(document, sources=sources, now=now)
    if kind is Kind.VC_JWT:
        return examine_token(data.strip(), sources=sources, now=now)
    if kind is Kind.SD_JWT:
        return examine_sd_jwt(data, sources=sources, now=now, key_binding=key_binding)
    if kind is Kind.ENVELOPED:
        tokens = enveloped({"verifiableCredential": [document]})
        if len(tokens) != 1:
            raise MalformedInput("vc-jwt-payload-malformed", "The envelope holds no credential.")
        return examine_token(tokens[0], sources=sources, now=now)
    return examine_unsealed(document)


def _report(
    examined: Examined, parts: tuple[PartReport, ...], carrier: Kind | None, *, sources: Sources, now: datetime
) -> VerificationReport:
    reading = examined.reading
    award = reading.award if reading is not None else None
    decision = award if award is not None and is_decision(award) else None
    standard = check_award(award, now=now) if award is not None and decision is None else ()
    issuers = frozenset(_issuer_ids(examined, award))
    checks = (
        decide("format", examined.form, otherwise=_well_formed(examined, carrier)),
        decide("proof", examined.proof),
        decide("issuer", issuer_findings(examined, award, sources=sources, now=now)),
        decide("owner", examined.owner, otherwise=_OWNER_UNKNOWN),
        decide("accreditation", [accreditation_finding(award, now=now)]),
        decide("validity", (*examined.validity, *_validity(award, now))),
        decide("status", status_findings(examined, issuers=issuers, sources=sources, now=now)),
        decide(
            "standard", [_standard(standard, withheld=examined.withheld) if decision is None else _decision(decision)]
        ),
        *([decide(PARTS, [part.finding for part in parts])] if parts else []),
    )
    return VerificationReport(examined.format, checks, award, reading.not_carried if reading else (), standard, parts)


def _well_formed(examined: Examined, carrier: Kind | None) -> Finding:
    """A page or picture around a credential is under no seal: whoever reads it is told to go by the credential."""
    name = _FORMATS.get(examined.format, examined.format)
    if carrier is None:
        return passed("format-good", f"It is well formed: {name}.")
    return passed(
        "format-carrier",
        f"The {carrier.value.upper()} carries a well-formed credential ({name}), which alone is sealed:"
        " go by what is told here, not by the picture.",
    )


def _issuer_ids(examined: Examined, award: Award | None) -> set[str]:
    """Who may publish the status: the credential's issuer, by the name that its own signature confirms."""
    names = {signer.token_issuer for signer in examined.signed_by}
    names |= {signer.method.controller for signer in examined.signed_by if signer.method is not None}
    if award is not None:
        names.add(award.issuer.id)
    return {name for name in names if name is not None}


def _validity(award: Award | None, now: datetime) -> list[Finding]:
    if award is None:
        return [not_checked("validity-not-checked", "The dates of validity could not be read.")]
    if award.valid_from is not None and now < award.valid_from:
        return [failed("not-yet-valid", f"It is valid only from {award.valid_from:%Y-%m-%d}.")]
    if award.valid_until is not None and now > award.valid_until:
        return [failed("expired", f"It was valid until {award.valid_until:%Y-%m-%d}.")]
    if award.valid_until is None:
        return [passed("valid", "It is valid, and does not expire.")]
    return [passed("valid", f"It is valid until {award.valid_until:%Y-%m-%d}.")]


def _decision(award: Award) -> Finding:
    """A decision on recognition is no micro-credential: Annex I is asked of what was recognised, not of it."""
    missing = lacking(award)
    if missing:
        named = ", ".join(missing)
        return not_checked(
            "decision-incomplete", f"It is a decision on recognition, but does not say all that one must: {named}."
        )
    return passed(
        "decision-complete",
        "It is a decision on recognition, and says all that one must."
        " The European standard for micro-credentials applies to what was recognised.",
    )


def _standard(findings: tuple[ElementFinding, ...], *, withheld: bool) -> Finding:
    errors = [one for one in findings if one.severity is Severity.ERROR]
    weak = [one for one in findings if one.severity is Severity.WARNING]
    if errors:
        named = "; ".join(dict.fromkeys(one.element.name for one in errors))
        if withheld:
            reason = f"Its holder does not show everything, so this was not checked. Not shown, or not there: {named}."
            return not_checked("annex-i-withheld", reason)
        return failed("annex-i-incomplete", f"The European standard asks for more: {named}.")
    if weak:
        return Finding(
            "annex-i-weak", "warning", f"It meets the European standard, with a weak point: {weak[0].message}"
        )
    return passed("annex-i-met", "It says all that the European standard for micro-credentials asks.")


def _unexamined(kind: Kind, finding: Finding) -> VerificationReport:
    """The report about a file that is recognised and cannot be read: the format, or its key, is at fault."""
    about = "proof" if finding.outcome == "not_checked" else "format"
    rest = not_checked("not-reached", "Not checked, because the file could not be read.")
    checks = tuple(decide(name, [finding if name == about else rest]) for name in CHECK_NAMES)
    return VerificationReport(kind.value, checks)

"""What the API takes: strict, so that a member that is not known is refused and never taken over by chance."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from credenza.service.accounts.models import Role

Cell = Annotated[str, Field(max_length=600)] | int | float | bool | None
Line = Annotated[str, Field(max_length=2000)]
Language = Literal["en", "de"]
Edition = Annotated[str, Field(min_length=1, max_length=64)]
Offset = Annotated[int, Field(ge=0, le=100_000)]
Limit = Annotated[int, Field(ge=1, le=200)]
MOST_ROWS = 50_000


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValueError("This is not an e-mail address.") from error
    return text


Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]


def example(body: dict[str, Any]) -> ConfigDict:
    """Shown in the description of the API as a body that is taken."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [body]})


class Strict(Schema):
    """A body with these members and no others."""

    model_config = ConfigDict(extra="forbid")


class DefinitionIn(Strict):
    """A new definition; the form has the members of ``micro-credential.toml`` (see the guide for registrars)."""

    model_config = example({"form": {"title": {"en": "Data analysis for everyone"}, "eqf": "6", "ects": 3}})

    form: dict[str, Any] = {}


class DraftIn(Strict):
    """A draft, and the edition that was read before it was changed."""

    model_config = example(
        {"form": {"title": {"en": "Data analysis for everyone"}, "eqf": "6", "ects": 3}, "edition": 1}
    )

    form: dict[str, Any]
    edition: Annotated[int, Field(ge=1)]


class SeenIn(Strict):
    """The ``digest`` of what was read, and no other content, is approved."""

    model_config = example({"digest": "3-8f434346648f6b96df89dda901c5176b"})

    digest: Annotated[str, Field(max_length=100)]


class NoteIn(Strict):
    """What is to be changed."""

    model_config = example({"note": "Please say how identity is verified."})

    note: Line = ""


class BatchIn(Strict):
    """A class list as rows: each names its cells as the columns of a class list are named."""

    model_config = example(
        {
            "definition": "0e6ad2c5-6e0c-4dd4-9d1c-6b1d6c2f6d55",
            "rows": [
                {
                    "given_name": "Ana",
                    "family_name": "Pérez",
                    "birth_date": "2001-05-31",
                    "email": "ana@example.org",
                }
            ],
        }
    )

    definition: UUID
    rows: Annotated[list[dict[str, Cell]], Field(min_length=1, max_length=MOST_ROWS)]


class ColumnsIn(Strict):
    """What the columns of a file hold: their places, counted from 0, and the names of class list columns.

    ``edition`` is that of the class list which was read before.
    """

    model_config = example(
        {"columns": {"0": "given_name", "1": "family_name", "2": "birth_date", "3": "email"}, "edition": 1}
    )

    columns: dict[Annotated[int, Field(ge=0, le=500)], str]
    edition: Annotated[int, Field(ge=1)]


class ApproveIn(Strict):
    """The edition of the class list that was looked at, whether learners are told by mail, and in which language."""

    model_config = example({"edition": 2, "mail": True, "language": "en"})

    edition: Annotated[int, Field(ge=1)]
    mail: bool = True
    language: Language = "en"


class AwardIn(Strict):
    """One award: the cells of a class list row by their names."""

    model_config = example(
        {
            "definition": "0e6ad2c5-6e0c-4dd4-9d1c-6b1d6c2f6d55",
            "learner": {
                "given_name": "Ana",
                "family_name": "Pérez",
                "birth_date": "2001-05-31",
                "email": "ana@example.org",
            },
        }
    )

    definition: UUID
    learner: dict[str, Cell]
    mail: bool = True
    language: Language = "en"


class ReasonIn(Strict):
    """Why; the learner is told."""

    model_config = example({"reason": "Issued by mistake."})

    reason: Annotated[str, Field(max_length=500)]


class ChangeIn(Strict):
    """What is to be done with these awards: to ``revoke`` asks for a ``reason``, to ``renew`` for ``valid_until``."""

    model_config = example({"do": "revoke", "awards": ["5b1f0c1e-8f5c-4f0e-9a35-6d9f2c1f7a11"], "reason": "A mistake."})

    do: Literal["resend", "suspend", "reinstate", "revoke", "renew"]
    awards: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(max_length=500)] = ""
    valid_until: date | None = None


class ReplaceIn(Strict):
    """The cells that are to be corrected, by their names; null empties one."""

    model_config = example({"learner": {"family_name": "Pérez García"}, "reason": "The name was not complete."})

    learner: dict[str, Cell]
    reason: Annotated[str, Field(max_length=500)] = ""


class RenewIn(Strict):
    """The new last day."""

    model_config = example({"valid_until": "2099-12-31"})

    valid_until: date


class KeyIn(Strict):
    """Which kind of key to make."""

    model_config = example({"kind": "proof"})

    kind: Literal["proof", "test-seal", "emrex", "ewp"]


class InvitationIn(Strict):
    """Whom to invite, as what."""

    model_config = example({"email": "registrar@uni.example", "role": "registrar"})

    email: Email
    role: Role


class RoleIn(Strict):
    """A role to give."""

    model_config = example({"role": "issuer"})

    role: Role


class SecondFactorIn(Strict):
    """Whether members need a second factor."""

    model_config = example({"demanded": False})

    demanded: bool


class OrganisationIn(Strict):
    """The organisation with the members of ``organisation.toml``, and the edition that was read before; its id stays."""

    model_config = example(
        {
            "form": {"legal_name": {"en": "Example University"}, "country": "IE", "homepage": "https://uni.example"},
            "four_eyes": True,
            "edition": "9f86d081884c7d659a2feaa0c55ad015",
        }
    )

    form: dict[str, Any]
    four_eyes: bool
    edition: Edition

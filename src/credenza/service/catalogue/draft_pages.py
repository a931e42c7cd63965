"""What the designers' pages of micro-credentials and of pathways share: lists, keeping a draft, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from credenza.errors import CredenzaError
from credenza.service.accounts.access import may
from credenza.service.accounts.models import Organisation, Role, User
from credenza.service.accounts.second_person import is_second
from credenza.service.catalogue import publishing
from credenza.service.catalogue.versioned import Version, VersionState
from credenza.service.request_values import whole_number

V = TypeVar("V", bound=Version)


class Approve(Protocol):
    def __call__(self, version: Any, *, seen: str, actor: User) -> None: ...


@dataclass(frozen=True)
class Words:
    """What is said when a version was published, and when it was taken back; the page that lists all of its kind."""

    published: Promise
    withdrawn: Promise
    listed: str


def newest(kind: type[V], organisation: Organisation) -> QuerySet[V]:
    """The newest version of everything of this kind that the organisation has, the last changed first."""
    newer = kind.objects.filter(**{kind.KIND: OuterRef(kind.KIND)}, number__gt=OuterRef("number"))
    mine = kind.objects.filter(~Exists(newer), **{f"{kind.KIND}__organisation": organisation})
    return mine.select_related(kind.KIND).order_by("-changed_at")


def edition(request: HttpRequest) -> int:
    """The edition of the draft that the designer had before them."""
    return whole_number(request.POST.get("edition")) or 0


def keep(
    request: HttpRequest,
    version: Version,
    *,
    save: Callable[[], object],
    submit: Callable[[], None],
    page: Callable[..., HttpResponse],
) -> HttpResponse:
    """Save what was posted, and go on as it was asked: hand it in, show one more part, or stay.

    ``page(status=..., more=...)`` shows the form again; ``more`` names the part of which one more is wanted.
    """
    asked = request.POST.get("do", "save")
    place = version.whole.organisation.slug, version.pk
    try:
        save()
        if asked == "submit":
            submit()
            messages.success(request, _("It waits for a second person's approval now."))
            return redirect(f"{version.KIND}_show", *place)
    except CredenzaError as error:
        messages.error(request, error.message)
        return page(status=409)
    if asked.startswith("add-"):
        return page(more=asked.removeprefix("add-"))
    messages.success(request, _("The draft is saved."))
    return redirect(f"{version.KIND}_edit", *place)


def steps(request: HttpRequest, version: Version, digest: str) -> dict[str, Any]:
    """What the page of a version needs to show the steps that are open to this person; ``digest`` is what they see."""
    waits = version.state == VersionState.AWAITING_APPROVAL
    return {
        "seen": digest,
        "may_approve": waits and may(request.roles, Role.DESIGNER, Role.ISSUER),
        "own": not is_second(version.whole.organisation, request.user, version.makers),
        "may_design": may(request.roles, Role.DESIGNER),
        "versions": version.whole.versions.order_by("-number"),
        "pages": {name: f"{version.KIND}_{name}" for name in ("show", "edit", "decide")},
    }


def decide(request: HttpRequest, version: Version, *, approve: Approve, words: Words) -> HttpResponse:
    """Approve, return, withdraw, begin the next version, or throw a draft away."""
    asked, designer = request.POST.get("do"), may(request.roles, Role.DESIGNER)
    slug = version.whole.organisation.slug
    try:
        if asked == "approve":
            approve(version, seen=request.POST.get("seen", ""), actor=request.user)
            messages.success(request, words.published)
        elif asked == "return":
            publishing.give_back(version, request.POST.get("note", ""), actor=request.user)
            messages.info(request, _("It went back to its author."))
        elif asked == "withdraw" and designer:
            publishing.withdraw(version.whole, actor=request.user)
            messages.info(request, words.withdrawn)
        elif asked == "next" and designer:
            fresh = publishing.begin_next(version.whole, type(version), actor=request.user)
            return redirect(f"{version.KIND}_edit", slug, fresh.pk)
        elif asked == "discard" and designer:
            publishing.discard(version, actor=request.user)
            messages.info(request, _("The draft is deleted."))
            return redirect(words.listed, slug)
    except CredenzaError as error:
        messages.error(request, error.message)
    return redirect(f"{version.KIND}_show", slug, version.pk)

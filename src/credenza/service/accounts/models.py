"""People, organisations, who may do what in which organisation, and the audit trail."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credenza.errors import Refused
from credenza.record import Identifier, IdentifierKind, Learner, Text
from credenza.record import Organisation as OrganisationRecord
from credenza.service import records
from credenza.verifying.borrowed_names import plain


class UserManager(BaseUserManager["User"]):
    """Makes accounts; the e-mail address is the name that people sign in with."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: staff of providers and learners alike. ``is_superuser`` is an operator of the whole site.

    ``esi_confirmed`` says that the home institution has vouched for the European Student Identifier at sign-in.
    ``acting_key`` is the API key by which a program does something in this person's name; it is not stored.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    given_name = models.CharField(_("given name"), max_length=200, blank=True)
    family_name = models.CharField(_("family name"), max_length=200, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    esi = models.CharField(_("European Student Identifier"), max_length=255, blank=True)
    esi_confirmed = models.BooleanField(default=False)
    home_organisation = models.CharField(_("home organisation"), max_length=255, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    acting_key: uuid.UUID | None = None

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def as_learner(self) -> Learner:
        """The person as we know them: an identifier counts only where their home institution has vouched for it."""
        esi = (Identifier(kind=IdentifierKind.ESI, value=self.esi),) if self.esi and self.esi_confirmed else ()
        return Learner(
            given_name=self.given_name.strip() or None,
            family_name=self.family_name.strip() or None,
            birth_date=self.birth_date,
            identifiers=esi,
        )


class SignIn(models.Model):
    """Somewhere that a person is signed in: since when, when last seen, in what kind of browser; no address is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    agent = models.CharField(max_length=30)

    def __str__(self) -> str:
        return f"{self.agent} {self.began_at}"


class Organisation(models.Model):
    """A provider, or an institution that recognises; ``record`` is the core's ``Organisation`` as JSON.

    ``former_names`` are legal names that it had before, in any language: what was issued then keeps the name of its day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("legal name"), max_length=300)
    country = models.CharField(_("country"), max_length=2)
    record = models.JSONField()
    former_names = models.JSONField(default=list)
    is_demo = models.BooleanField(default=False)
    four_eyes = models.BooleanField(_("a second person approves"), default=True)
    second_factor = models.BooleanField(_("members need a second factor"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name

    @property
    def base_url(self) -> str:
        """The https address under which its DID document and status lists are published."""
        return f"{settings.CREDENZA.public_base}/o/{self.slug}"

    @property
    def as_record(self) -> OrganisationRecord:
        return records.read(OrganisationRecord, self.record)

    @property
    def known_names(self) -> frozenset[str]:
        """The legal names that this site vouches for, in all languages, as names are compared."""
        return frozenset(map(plain, (*self.record["legal_name"].values(), *self.former_names)))

    def call(self, names: Text) -> None:
        """Give it these legal names; those of before stay known. The caller saves it."""
        former = (*self.former_names, *self.record["legal_name"].values())
        self.former_names = [one for one in dict.fromkeys(former) if one not in names.root.values()]
        self.record = self.record | {"legal_name": names.model_dump()}
        self.name = names.best("en")[:300]


class Role(models.TextChoices):
    """What a person may do in an organisation; an owner may do everything."""

    OWNER = "owner", _("Owner")
    DESIGNER = "designer", _("Designer")
    ISSUER = "issuer", _("Issuer")
    REGISTRAR = "registrar", _("Registrar")
    EVALUATOR = "evaluator", _("Evaluator")
    READER = "reader", _("Reader")


class Membership(models.Model):
    """One role of one person in one organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation", "role"], name="one_role_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"


class Invitation(models.Model):
    """An invitation by mail to join an organisation; only the digest of its secret is kept, and it works once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    secret_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.email} {self.role}"


class AuditHead(models.Model):
    """The last link of an organisation's audit chain; locked while a link is added.

    ``mark`` shows that this service wrote it (see ``encryption``): who changes the chain behind its back cannot make one.
    """

    organisation = models.OneToOneField(Organisation, primary_key=True, on_delete=models.CASCADE)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    mark = models.CharField(max_length=64, default="")


class AuditEvent(models.Model):
    """One link of an organisation's audit chain: who did what to which thing, when; never changed, never deleted.

    ``digest`` is SHA-256 over the event (RFC 8785) and the digest of the one before. ``detail`` holds no personal data
    of learners. See ``accounts.audit``.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="audit_events")
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=320)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="one_chain")]
        ordering = ["organisation", "number"]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None or not self._state.adding:
            raise Refused("audit-append-only", "The audit trail can only be added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Refused("audit-append-only", "The audit trail can only be added to.")

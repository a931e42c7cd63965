"""Operators of the site: who may found organisations."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from credenza.errors import Conflict, MalformedInput
from credenza.service.accounts.models import User


def make_operator(email: str, password: str) -> str:
    """A new operator's account; the address counts as confirmed, because whoever runs the command says so.

    Raises:
        MalformedInput: ``password-weak``. Conflict: ``account-exists``.
    """
    try:
        validate_password(password)
    except ValidationError as error:
        raise MalformedInput("password-weak", " ".join(error.messages)) from error
    if User.objects.filter(email=email.lower()).exists():
        raise Conflict("account-exists", f"There is an account of {email} already.")
    user = User.objects.create_superuser(email, password)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return str(user.email)

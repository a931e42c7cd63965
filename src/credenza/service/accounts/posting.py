"""Letters that go out while somebody waits for the page: a mail server that is away is told, and nothing is half done."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from credenza.errors import Refused, Unreachable


@contextmanager
def posting() -> Iterator[None]:
    """Around the sending of a letter.

    Raises:
        Refused: ``mail-address-refused``. Unreachable: ``mail-away``.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused("mail-address-refused", "The mail server takes no letters to this address.") from error
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable("mail-away", "Letters cannot be sent at the moment. Please try again later.") from error

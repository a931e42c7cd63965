"""Files that come as part of a form."""

from __future__ import annotations

import hashlib

from ninja import UploadedFile

from credenza.errors import MalformedInput
from credenza.service.issuance.batches import LARGEST_FILE


def uploaded(file: UploadedFile, asked: str) -> tuple[bytes, bytes]:
    """A class list's bytes, and what tells this request (the file, its name, what else was ``asked``) from others.

    Raises:
        MalformedInput: ``file-too-large``.
    """
    if file.size is None or file.size > LARGEST_FILE:
        raise MalformedInput("file-too-large", "The file is larger than 12 MB.")
    data = file.read()
    return data, hashlib.sha256(f"{asked}\n{file.name}\n".encode() + data).digest()

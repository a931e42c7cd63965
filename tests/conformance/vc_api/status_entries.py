"""A place in a status list, as credentials name it."""

LIST = "https://issuer.example/status/1"


ENTRY = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": LIST,
}


def entry(**changes):
    return {name: value for name, value in {**ENTRY, **changes}.items() if value is not ...}

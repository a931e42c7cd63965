"""The page of keys and seals."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from credenza.adapters import test_seal
from credenza.errors import Conflict, Refused
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose

pytestmark = pytest.mark.django_db


class TestKeys:
    def test_a_seal_is_imported_and_signs(self, signed_in, organisation, version, make_row):
        from datetime import timedelta

        from django.utils import timezone

        from credenza.service.issuance.documents import document
        from credenza.service.issuance.issuing import issue_rows
        from credenza.service.verification.sources import check

        now = timezone.now()
        made = test_seal.make(
            organization="Example University of Cork", organization_identifier="VATIE-0000000X", country="IE",
            valid_from=now - timedelta(days=1), valid_until=now + timedelta(days=9),
        )  # fmt: skip
        owner = signed_in("owner", organisation)
        upload = SimpleUploadedFile("seal.p12", made.to_pkcs12("secret"))
        owner.post(f"/console/{organisation.slug}/keys", {"do": "import", "file": upload, "password": "secret"})
        current = keys.current(organisation, KeyPurpose.SEAL)
        assert current.fragment == "seal-2"
        assert current.is_test
        awards, _ = issue_rows(version, [make_row()], batch=None)
        assert check(document(awards[0][1], "elm").data).check("proof").outcome == "passed"

    @pytest.mark.parametrize("password", ["", "wrong"])
    def test_a_wrong_password_imports_nothing(self, signed_in, organisation, password):
        owner = signed_in("owner", organisation)
        upload = SimpleUploadedFile("seal.p12", b"not a seal")
        owner.post(f"/console/{organisation.slug}/keys", {"do": "import", "file": upload, "password": password})
        assert organisation.signing_keys.filter(purpose=KeyPurpose.SEAL).count() == 1

    def test_the_last_key_cannot_be_retired(self, organisation):
        with pytest.raises(Conflict):
            keys.retire(keys.current(organisation, KeyPurpose.PROOF), actor="test")

    def test_another_organisations_key_is_not_there(self, signed_in, organisation, make_organisation):
        owner = signed_in("owner", organisation)
        theirs = make_organisation("other").signing_keys.first()
        answer = owner.post(f"/console/{organisation.slug}/keys", {"do": "retire", "key": str(theirs.pk)})
        assert answer.status_code == 404

    def test_an_issuer_looks_and_does_not_change(self, signed_in, organisation):
        client = signed_in("issuer", organisation)
        assert client.post(f"/console/{organisation.slug}/keys", {"do": "proof"}).status_code == 403

    def test_private_keys_lie_encrypted_and_for_one_purpose(self, organisation):
        from credenza.service import encryption

        key = keys.current(organisation, KeyPurpose.PROOF)
        assert b"PRIVATE KEY" not in bytes(key.encrypted_key)
        assert b"PRIVATE KEY" in encryption.decrypt(key.encrypted_key, purpose=f"signing-key:{key.id}")
        with pytest.raises(Refused):
            encryption.decrypt(key.encrypted_key, purpose="signing-key:another")

"""The console: who sees and does what, people and their roles, keys and seals, the audit trail."""

import io
import re

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image

from credenza.adapters import test_seal
from credenza.errors import Conflict, Refused
from credenza.service.accounts import people
from credenza.service.accounts.models import Membership, Organisation, Role
from credenza.service.accounts.provisioning import edition
from credenza.service.issuance import keys
from credenza.service.issuance.models import KeyPurpose

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "/organisation",
    "/organisation/accreditations",
    "/people",
    "/keys",
    "/audit",
    "/audit.csv",
    "/definitions",
)
ALLOWED = {
    "owner": set(PAGES),
    "designer": {"", "/organisation", "/organisation/accreditations", "/definitions"},
    "issuer": {"", "/keys", "/definitions"},
    "registrar": {"", "/audit", "/audit.csv", "/definitions"},
    "evaluator": {"", "/definitions"},
    "reader": {"", "/organisation", "/organisation/accreditations", "/audit", "/audit.csv", "/definitions"},
}


@pytest.mark.parametrize("role", list(ALLOWED))
def test_each_role_sees_its_own_pages_and_no_others(signed_in, organisation, role):
    client = signed_in(role, organisation)
    seen = {page for page in PAGES if client.get(f"/console/{organisation.slug}{page}").status_code == 200}
    assert seen == ALLOWED[role]


@pytest.mark.parametrize("page", PAGES)
def test_another_organisations_console_is_not_there(signed_in, organisation, make_organisation, page):
    client = signed_in("owner", make_organisation("other"))
    assert client.get(f"/console/{organisation.slug}{page}").status_code == 404
    assert client.get(f"/console/no-such-one{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_asked_to(client, organisation, page):
    assert client.get(f"/console/{organisation.slug}{page}").status_code == 302


def test_the_work_queue_names_the_test_seal(signed_in, organisation):
    assert "test seal" in signed_in("owner", organisation).get(f"/console/{organisation.slug}").content.decode()


def test_a_person_with_one_organisation_goes_straight_there(signed_in, organisation):
    assert signed_in("reader", organisation).get("/console").url == f"/console/{organisation.slug}"


class TestPeople:
    def test_an_invitation_makes_a_member_once_and_only_of_its_address(
        self, signed_in, organisation, make_user, client
    ):
        owner = signed_in("owner", organisation)
        owner.post(f"/console/{organisation.slug}/people", {"email": "new@example.org", "role": "issuer"})
        path = re.search(r"http://testserver(/invitation/\S+)", mail.outbox[-1].body)[1]
        client.force_login(make_user("eve@example.org"))
        assert client.post(path).status_code == 410
        client.force_login(make_user("new@example.org"))
        assert client.post(path).status_code == 302
        assert client.post(path).status_code == 410
        assert Membership.objects.filter(user__email="new@example.org", role="issuer").count() == 1

    def test_the_last_owner_cannot_be_taken_out(self, signed_in, organisation):
        owner = signed_in("owner", organisation)
        with pytest.raises(Conflict):
            people.take_role(Membership.objects.get(role=Role.OWNER), actor=owner.user)

    def test_an_owner_gives_and_takes_roles(self, signed_in, organisation, make_user):
        owner = signed_in("owner", organisation)
        other = make_user("other@example.org")
        reader = Membership.objects.create(user=other, organisation=organisation, role="reader")
        owner.post(f"/console/{organisation.slug}/people/change", {"user": str(other.pk), "role": "designer"})
        owner.post(f"/console/{organisation.slug}/people/change", {"take": str(reader.pk)})
        assert set(other.memberships.values_list("role", flat=True)) == {"designer"}

    def test_a_stranger_cannot_be_given_a_role_or_a_made_up_role_be_given(self, signed_in, organisation, make_user):
        owner, stranger = signed_in("owner", organisation), make_user("stranger@example.org")
        where = f"/console/{organisation.slug}/people/change"
        assert owner.post(where, {"user": str(stranger.pk), "role": "owner"}).status_code == 404
        owner.post(where, {"user": str(owner.user.pk), "role": "superuser"})
        assert not Membership.objects.filter(role="superuser").exists()

    def test_a_membership_of_another_organisation_is_not_there(
        self, signed_in, organisation, make_organisation, make_user
    ):
        other = make_organisation("other")
        theirs = Membership.objects.create(user=make_user("x@example.org"), organisation=other, role="reader")
        owner = signed_in("owner", organisation)
        where = f"/console/{organisation.slug}/people/change"
        assert owner.post(where, {"take": str(theirs.pk)}).status_code == 404

    @pytest.mark.parametrize("role", [role for role in ALLOWED if role != "owner"])
    def test_only_an_owner_invites(self, signed_in, organisation, role):
        client = signed_in(role, organisation)
        answer = client.post(f"/console/{organisation.slug}/people", {"email": "a@b.example", "role": "owner"})
        assert answer.status_code == 403


class TestOrganisation:
    def fill(self, organisation, **changes):
        logo = io.BytesIO()
        Image.new("RGB", (40, 40), "navy").save(logo, "PNG")
        return {
            "legal_name-en": "Example University of Cork",
            "legal_name-ga": "Ollscoil Shamplach Chorcaí",
            "country": "IE",
            "homepage": "https://new.example",
            "id_pic": "999999999",
            "logo": SimpleUploadedFile("logo.png", logo.getvalue()),
            "edition": edition(organisation),
            **changes,
        }

    def test_an_owner_changes_it_and_its_identifier_stays(self, signed_in, organisation):
        owner = signed_in("owner", organisation)
        where = f"/console/{organisation.slug}/organisation"
        answer = owner.post(where, self.fill(organisation))
        assert answer.status_code == 302, re.findall(r'class="error[^<]*<[^<]*<[^<]*', answer.content.decode())
        fresh = Organisation.objects.get(pk=organisation.pk)
        assert fresh.as_record.homepage == "https://new.example"
        assert fresh.record["id"] == organisation.record["id"]
        assert fresh.as_record.logo.media_type == "image/png"

    def test_it_keeps_what_its_form_does_not_show(self, signed_in, organisation):
        before = organisation.record | {
            "identifiers": [{"kind": "tax", "value": "IE77"}, {"kind": "pic", "value": "111111111"}],
            "location": {
                "country": organisation.record["location"]["country"],
                "address": {"en": "1 Main Street", "ga": "1 An tSráid Mhór"},
                "name": {"en": "Main campus"},
            },
            "other_names": {"en": "Cork"},
        }
        organisation.record = before
        organisation.save()
        form = self.fill(organisation, address="1 Main Street")
        answer = signed_in("owner", organisation).post(f"/console/{organisation.slug}/organisation", form)
        assert answer.status_code == 302, answer.content.decode()
        now = Organisation.objects.get(pk=organisation.pk).as_record
        assert {one.kind.value: one.value for one in now.identifiers} == {"tax": "IE77", "pic": "999999999"}
        assert (now.location.address.best("ga"), now.location.name.best("en")) == ("1 An tSráid Mhór", "Main campus")
        assert now.other_names.best("en") == "Cork"

    def test_of_two_who_change_it_at_once_one_is_told_and_overwrites_nothing(self, signed_in, organisation):
        owner, where = signed_in("owner", organisation), f"/console/{organisation.slug}/organisation"
        seen = re.search(r'name="edition" value="(\w+)"', owner.get(where).text)[1]
        assert owner.post(where, self.fill(organisation, edition=seen)).status_code == 302
        late = owner.post(where, self.fill(organisation, edition=seen, homepage="https://late.example"))
        assert (late.status_code, "in the meantime" in late.text) == (200, True)
        assert Organisation.objects.get(pk=organisation.pk).as_record.homepage == "https://new.example"

    def test_only_the_operator_changes_the_name_that_this_site_vouches_for(self, signed_in, organisation):
        owner = signed_in("owner", organisation)
        answer = owner.post(
            f"/console/{organisation.slug}/organisation", self.fill(organisation, **{"legal_name-en": "Oxford"})
        )
        assert "Only the operator" in answer.content.decode()
        assert Organisation.objects.get(pk=organisation.pk).name == organisation.name
        call_command("rename_organisation", organisation.slug, "en=Example University of Munster")
        fresh = Organisation.objects.get(pk=organisation.pk)
        assert fresh.as_record.legal_name.best("en") == fresh.name == "Example University of Munster"

    def test_its_identifier_cannot_be_set_from_the_form(self, signed_in, organisation):
        owner = signed_in("owner", organisation)
        owner.post(
            f"/console/{organisation.slug}/organisation", self.fill(organisation, id="did:web:evil.example", slug="x")
        )
        fresh = Organisation.objects.get(pk=organisation.pk)
        assert fresh.record["id"] == organisation.record["id"]
        assert fresh.slug == organisation.slug

    @pytest.mark.parametrize("data", [b"no picture", b"\x89PNG\r\n\x1a\n broken", b"<svg/>", b"x" * 300_000])
    def test_a_hostile_logo_is_refused(self, signed_in, organisation, data):
        owner = signed_in("owner", organisation)
        answer = owner.post(
            f"/console/{organisation.slug}/organisation",
            self.fill(organisation, logo=SimpleUploadedFile("logo.png", data)),
        )
        assert answer.status_code == 200
        assert Organisation.objects.get(pk=organisation.pk).name == organisation.name

    def test_a_designer_reads_and_does_not_change(self, signed_in, organisation):
        client = signed_in("designer", organisation)
        assert client.post(f"/console/{organisation.slug}/organisation", self.fill(organisation)).status_code == 403


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


def test_the_audit_trail_is_shown_checked_and_exported(signed_in, organisation):
    client = signed_in("registrar", organisation)
    page = client.get(f"/console/{organisation.slug}/audit?check").content.decode()
    assert "organisation.founded" in page
    assert "The chain is whole" in page
    lines = b"".join(client.get(f"/console/{organisation.slug}/audit.csv").streaming_content).decode().splitlines()
    assert len(lines) == 1 + organisation.audit_events.count()


def test_only_an_operator_founds_organisations(signed_in, client, make_user):
    client.force_login(make_user("a@example.org"))
    assert client.get("/console/new-organisation").status_code == 403
    client.force_login(make_user("root@example.org", is_superuser=True))
    wish = {"name": "Chamber of Commerce", "country": "FI", "owner": "o@example.org"}
    assert client.post("/console/new-organisation", wish).status_code == 302
    assert Organisation.objects.get().slug == "chamber-of-commerce"
    assert mail.outbox


def test_somebody_with_two_roles_is_given_a_third(signed_in, organisation, make_user):
    member = make_user("many@example.org")
    for role in ("issuer", "reader"):
        Membership.objects.create(user=member, organisation=organisation, role=role)
    signed_in("owner", organisation).post("/console/uni/people/change", {"user": member.pk, "role": "designer"})
    assert set(member.memberships.values_list("role", flat=True)) == {"issuer", "reader", "designer"}


@pytest.mark.parametrize("slug", ["new-organisation", "", "Uni", "uni_", "-uni", "ünï", "a" * 61])
def test_a_short_name_that_is_an_address_of_the_console_or_none_at_all_is_refused(db, slug):
    from credenza.errors import MalformedInput
    from credenza.service.accounts.provisioning import found_organisation

    with pytest.raises(MalformedInput) as refused:
        found_organisation(slug, {"legal_name": "Uni", "country": "IE"}, actor="test")
    assert refused.value.code == "organisation-slug"


def test_an_organisation_whose_name_has_no_latin_letters_needs_a_short_name(signed_in, organisation):
    client = signed_in("owner", organisation)
    type(client.user).objects.filter(pk=client.user.pk).update(is_superuser=True)
    form = {"name": "Πανεπιστήμιο", "slug": "", "country": "GR", "owner": "o@example.org"}
    page = client.post("/console/new-organisation", form)
    assert page.status_code == 200
    assert "small letters and digits" in page.content.decode()

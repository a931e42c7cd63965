"""The page of an organisation: who it is, as every credential will say it."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image

from credenza.service.accounts.models import Organisation
from credenza.service.accounts.provisioning import edition

pytestmark = pytest.mark.django_db


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

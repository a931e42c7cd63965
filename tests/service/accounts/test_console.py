"""The console: who sees and does what, people and their roles, keys and seals, the audit trail."""

import re

import pytest
from django.core import mail

from credenza.errors import Conflict
from credenza.service.accounts import people
from credenza.service.accounts.models import Membership, Organisation, Role

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

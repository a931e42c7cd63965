"""What the tests of transfers share."""

import pytest
from emrex_fixtures import *  # noqa: F403
from transfer_fixtures import *  # noqa: F403
from transfer_fixtures import catalogue_of

ESI = "urn:schac:personalUniqueCode:int:esi:home.example:42"


@pytest.fixture
def network(live_server, operator, settings, make_organisation, tmp_path):
    """A receiving institution (uni), a sending one (home), a third, and the catalogue that lists the first two."""
    settings.SITE_URL = live_server.url.replace("localhost", "127.0.0.1")
    from credenza.service.exchange.ewp import node
    from credenza.service.exchange.models import TransferSettings

    made = {}
    for slug, schac in (("uni", "university.example"), ("home", "home.example"), ("third", "third.example")):
        made[slug] = make_organisation(slug, identifiers={"vat": "IE0000000X", "schac": schac})
        TransferSettings.objects.create(organisation=made[slug], exchanges=True)
    listed = [node.manifest_of(made[slug]) for slug in ("uni", "home")]
    file = tmp_path / "catalogue.xml"
    file.write_bytes(catalogue_of(*listed))
    operator(ewp_catalogue=str(file))
    settings.SITE_URL = live_server.url.replace("localhost", "127.0.0.1")
    return made | {"file": file}


@pytest.fixture
def mobility(network, make_version, make_row):
    """A student of home who studied at uni."""
    from credenza.service.exchange.ewp import transcripts
    from credenza.service.issuance.issuing import issue_rows

    made, _ = issue_rows(make_version(network["uni"]), [make_row()], batch=None)
    return transcripts.add_mobility(
        network["uni"],
        omobility_id="m-1",
        sending_institution="home.example",
        esi=ESI,
        awards=[made[0][1]],
        actor="test",
    )

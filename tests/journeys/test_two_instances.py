"""Two running sites, each with a world of its own, exchange results: in the learner's hands, and without paper."""

import importlib.util
import sys
import urllib.request
from pathlib import Path

import pytest
from transfer_fixtures import catalogue_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ESI = "urn:schac:personalUniqueCode:int:esi:cork.example:42"
pytestmark = pytest.mark.slow


def _module(name: str):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


instances, demo = _module("instances"), _module("demo_recognition")


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Both sites run; the Irish one's catalogue of Erasmus Without Paper is written when they do."""
    folder = tmp_path_factory.mktemp("story")
    made = demo.Story(folder)
    catalogue = folder / "catalogue.xml"
    for site in (made.home, made.ireland):
        site.set(CREDENZA_EWP_CATALOGUE=str(catalogue))
    try:
        made.start()
        manifests = []
        for site, slug in ((made.home, "uma"), (made.ireland, "cork")):
            with urllib.request.urlopen(f"{site.address}/ewp/{slug}/manifest") as answer:
                manifests.append(answer.read())
        catalogue.write_bytes(catalogue_of(*manifests))
        yield made
    finally:
        made.stop()


def test_a_learner_takes_results_from_one_site_to_the_other_and_they_are_verified_there(story):
    story.accept_all(story.home)
    story.accept_all(story.ireland)
    page = story.fetch("ES", "ES/UMA")
    assert "They are signed by Example University of Málaga and now in your wallet." in page.words
    assert "Agreement 1.00 of 1" in page.words
    (file,) = story.keep("Data for public services")
    assert story.verify(file) == "verified"


def test_an_answer_that_was_taken_is_not_taken_again(story):
    ana = story.ana
    page = ana.open(f"{story.ireland.address}/wallet/fetch?country=FI")
    page = ana.submit(page, "provider", provider="FI/HELSINKI")
    page = ana.submit(page, "sessionId")
    page = ana.submit(page, "step", step="cancel")
    came = ana.submit(page, "returnCode")
    assert "You chose to come back without any." in came.words
    with pytest.raises(RuntimeError, match=r"409 .*answered already"):
        ana.submit(page, "returnCode")


def test_a_transcript_travels_without_paper_to_the_sending_institution(story):
    home, ireland = instances.Person(), instances.Person()
    home.sign_in(story.home.address, "registrar")
    page = home.open(f"{story.home.address}/console/uma/transfer/mobilities")
    page = home.submit(
        page, "omobility_id", omobility_id="m-42", sending_institution="cork.example", esi=ESI, email="ana@demo.example"
    )
    assert "The sending institution can fetch the transcript now." in page.words
    ireland.sign_in(story.ireland.address, "registrar")
    transcripts = f"{story.ireland.address}/console/cork/transfer/transcripts"
    page = ireland.submit(ireland.open(transcripts), "receiving", receiving="uma.example")
    assert "1 transcript came." in page.words
    file = ireland.open(page.links(".xml")[0])
    assert ESI.encode() in file.content
    page = home.open(f"{story.home.address}/console/uma/transfer/transcripts")
    with pytest.raises(RuntimeError, match="422"):
        home.submit(page, "receiving", receiving="helsinki.example")

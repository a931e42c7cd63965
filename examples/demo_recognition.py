"""One whole story on real parts: two sites, a learner who moves, recognition by rule and by a person, a larger award.

Two instances of the service run on this machine: one of a Spanish and a Finnish university, one of an Irish university.
Everything below happens over their own pages, as people would do it.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

from instances import Instance, Page, Person
from lxml import html

ROOT = Path(__file__).resolve().parents[1]
STORY = ROOT / "examples" / "recognition-story"
BUILD = ROOT / "build" / "demo-recognition"


def say(text: str) -> None:
    print(f"\n{text}", flush=True)


def show(text: str) -> None:
    print(f"   {text}", flush=True)


def require(holds: bool, what: str, page: Page | None = None) -> None:
    """End the story where it does not hold."""
    if not holds:
        sys.exit(f"This was not as it should be: {what}\n{page.words[:2000] if page else ''}")


class Story:
    """The two sites, the people, and the folder that keeps what they leave."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.emreg, self.files = folder / "emreg.json", folder / "files"
        self.home = Instance("home", folder / "home", host="127.0.0.2", world=STORY / "home.toml")
        self.ireland = Instance(
            "ireland",
            folder / "ireland",
            host="127.0.0.1",
            world=STORY / "ireland.toml",
            CREDENZA_EMREG=str(self.emreg),
            CREDENZA_DEMO_NEIGHBOURS=f"{self.home.base}={self.home.address}",
            CREDENZA_TRUSTED_ISSUERS="did:web:home.credenza.example:o:uma,did:web:home.credenza.example:o:helsinki",
        )
        self.ana, self.evaluator = Person(), Person()

    def start(self) -> None:
        """Start both sites, and write the registry that lists the two universities as providers."""
        self.files.mkdir(parents=True, exist_ok=True)
        self.home.start()
        self.ireland.start()
        owner = Person()
        owner.sign_in(self.home.address, "owner")
        entries = []
        for slug in ("uma", "helsinki"):
            page = owner.open(f"{self.home.address}/console/{slug}/transfer")
            entries.append(json.loads(page.root.xpath("string(//pre/code)")))
        names = {"ES": "Spain", "FI": "Finland"}
        countries = [{"countryCode": code, "countryName": name, "singleFetch": False} for code, name in names.items()]
        self.emreg.write_text(json.dumps({"countries": countries, "emps": entries}, ensure_ascii=False), "utf-8")

    def stop(self) -> None:
        self.home.stop()
        self.ireland.stop()

    def accept_all(self, site: Instance) -> None:
        """Ana signs in and takes what was sent to her into her wallet."""
        self.ana.sign_in(site.address, "ana")
        while True:
            page = self.ana.open(f"{site.address}/wallet")
            if not page.root.xpath('//button[@name="answer"]'):
                return
            self.ana.submit(page, "answer", answer="accept")

    def fetch(self, country: str, provider: str) -> Page:
        """Ana fetches her results: from Ireland to the university's page, her choice and consent, and back."""
        page = self.ana.open(f"{self.ireland.address}/wallet/fetch?for=cork&country={country}")
        page = self.ana.submit(page, "provider", provider=provider)
        page = self.ana.submit(page, "sessionId")
        page = self.ana.submit(page, "step", step="consent")
        page = self.ana.submit(page, "step", step="send")
        page = self.ana.submit(page, "elmo")
        require("Your results have arrived" in page.words, "the results come into the wallet", page)
        return page

    def written(self, name: str) -> Path:
        """A file of the story with the addresses of the Irish courses filled in."""
        page, text = Person().open(f"{self.ireland.address}/catalogue"), (STORY / name).read_text("utf-8")
        for course in ("Data literacy", "Data ethics"):
            link = next(one for one in page.root.xpath("//a") if one.text_content().strip() == course).get("href")
            number = str(link).split("?")[0].rpartition("/")[2]
            text = text.replace(f"COURSE:{_plain(course)}", f"{self.ireland.base}/catalogue/{number}")
        file = self.folder / name
        file.write_text(text, "utf-8")
        return file

    def prepare_ireland(self) -> None:
        """The Irish evaluator opens the desk, with its rule book and a register of quality assurance."""
        desk = f"{self.ireland.address}/console/cork/recognition"
        self.evaluator.sign_in(self.ireland.address, "evaluator")
        page = self.evaluator.open(f"{desk}/settings")
        self.evaluator.submit(
            page,
            "is_open",
            is_open="on",
            second_reading="never",
            months="3",
            appeal="To the board of appeal, in 30 days.",
        )
        page = self.evaluator.open(f"{desk}/rules")
        page = self.evaluator.submit(page, "file", files={"file": self.written("rulebook.toml")})
        require("Data ethics (elective)" in page.words, "the rule book is taken over", page)
        page = self.evaluator.open(f"{desk}/register")
        page = self.evaluator.submit(page, "file", files={"file": STORY / "register.json"}, address="")
        require("Example University of Málaga" in page.words, "the register is taken over", page)

    def publish_pathway(self) -> None:
        """A designer writes the pathway, a second person approves it."""
        designer, second = Person(), Person()
        designer.sign_in(self.ireland.address, "designer")
        second.sign_in(self.ireland.address, "second")
        pathways = f"{self.ireland.address}/console/cork/pathways"
        page = designer.open(pathways)
        page = designer.open(*_post(page, "/pathways/new"))
        page = designer.submit(page, "file", files={"file": self.written("pathway.toml")}, do="import")
        award = page.form_with("award").xpath('.//select[@name="award"]/option[contains(., "Certificate")]/@value')[0]
        page = designer.submit(page, "award", award=award, automatic="on", do="submit")
        require("second person" in page.words, "the pathway waits for approval", page)
        page = second.submit(second.open(page.address), "do", do="approve")
        require("Learners can follow it now" in page.words, "the pathway is published", page)

    def apply(self, requirement: str, credential: str) -> Page:
        """Ana asks for the recognition of a credential in her wallet."""
        page = self.ana.open(f"{self.ireland.address}/recognition")
        wanted = next(one for one in page.root.xpath("//a") if requirement in one.text_content())
        held = self.held(credential)
        page = self.ana.open(f"{wanted.get('href').split('?')[0]}/ask?c={held}")
        return self.ana.submit(page, "c", field=page.root.xpath('//input[@name="field"]/@value'))

    def decide_in_part(self) -> Page:
        """The evaluator looks at the case that no rule decided, and recognises it in part."""
        page = self.evaluator.open(f"{self.ireland.address}/console/cork/recognition")
        page = self.evaluator.open(page.links("/recognition/cases/")[0])
        require("Explains how bias enters data" in page.words, "the comparison is there", page)
        page = self.evaluator.open(*_post(page, "/take"))
        page = self.evaluator.open(page.address.split("?")[0].rstrip("/") + "/decide")
        return self.evaluator.submit(
            page,
            "outcome",
            outcome="partial",
            reasons="Bias in data is taught to the depth of our course; data protection is not part of it.",
            grants_title="Data ethics (elective), first half",
            grants_ects="1",
            outcomes=["0"],
            **{"difference_learning-outcomes": "The protection of personal data is not assessed."},
        )

    def ask_for_larger(self) -> Page:
        """Ana follows the pathway and asks for the larger award, which the pathway issues by itself."""
        page = self.ana.open(f"{self.ireland.address}/pathways")
        page = self.ana.open(page.links("/pathways/")[0].rstrip("/") + "/mine")
        return self.ana.submit(page, "do", do="ask")

    def held(self, title: str) -> str:
        """The id of a credential of Ana's wallet in Ireland, by a part of its title."""
        page = self.ana.open(f"{self.ireland.address}/wallet")
        for link in page.root.xpath('//article[contains(@class, "credential-card")]//a'):
            if link.text_content().strip().startswith(title):
                return str(link.get("href")).rstrip("/").rpartition("/")[2]
        raise LookupError(f"{title!r} is not in the wallet: {page.words[:1500]}")

    def keep(self, title: str, *formats: str) -> list[Path]:
        """Ana downloads a credential; a file that was brought along has the one format it came in."""
        held, kept = self.held(title), []
        for name in formats or ("original",):
            page = self.ana.open(f"{self.ireland.address}/wallet/{held}/{name}")
            extension = {"elm": "jsonld", "open-badge": "json", "pdf": "pdf"}.get(name, "json")
            file = self.files / f"{_plain(title)}-{name}.{extension}"
            file.write_bytes(page.content)
            kept.append(file)
        return kept

    def keep_decisions(self) -> None:
        """Ana downloads the decisions as ELMO 2.0, for institutions that read nothing else."""
        page = self.ana.open(f"{self.ireland.address}/recognition/cases")
        for number, link in enumerate(page.links("/recognition/cases/"), 1):
            decision = self.ana.open(f"{link.rstrip('/')}/decision.xml")
            (self.files / f"decision-{number}-elmo.xml").write_bytes(decision.content)

    def verify(self, file: Path) -> str:
        """What the Irish site says of a file to anybody who asks."""
        page = Person().open(
            f"{self.ireland.address}/api/v1/verify", file.read_bytes(), Content_Type="application/octet-stream"
        )
        report = json.loads(page.content)
        checks = ", ".join(f"{one['name']}: {one['outcome']}" for one in report["checks"] if one["outcome"] != "passed")
        show(f"{file.name}: {report['verdict']}" + (f" ({checks})" if checks else ""))
        return str(report["verdict"])


def tell(story: Story) -> None:
    """The story from start to end."""
    say("1. Ana holds a Spanish and a Finnish micro-credential in her wallet at home, and an Irish one in Ireland.")
    story.accept_all(story.home)
    story.accept_all(story.ireland)
    say("2. She moves to Ireland, and fetches both by EMREX: her choice, her consent, signed by each university.")
    for country, provider in (("ES", "ES/UMA"), ("FI", "FI/HELSINKI")):
        page = story.fetch(country, provider)
        show(f"{provider}: {page.words[page.words.index('They are signed') :].split('Is it the same')[0]}")
    say(
        "3. The Irish university opens its desk: two courses, one rule, a register of quality assurance; and a pathway."
    )
    story.prepare_ireland()
    story.publish_pathway()
    say("4. She asks for recognition. A rule decides on the Spanish one; a person decides on the Finnish one.")
    page = story.apply("Data literacy", "Data for public services")
    require("Short courses of accredited providers" in page.words, "a rule decides", page)
    show("Data for public services -> Data literacy: by the rule “Short courses of accredited providers”")
    story.apply("Data ethics", "Ethics of data")
    page = story.decide_in_part()
    require("It is decided" in page.words, "the evaluator decides", page)
    show("Ethics of data -> Data ethics: in part, by Erik Virtanen, with the substantial difference named")
    say("5. With both decisions and her Irish credential the pathway is complete, and the larger award is issued.")
    page = story.ask_for_larger()
    require("in your wallet now" in page.words, "the larger award is issued", page)
    say("6. She downloads everything, and anybody can verify it:")
    files = story.keep("Data for public services") + story.keep("Ethics of data")
    files += story.keep("Decision on “Data for public services”", "open-badge", "elm")
    files += story.keep("Decision on “Ethics of data”", "open-badge", "elm")
    files += story.keep("Certificate in Data", "elm", "open-badge", "pdf")
    story.keep_decisions()
    verdicts = [story.verify(file) for file in files]
    require("failed" not in verdicts, "every file is verified")


def main() -> None:
    shutil.rmtree(BUILD, ignore_errors=True)
    started = time.monotonic()
    story = Story(BUILD)
    try:
        say("Two sites start: a Spanish and a Finnish university on one, an Irish university on the other.")
        story.start()
        show(f"home: {story.home.address}   Ireland: {story.ireland.address}")
        tell(story)
    finally:
        story.stop()
    say(f"Done in {time.monotonic() - started:.0f} s. What was left is in {BUILD.relative_to(ROOT)}/files:")
    for file in sorted(story.files.iterdir()):
        show(f"{file.name} ({file.stat().st_size:,} bytes)")


def _post(page: Page, ending: str) -> tuple[str, bytes]:
    """The address and fields of the form whose address ends like this."""
    form: html.FormElement = next(one for one in page.root.forms if str(one.action or "").endswith(ending))
    from urllib.parse import urlencode

    return str(form.action), urlencode(form.form_values()).encode()


def _plain(title: str) -> str:
    return "-".join("".join(one if one.isalnum() else " " for one in title.lower()).split())


if __name__ == "__main__":
    main()

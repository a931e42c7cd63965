"""The official schemas of ELMO, with ours for the extension, used without a network."""

from pathlib import Path

import pytest
from lxml import etree

from credenza.document.elmo import schema as extension_schema


class OnlyHere(etree.Resolver):
    """Answers the addresses that the schemas import from files; anything else fails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, url, public_id, context):
        if url.endswith(("/v1.6.0/schema.xsd", "/v1.7.0/schema.xsd", "/v2.0.0/schema.xsd")):
            return self.resolve_filename(url, context)
        name = "ewp-address.xsd" if "ewp-specs-types-address" in url else url.rsplit("/", 1)[-1]
        if "ewp-specs-types-common" in url or "architecture" in url:
            name = "ewp-common-types.xsd"
        file = self._folder / name
        assert file.is_file(), url
        return self.resolve_filename(str(file), context)


def official_schema(shared_data: Path, version: str) -> etree.XMLSchema:
    parser = etree.XMLParser()
    parser.resolvers.add(OnlyHere(shared_data / "elmo" / "xsd"))
    return etree.XMLSchema(etree.parse(str(shared_data / "elmo" / f"v{version}" / "schema.xsd"), parser))


@pytest.fixture(scope="session")
def elmo_schemas(shared_data):
    return {version: official_schema(shared_data, version) for version in ("1.6.0", "1.7.0", "2.0.0")}


@pytest.fixture(scope="session")
def our_schema(shared_data):
    parser = etree.XMLParser()
    parser.resolvers.add(OnlyHere(shared_data / "elmo" / "xsd"))
    return etree.XMLSchema(etree.fromstring(extension_schema.schema(), parser, base_url="https://x.example/ours.xsd"))

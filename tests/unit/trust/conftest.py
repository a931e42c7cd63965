"""Keys, certification authorities and trusted lists for the tests of trust. All of it is made up."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree
from signxml import XMLSigner
from signxml.xades import XAdESSigner

from credenza.keys import PublicKey, public

_MAKERS = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate,
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 2048),
}


@pytest.fixture(scope="session")
def public_keys() -> dict[str, PublicKey]:
    """One fresh public key of each kind."""
    return {kind: public.from_crypto(make().public_key()) for kind, make in _MAKERS.items()}


NOW = datetime.now(UTC).replace(microsecond=0)


class Authority:
    """A certification authority that issues whatever a test asks for, good or bad."""

    def __init__(self, subject="CN=Root", *, parent=None, key=None, **options):
        self.key = key or ec.generate_private_key(ec.SECP256R1())
        options.setdefault("ca", True)
        options.setdefault("usage", ("key_cert_sign",))
        self.der = issue(subject, self.key.public_key(), parent=parent, own_key=self.key, **options)
        self.name = x509.load_der_x509_certificate(self.der).subject

    def issue(self, subject="O=A University,CN=Seal,C=ES", *, key=None, **options):
        """A certificate for a seal, unless the options say otherwise."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        return issue(subject, key.public_key(), parent=self, own_key=key, **options)


def issue(
    subject,
    public_key,
    *,
    parent,
    own_key,
    ca=False,
    usage=("content_commitment",),
    path_length=None,
    extended=(),
    extensions=(),
    begins=NOW - timedelta(days=365),
    ends=NOW + timedelta(days=365),
    digest=None,
):
    name = x509.Name.from_rfc4514_string(subject) if isinstance(subject, str) else subject
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(parent.name if parent else name)
    builder = builder.public_key(public_key).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(begins).not_valid_after(ends)
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=path_length), critical=True)
    if usage is not None:
        flags = {name: name in usage for name in _FLAGS}
        builder = builder.add_extension(x509.KeyUsage(**flags), critical=True)
    if extended:
        builder = builder.add_extension(x509.ExtendedKeyUsage(extended), critical=False)
    for value, critical in extensions:
        builder = builder.add_extension(value, critical=critical)
    signing_key = parent.key if parent else own_key
    kind = None if isinstance(signing_key, ed25519.Ed25519PrivateKey) else digest or hashes.SHA256()
    return builder.sign(signing_key, kind).public_bytes(serialization.Encoding.DER)


_FLAGS = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@pytest.fixture(scope="session")
def now() -> datetime:
    """The moment at which the tests of trust judge."""
    return NOW


@pytest.fixture(scope="session")
def authority() -> type[Authority]:
    """Makes authorities, and through them certificates."""
    return Authority


# Trusted lists: made up, marked as tests, signed by made-up operators.

DS = "{http://www.w3.org/2000/09/xmldsig#}"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
TSL = "http://uri.etsi.org/02231/v2#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
INFO = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"


def _time(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _encoded(der):
    return base64.b64encode(der).decode()


def _identity(ders):
    return "".join(f"<DigitalId><X509Certificate>{_encoded(der)}</X509Certificate></DigitalId>" for der in ders)


class TrustedListMaker:
    """The operator of a list: a key with a certificate, and the XML of lists, as good or bad as a test asks."""

    def __init__(self, name="Test operator"):
        self.authority = Authority(f"CN={name}", ca=False, usage=("digital_signature",))
        self.der = self.authority.der

    def pointer(self, url, territory, signers, mime="application/vnd.etsi.tsl+xml"):
        return f"""<OtherTSLPointer><ServiceDigitalIdentities><ServiceDigitalIdentity>{_identity(signers)}
        </ServiceDigitalIdentity></ServiceDigitalIdentities><TSLLocation>{url}</TSLLocation><AdditionalInformation>
        <OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation><OtherInformation>
        <a:MimeType xmlns:a="http://uri.etsi.org/02231/v2/additionaltypes#">{mime}</a:MimeType></OtherInformation>
        </AdditionalInformation></OtherTSLPointer>"""

    def period(
        self, tag, *, status="granted", since, additional=("ForeSeals",), extensions="", identity="", kind="CA/QC"
    ):
        information = "".join(
            f'<Extension Critical="true"><AdditionalServiceInformation><URI xml:lang="en">{INFO}{item}</URI>'
            "</AdditionalServiceInformation></Extension>"
            for item in additional
        )
        return f"""<{tag}><ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/{kind}</ServiceTypeIdentifier>
        <ServiceName><Name xml:lang="en">Test seals (TEST)</Name></ServiceName>
        <ServiceDigitalIdentity>{identity}</ServiceDigitalIdentity><ServiceStatus>{STATUS}{status}</ServiceStatus>
        <StatusStartingTime>{_time(since)}</StatusStartingTime><ServiceInformationExtensions>{information}{extensions}
        </ServiceInformationExtensions></{tag}>"""

    def service(self, ders, *, since=NOW - timedelta(days=2000), history="", **options):
        current = self.period("ServiceInformation", since=since, identity=_identity(ders), **options)
        return f"<TSPService>{current}<ServiceHistory>{history}</ServiceHistory></TSPService>"

    def qualifications(self, qualifier, criteria, critical="true"):
        return f"""<Extension Critical="{critical}"><s:Qualifications xmlns:s="{SIE}"><s:QualificationElement>
        <s:Qualifiers><s:Qualifier uri="{INFO}{qualifier}"/></s:Qualifiers>{criteria}
        </s:QualificationElement></s:Qualifications></Extension>"""

    def unsigned(self, *, kind="EUgeneric", territory="ES", pointers="", services="", ends=NOW + timedelta(days=90)):
        update = f"<dateTime>{_time(ends)}</dateTime>" if ends else ""
        return f"""<TrustServiceStatusList xmlns="{TSL}" TSLTag="http://uri.etsi.org/19612/TSLTag" Id="list">
        <SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier><TSLSequenceNumber>1</TSLSequenceNumber>
        <TSLType>http://uri.etsi.org/TrstSvc/TrustedList/TSLType/{kind}</TSLType>
        <SchemeOperatorName><Name xml:lang="en">TEST – NOT A REAL LIST</Name></SchemeOperatorName>
        <SchemeTerritory>{territory}</SchemeTerritory><PointersToOtherTSL>{pointers}</PointersToOtherTSL>
        <ListIssueDateTime>{_time(NOW - timedelta(days=1))}</ListIssueDateTime><NextUpdate>{update}</NextUpdate>
        </SchemeInformation><TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>
        <Name xml:lang="en">Test provider (TEST)</Name></TSPName></TSPInformation><TSPServices>{services}</TSPServices>
        </TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>""".encode()

    def sign(self, xml, *, xades=False):
        key = self.authority.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificate = x509.load_der_x509_certificate(self.der).public_bytes(serialization.Encoding.PEM)
        kind = XAdESSigner if xades else XMLSigner
        signer = kind(signature_algorithm="ecdsa-sha256", c14n_algorithm=EXCLUSIVE)
        signed = signer.sign(etree.fromstring(xml), key=key, cert=certificate.decode())
        return self._as_published(signed) if xades else etree.tostring(signed)

    def _as_published(self, root):
        """Real lists canonicalize their signed properties exclusively; the signer here does not, so sign once more."""
        info = root.find(f".//{DS}SignedInfo")
        for reference in info.findall(f"{DS}Reference")[1:]:
            transforms = etree.Element(f"{DS}Transforms")
            etree.SubElement(transforms, f"{DS}Transform", Algorithm=EXCLUSIVE)
            reference.insert(0, transforms)
            (target,) = root.xpath("//*[@Id=$id]", id=reference.get("URI")[1:])
            digest = hashlib.sha256(etree.tostring(target, method="c14n", exclusive=True)).digest()
            reference.find(f"{DS}DigestValue").text = base64.b64encode(digest).decode()
        der = self.authority.key.sign(etree.tostring(info, method="c14n", exclusive=True), ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        value = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
        root.find(f".//{DS}SignatureValue").text = value
        return etree.tostring(root)

    def list(self, **content):
        return self.sign(self.unsigned(**content))


@pytest.fixture(scope="session")
def list_maker() -> type[TrustedListMaker]:
    """Makes and signs trusted lists for tests."""
    return TrustedListMaker


@pytest.fixture
def operator(list_maker):
    return list_maker("ES operator")


@pytest.fixture
def provider(authority):
    return authority("CN=Seal authority (TEST)")


@pytest.fixture
def national(operator, provider):
    return operator.list(services=operator.service([provider.der]))

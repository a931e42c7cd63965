"""Asking other nodes of Erasmus Without Paper: signed requests over guarded connections, answers by registered keys.

An address comes from the catalogue, which others fill: only https, only public hosts, no redirects, bounded answers.
An answer that is not signed by a key of the endpoint's own host is not read.
"""

from __future__ import annotations

import ssl
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import httpcore

from credenza.adapters.guarded_network import Deadline, GuardedNetwork
from credenza.errors import Refused, Unreachable
from credenza.exchange.emrex.messages import is_protected
from credenza.exchange.ewp import responses
from credenza.exchange.ewp.catalogue import Catalogue, Endpoint, Institution
from credenza.exchange.ewp.http import FORM, Request, Response
from credenza.exchange.ewp.http_signature import sign_request, verify_response
from credenza.exchange.ewp.responses import MAXIMUM_BYTES, ReceivedTranscript
from credenza.keys import Signer
from credenza.ports.clock import Clock


class EwpClient:
    """Asks in the name of the institutions that the catalogue gives to the signer's key."""

    def __init__(
        self,
        *,
        catalogue: Callable[[], Catalogue],
        signer: Signer,
        clock: Clock,
        ssl_context: ssl.SSLContext | None = None,
        allow_loopback: bool = False,
        timeout: timedelta = timedelta(seconds=30),
    ) -> None:
        self._catalogue, self._signer, self._clock = catalogue, signer, clock
        self._ssl_context, self._allow_loopback, self._timeout = ssl_context, allow_loopback, timeout

    def echo(self, institution: str, values: Sequence[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Whom that institution's node takes us to speak for, and what it heard.

        Raises:
            Unreachable: ``ewp-no-endpoint``, ``ewp-failed``, ``ewp-timeout``, ``ewp-too-large``, ``ewp-status``,
                ``registry-too-old``.
            Refused, MalformedInput: as ``verify_response`` and the readers of ``responses``.
        """
        return responses.read_echo(
            self._ask(self._endpoint(institution, "echo"), "url", [("echo", one) for one in values])
        )

    def institution(self, institution: str) -> Institution | None:
        """What that institution's node says of it; raises as ``echo``."""
        endpoint = self._endpoint(institution, "institutions")
        found = responses.read_institutions(self._ask(endpoint, "url", [("hei_id", institution)]))
        return next((one for one in found if one.id == institution), None)

    def transcript_ids(
        self, receiving: str, *, sending: Sequence[str] = (), since: datetime | None = None
    ) -> tuple[str, ...]:
        """The mobilities at that institution whose transcripts are ready for us; raises as ``echo``."""
        parameters = [("receiving_hei_id", receiving), *(("sending_hei_id", one) for one in sending)]
        if since is not None:
            parameters.append(("modified_since", since.isoformat()))
        endpoint = self._endpoint(receiving, "imobility-tors")
        return responses.read_transcript_index(self._ask(endpoint, "index-url", parameters))

    def transcripts(self, receiving: str, omobility_ids: Sequence[str]) -> tuple[ReceivedTranscript, ...]:
        """The transcripts of these mobilities, in as many requests as the node's limit asks for; raises as ``echo``."""
        endpoint = self._endpoint(receiving, "imobility-tors")
        most = max(1, endpoint.service.limits.get("max-omobility-ids", 1))
        found: list[ReceivedTranscript] = []
        for start in range(0, len(omobility_ids), most):
            some = omobility_ids[start : start + most]
            parameters = [("receiving_hei_id", receiving), *(("omobility_id", one) for one in some)]
            answer = self._ask(endpoint, "get-url", parameters)
            found += responses.read_transcripts(answer, asked=frozenset(some))
        return tuple(found)

    def _endpoint(self, institution: str, service: str) -> Endpoint:
        catalogue = self._catalogue()
        age = catalogue.age_finding(now=self._clock())
        if age.outcome == "failed":
            raise Unreachable(age.code, age.reason)
        endpoint = catalogue.endpoint(institution, service)
        if endpoint is None:
            raise Unreachable(
                "ewp-no-endpoint", f"{institution} does not offer {service} in the version that we speak."
            )
        return endpoint

    def _ask(self, endpoint: Endpoint, address: str, parameters: Sequence[tuple[str, str]]) -> Response:
        url = endpoint.service.addresses.get(address)
        if url is None:
            raise Unreachable("ewp-no-endpoint", f"The catalogue has no {address} for this service.")
        parts = urlsplit(url)
        if not is_protected(url, allow_loopback=self._allow_loopback):
            raise Refused("ewp-address", "The catalogue names an address that is not protected.")
        target = parts.path or "/"
        if parts.query:
            target += f"?{parts.query}"
        body = urlencode(parameters).encode()
        plain = Request("POST", target, {"content-type": FORM, "accept": "application/xml"}, body)
        request = sign_request(
            plain, host=parts.netloc, signer=self._signer, request_id=uuid.uuid4(), now=self._clock()
        )
        return verify_response(self._send(url, request), request=request, keys=endpoint.keys, now=self._clock())

    def _send(self, url: str, request: Request) -> Response:
        network = GuardedNetwork(Deadline(self._timeout.total_seconds()), allow_loopback=self._allow_loopback)
        context = self._ssl_context or ssl.create_default_context()
        headers: list[tuple[bytes, bytes]] = [(a.encode(), b.encode()) for a, b in request.headers.items()]
        headers.append((b"content-length", str(len(request.body)).encode()))
        try:
            with (
                httpcore.ConnectionPool(ssl_context=context, network_backend=network, max_connections=1) as pool,
                pool.stream(request.method, url, headers=headers, content=request.body) as response,
            ):
                content = bytearray()
                for chunk in response.iter_stream():
                    content += chunk
                    if len(content) > MAXIMUM_BYTES:
                        raise Unreachable("ewp-too-large", f"{url} answers more than any transcript needs.")
                received = _headers(response.headers)
                return Response(response.status, bytes(content), received)
        except httpcore.TimeoutException as error:
            raise Unreachable("ewp-timeout", f"{url} took too long to answer.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError, ValueError) as error:
            raise Unreachable("ewp-failed", f"{url} cannot be reached: {error}") from error


def _headers(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header values by lower-case name; several of one name are joined, as draft-cavage section 2.3 signs them."""
    found: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found

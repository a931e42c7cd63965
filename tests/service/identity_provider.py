"""An OpenID Connect provider on loopback: discovery, authorization with PKCE, tokens, keys, user information.

It is strict where a provider must be (client, code used once, redirect address, code verifier), and ``lie`` lets it say
something else than it should, as a forger would.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "credenza", "a secret of the client"


class IdentityProvider(ThreadingHTTPServer):
    """``person`` is who signs in; ``lie`` changes claims of the ID token, ``lie_about`` those of the user information."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.signing_key, self.algorithm = self.key, "RS256"
        self.person = {"sub": "s-1", "email": "ana@uni.example", "email_verified": True}
        self.lie, self.lie_about = {}, {}
        self.codes, self.tokens, self.asked = {}, {}, []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes on to: the person has agreed."""
        self.asked.append(query)
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict]:
        asked = self.codes.pop(form.get("code", ""), None)
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            asked is None
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET)
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe()
        self.tokens[access] = self.person
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.person}
        claims = {name: value for name, value in (claims | self.lie).items() if value is not None}
        header = {"alg": self.algorithm, "kid": "k1"}
        signed = jwt.encode(header, claims, self.signing_key, algorithms=[self.algorithm])
        return 200, {"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed}

    def discovery(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


class _Handler(BaseHTTPRequestHandler):
    server: IdentityProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, self.server.discovery())
        elif parts.path == "/jwks":
            self._json(200, KeySet([self.server.key]).as_dict(private=False))
        elif parts.path == "/authorize":
            self.send_response(302)
            self.send_header("Location", self.server.authorize(query))
            self.end_headers()
        elif parts.path == "/userinfo":
            person = self.server.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            self._json(200 if person else 401, {**(person or {}), **(self.server.lie_about if person else {})})
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._json(*self.server.token({name: values[0] for name, values in parse_qs(body).items()}))

    def _json(self, status: int, body: dict) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        pass

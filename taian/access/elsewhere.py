"""Sign-in at another provider: OpenID Connect's code flow with PKCE (OpenID Connect Core 1.0; RFC 7636).

The provider says who somebody is; what he may do stands in the account of that name here, which an administrator made
for signing in elsewhere. An account with a password of its own is never opened this way: whoever may choose names at
the provider would else choose the administrator's.
"""

import ipaddress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.httpx_client import OAuth2Client
from httpx2 import HTTPError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from taian.errors import ProblemError
from taian.settings import Settings

DISCOVERY = "/.well-known/openid-configuration"
SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures that are believed; none of them can be made with the client's secret."""
LEEWAY = 60
"""Seconds by which the provider's clock may be wrong."""
PATIENCE = 10.0
"""Seconds that the provider has for each answer."""

SILENT = "统一身份认证没有正常答复，请稍后再试；一直这样请找运维人员检查 TAIAN_OIDC_ISSUER 和网络。"
NOT_BELIEVED = "统一身份认证的答复核对不上，没有登录，请从登录页重新开始。"


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way: the address at the provider, and what the browser brings back to finish it."""

    address: str
    state: str
    nonce: str
    verifier: str


def has_provider(config: Settings) -> bool:
    """Whether people may sign in elsewhere."""
    return config.oidc_issuer is not None and config.oidc_client_id is not None


def begin(config: Settings, back: str) -> Begun:
    """Start a sign-in that returns to the address ``back``. ProblemError when the provider does not answer."""
    nonce, verifier = generate_token(32), generate_token(64)
    try:
        with _client(config, back) as client:
            place = _metadata(config, client)["authorization_endpoint"]
            address, state = client.create_authorization_url(place, nonce=nonce, code_verifier=verifier)
    except (AuthlibBaseError, HTTPError, ValueError, KeyError) as error:
        raise ProblemError(SILENT) from error
    return Begun(address, state, nonce, verifier)


def finish(config: Settings, back: str, answer: str, begun: Begun) -> str:
    """Whom the provider names in its ``answer`` (the whole address it sent the browser to), in lower case.

    Raises ProblemError when the answer belongs to another sign-in, is not the provider's, or has ended.
    """
    try:
        with _client(config, back, begun.state) as client:
            about = _metadata(config, client)
            token = client.fetch_token(
                about["token_endpoint"], authorization_response=answer, code_verifier=begun.verifier
            )
            keys = KeySet.import_key_set({"keys": _answered(client, about["jwks_uri"])["keys"]})
        claims = jwt.decode(token["id_token"], keys, algorithms=SIGNED_BY).claims
        _rules(config, about, begun.nonce).validate(claims)
        named = claims[config.oidc_claim]
    except HTTPError as error:
        raise ProblemError(SILENT) from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        raise ProblemError(NOT_BELIEVED) from error
    return str(named).strip().lower()


def _rules(config: Settings, about: dict[str, Any], nonce: str) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": about["issuer"]},
        aud={"essential": True, "value": config.oidc_client_id or ""},
        exp={"essential": True},
        nonce={"essential": True, "value": nonce},
    )


def _client(config: Settings, back: str, state: str | None = None) -> OAuth2Client:
    secret = config.oidc_client_secret
    return OAuth2Client(
        config.oidc_client_id,
        secret.get_secret_value() if secret else None,
        redirect_uri=back,
        scope="openid profile",
        state=state,
        code_challenge_method="S256",
        timeout=PATIENCE,
    )


def _metadata(config: Settings, client: OAuth2Client) -> dict[str, Any]:
    """What the provider says of itself; ValueError when it is not the one that was named."""
    issuer = (config.oidc_issuer or "").rstrip("/")
    _require_secret_way(issuer)
    found = _answered(client, issuer + DISCOVERY)
    if str(found["issuer"]).rstrip("/") != issuer:
        raise ValueError(f"{issuer} calls itself {found['issuer']}")
    return found


def _answered(client: OAuth2Client, address: str) -> dict[str, Any]:
    answer = client.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _require_secret_way(issuer: str) -> None:
    """ValueError for a provider that is neither asked through TLS nor on this machine."""
    parts = urlsplit(issuer)
    host = parts.hostname or ""
    is_here = host == "localhost" or (host[:1].isdigit() and ipaddress.ip_address(host).is_loopback)
    if parts.scheme != "https" and not is_here:
        raise ValueError(f"{issuer} is not https")

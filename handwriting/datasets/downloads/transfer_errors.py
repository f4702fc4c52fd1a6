"""Why a transfer failed, in a few words that a person can act on."""

import http
import socket
import ssl
from collections.abc import Iterator

from handwriting.datasets.downloads.remote_files import Unusable

CERTIFICATE_REMEDY = "where a proxy or firewall inspects TLS, set REQUESTS_CA_BUNDLE to the file of its CA certificate"
PROXY_REMEDY = "check the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"


class NotThere(Unusable):
    """The server answers, and has no such file (HTTP 404)."""


def status_text(status: int) -> str:
    """Return "HTTP 503 Service Unavailable": our own words for the number, not what the server wrote."""
    try:
        return f"HTTP {status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def explain(error: Exception, url: str, connect: float, silence: float) -> Exception:
    """Return `error` as `Unusable` where it is one of the ways in which a transfer fails, else as it is."""
    import requests.exceptions as high
    import urllib3.exceptions as low

    match error:
        case Unusable():
            return error
        case high.ProxyError() | high.InvalidProxyURL():
            return Unusable(f"the proxy fails: {_root(error)}", PROXY_REMEDY)
        case high.SSLError():
            return _explain_tls(error)
        case high.ConnectTimeout():
            return Unusable(f"no connection within {connect:g} s")
        case high.Timeout() | low.ReadTimeoutError():
            return Unusable(f"silent for {silence:g} s")
        case high.TooManyRedirects():
            return Unusable("redirects without end")
        case ValueError():  # all their classes for bad addresses are, and some bad redirects raise it bare
            return _explain_address(error, url)
        case high.ConnectionError() | low.HTTPError():
            return Unusable(_root(error))
        case OSError():
            return Unusable(str(error))  # for instance: REQUESTS_CA_BUNDLE names no file
    return error


def _explain_tls(error: Exception) -> Unusable:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unusable(f"its certificate is not trusted ({cause.verify_message})", CERTIFICATE_REMEDY)
    return Unusable(f"TLS fails: {_root(error)}")


def _explain_address(error: Exception, url: str) -> Unusable:
    if "SOCKS" in str(error):
        return Unusable("the proxy needs SOCKS", f"{PROXY_REMEDY}, or: pip install 'requests[socks]'")
    if url.lower().startswith("https:") and "No connection adapters" in str(error):
        return Unusable("redirects to an address without https, which is refused")
    return Unusable("leads to no sound address, which starts with https:// or http://")


def _root(error: Exception) -> str:
    """Say what the operating system said at the bottom of a chain of errors."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "its name is not known (is the network up?)"
        if type(cause) is OSError and "Tunnel" in str(cause):  # http.client has no class for it
            return "".join(filter(str.isprintable, str(cause)))[:80].lower()
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return "the connection broke off"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """All errors of a chain; `requests` and `urllib3` keep the one inside in various places."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [cause.__context__, cause.__cause__, getattr(cause, "reason", None), *cause.args]

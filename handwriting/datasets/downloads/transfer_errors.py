"""Why a transfer failed, in a few words that the user can act on."""

import http.client
import socket
import ssl

from handwriting.datasets.downloads.remote_files import NotFound, SourceError
from handwriting.system.text import printable

INVALID = "its answer is not valid HTTP"
CERTIFICATE_REMEDY = "where a proxy or firewall inspects TLS, set REQUESTS_CA_BUNDLE to the file of its CA certificate"
PROXY_REMEDY = "check the proxy in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY"


def status_error(status: int) -> SourceError:
    """Return the error for an HTTP status, with the standard phrase for it, not the one that the server sent."""
    kind = NotFound if status == 404 else SourceError
    instead = " instead of an answer" if status < 200 else ""
    return kind(f"HTTP {status} {http.client.responses.get(status, '')}".rstrip() + instead)


def explained(error: Exception, url: str, connect: float, silence: float) -> SourceError:
    """Return the `SourceError` for an error of a transfer from `url` with these timeouts; raise any other error."""
    import requests.exceptions as high
    import urllib3.exceptions as low

    match error:
        case high.ProxyError() | high.InvalidProxyURL():
            return SourceError(f"the proxy fails: {_root(error)}", PROXY_REMEDY)
        case high.SSLError():
            return SourceError(f"TLS fails: {_root(error)}", CERTIFICATE_REMEDY)
        case high.ConnectTimeout():
            return SourceError(f"no connection within {connect:g} s")
        case high.Timeout() | low.ReadTimeoutError():
            return SourceError(f"silent for {silence:g} s")
        case high.TooManyRedirects():
            return SourceError("redirects without end")
        case high.InvalidSchema() if "SOCKS" in str(error):
            return SourceError("the proxy needs SOCKS", f"{PROXY_REMEDY}, or: pip install 'requests[socks]'")
        case high.InvalidSchema() if url.lower().startswith("https:"):  # `receive` has removed the adapter for http
            return SourceError("redirects to an address without https, which is refused")
        case high.InvalidHeader() | low.InvalidHeader():  # two lengths
            return SourceError(INVALID)
        case ValueError():  # the base of all classes for invalid URLs; some redirects raise it directly
            return SourceError("leads to no valid address, which starts with https:// or http://")
        case high.ConnectionError() | low.HTTPError():
            return SourceError(_root(error))
        case OSError():
            return SourceError(str(error))  # for example: REQUESTS_CA_BUNDLE names no file
    raise error


def _root(error: BaseException | None) -> str:
    """Return what the operating system reported, or else that the connection broke off."""
    while error is not None:
        if isinstance(error, socket.gaierror):
            return "name is not known; is the network up?"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({error.verify_message})"
        if type(error) is OSError and "Tunnel" in str(error):  # how http.client reports the answer of a proxy
            return printable(str(error))[:80].lower()
        if isinstance(error, OSError) and error.strerror:
            return error.strerror.lower()
        if isinstance(error, http.client.HTTPException) and not _is_cut_off(error):
            return INVALID
        error = error.__context__
    return "the connection broke off"


def _is_cut_off(error: http.client.HTTPException) -> bool:
    """Tell whether the server ended the connection too early, rather than sent what is not HTTP."""
    is_early = isinstance(error, http.client.IncompleteRead | http.client.RemoteDisconnected)
    return is_early and not isinstance(error.__context__, ValueError)  # from a number that is none

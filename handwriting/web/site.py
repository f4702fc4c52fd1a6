"""The site: the files of the page, and the endpoints that it calls.

    GET /            the page                 GET /models   the names of the models
    GET /model       one of them, described   POST /read    a picture file -> its reading, and the network's activations

Answers are JSON; an error is {"error": one line}.
"""

import mimetypes
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anyio
from anyio import to_process
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handwriting.errors import HandwritingError, PictureError
from handwriting.pictures.decoding import Picture, decode, is_small
from handwriting.reading.result import Reading
from handwriting.system.thread_pool import usable_processors
from handwriting.web import inspection
from handwriting.web.guard import Guard
from handwriting.web.model_list import ModelList
from handwriting.web.uploads import Uploads

DECODING_TIMEOUT = 60.0
"""Seconds for the decoding of a picture; it takes up to four of processor time."""
SLOW_READERS = 2
"""Pictures with many lines, at which threads may be beside those that the processors are for."""
PAGE = Path(__file__).parent / "page"
mimetypes.add_type("text/javascript", ".js")  # the registry of a Windows machine may say otherwise


def site(models: ModelList, host: str) -> Starlette:
    """Return the application, which is served under the address or name `host`."""
    endpoints = Endpoints(models)
    routes = [
        *(Route(f"/{path.name.removesuffix('index.html')}", _file(path)) for path in sorted(PAGE.iterdir())),
        Route("/models", endpoints.models),
        Route("/model", endpoints.model),
        Route("/read", endpoints.read, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {
        HTTPException: lambda _, error: _error(error.detail, error.status_code, error.headers),
        HandwritingError: lambda _, error: _error(str(error), 422),
        ClientDisconnect: lambda _, error: Response(status_code=400),  # nobody receives it: the tab was closed
    }
    return Starlette(routes=routes, middleware=[Middleware(Guard, host=host)], exception_handlers=handlers)


class Endpoints:
    """The answers to the page.

    Large pictures are decoded by processes, which are ended where that takes too long; small ones, such as drawings,
    are decoded here, and never wait for large ones. Pictures are read in threads.
    """

    def __init__(self, models: ModelList) -> None:
        self.model_list, self._uploads = models, Uploads()
        self._decoders = anyio.CapacityLimiter(usable_processors())
        self._readers = anyio.CapacityLimiter(usable_processors() + SLOW_READERS)

    async def models(self, request: Request) -> Response:
        """List the models; the first is selected when the page opens."""
        return await self._json(lambda: {"models": list(self.model_list.paths())})

    async def model(self, request: Request) -> Response:
        """Describe the model ?name=."""
        name = request.query_params.get("name", "")
        return await self._json(lambda: inspection.describe_model(self.model_list.recognizer(name).model))

    async def read(self, request: Request) -> Response:
        """Read the posted picture with the model ?model=, and inspect the digit nearest to the point ?near=x,y."""
        name, near = request.query_params.get("model", ""), _point(request.query_params.get("near"))
        async with self._uploads.body(request) as content:
            picture = content if is_small(content) else await self._decoded(content)

            def work() -> dict[str, Any]:
                recognizer = self.model_list.recognizer(name)
                if isinstance(picture, PictureError):
                    reading = Reading("-", None, reason=str(picture), failed=True)
                else:
                    reading = recognizer.read(picture)
                return inspection.describe_reading(reading, recognizer.model, near)

            return await self._json(work)

    async def _decoded(self, content: bytes) -> Picture | PictureError:
        """Decode a picture file in a process, or return why that is impossible."""
        try:
            with anyio.fail_after(DECODING_TIMEOUT):
                return await to_process.run_sync(decode, content, cancellable=True, limiter=self._decoders)
        except PictureError as error:
            return error
        except (TimeoutError, anyio.BrokenWorkerProcess):
            return PictureError("it takes too long to decode, or too much memory; send a smaller picture")

    async def _json(self, work: Callable[[], dict[str, Any]]) -> Response:
        return JSONResponse(await anyio.to_thread.run_sync(work, limiter=self._readers))


def _file(path: Path) -> Callable[[Request], Response]:
    content, kind = path.read_bytes(), mimetypes.guess_type(path.name)[0]
    return lambda request: Response(content, media_type=kind)


def _point(text: str | None) -> inspection.Point | None:
    """Return a point written as "12.5,30"; raises `HTTPException` 400 if it is malformed."""
    if text is None:
        return None
    try:
        x, y = map(float, text.split(","))
    except ValueError:
        raise HTTPException(400, "near is a point of two numbers, such as 12.5,30") from None
    return x, y


def _error(message: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": message}, status, headers=headers)

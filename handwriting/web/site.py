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
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handwriting.errors import HandwritingError
from handwriting.system.thread_pool import usable_processors
from handwriting.web import inspection
from handwriting.web.guard import Guard, body
from handwriting.web.model_list import ModelList

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
    """The answers to the page. Models run in threads, at most one for each processor, which bounds the memory."""

    def __init__(self, models: ModelList) -> None:
        self.model_list = models
        self._limiter = anyio.CapacityLimiter(usable_processors())

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
        picture = await body(request)

        def work() -> dict[str, Any]:
            recognizer = self.model_list.recognizer(name)
            return inspection.describe_reading(recognizer.read(picture), recognizer.model, near)

        return await self._json(work)

    async def _json(self, work: Callable[[], dict[str, Any]]) -> Response:
        return JSONResponse(await anyio.to_thread.run_sync(work, limiter=self._limiter))


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

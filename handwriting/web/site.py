"""The site: the page's own files, the models that may be chosen, and the reading of what was drawn.

    GET /            the page        GET /models   which models there are
    GET /model       one of them     POST /read    a picture file -> what it says, and what went on in the network

Answers are JSON; where something went wrong they are {"error": one line}.
"""

import mimetypes
from collections.abc import Callable
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
from handwriting.web import insight
from handwriting.web.guard import Guard, body
from handwriting.web.shelf import Shelf

PAGE = Path(__file__).parent / "page"
mimetypes.add_type("text/javascript", ".js")  # the registry of a Windows machine may say otherwise


def site(shelf: Shelf, host: str) -> Starlette:
    """Return the application that offers the models on `shelf` under the address or name `host`."""
    answers = Answers(shelf)
    routes = [
        *(Route(f"/{path.name.removesuffix('index.html')}", _file(path)) for path in sorted(PAGE.iterdir())),
        Route("/models", answers.models),
        Route("/model", answers.model),
        Route("/read", answers.read, methods=["POST"]),
    ]
    handlers: dict[Any, Any] = {HTTPException: _refused, HandwritingError: _failed, ClientDisconnect: _gone}
    return Starlette(routes=routes, middleware=[Middleware(Guard, host=host)], exception_handlers=handlers)


class Answers:
    """What is asked of the models. Work is done in threads, no more of them than processors: memory stays bounded."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._limiter = anyio.CapacityLimiter(usable_processors())

    async def models(self, request: Request) -> Response:
        """Name the models; the first is the one to begin with."""
        return JSONResponse({"models": list(await self._work(self.shelf.paths))})

    async def model(self, request: Request) -> Response:
        """Describe the model that ?name= means."""
        name = request.query_params.get("name", "")
        return JSONResponse(await self._work(lambda: insight.of_model(self.shelf.recognizer(name).model)))

    async def read(self, request: Request) -> Response:
        """Read the picture that was posted with the model that ?model= means, looking into the digit ?near=x,y."""
        name, near = request.query_params.get("model", ""), _point(request.query_params.get("near"))
        picture = await body(request)

        def work() -> dict[str, Any]:
            recognizer = self.shelf.recognizer(name)
            return insight.of_reading(recognizer.read(picture), recognizer.model, near)

        return JSONResponse(await self._work(work))

    async def _work(self, function: Callable[[], Any]) -> Any:
        return await anyio.to_thread.run_sync(function, limiter=self._limiter)


def _file(path: Path) -> Callable[[Request], Response]:
    content, kind = path.read_bytes(), mimetypes.guess_type(path.name)[0]
    return lambda request: Response(content, media_type=kind)


def _point(text: str | None) -> insight.Point | None:
    """Return the point that "12.5,30" means."""
    if text is None:
        return None
    try:
        x, y = map(float, text.split(","))
    except ValueError:
        raise HTTPException(400, "near is a point of two numbers, such as 12.5,30") from None
    return x, y


def _refused(request: Request, error: HTTPException) -> Response:
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


def _failed(request: Request, error: HandwritingError) -> Response:
    return JSONResponse({"error": str(error)}, 422)


def _gone(request: Request, error: ClientDisconnect) -> Response:
    return Response(status_code=400)  # nobody is there to get it: a tab was closed while it sent something

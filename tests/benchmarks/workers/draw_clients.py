"""Clients of `hwr draw`: each sends a drawing as the page does, waits for the answer, pauses, and sends another one."""

import http.client
import json
import random
import threading
import time
from typing import Any
from urllib.parse import quote, urlsplit

from handwriting.web.model_list import BUNDLED
from tests.helpers.draw_client import drawn

TIMEOUT = 60.0
"""Seconds after which an answer is an error."""


class Clients:
    """Clients of the server at `address`."""

    def __init__(self, address: str) -> None:
        self.place = urlsplit(address).netloc
        self.drawings = {str(digit): drawn(digit) for digit in range(10)}

    def draw(self, clients: int, seconds: float, pause: float) -> dict[str, Any]:
        """Draw for some seconds with as many `clients`, which pause for `pause` seconds on average.

        Returns the `latencies` of all answers in seconds, the `errors` as text, and how many drawings were `misread`.
        """
        results: dict[str, Any] = {"latencies": [], "errors": [], "misread": 0}
        lock, end = threading.Lock(), time.monotonic() + seconds

        def work(seed: int) -> None:
            rng = random.Random(seed)
            connection = http.client.HTTPConnection(self.place, timeout=TIMEOUT)
            time.sleep(rng.uniform(0, pause))
            while time.monotonic() < end:
                digit = rng.choice("0123456789")
                began = time.perf_counter()
                try:
                    text, error = self._read(connection, digit), ""
                except (OSError, http.client.HTTPException, ValueError) as failure:
                    text, error = "", f"{type(failure).__name__}: {failure}"
                    connection.close()
                took = time.perf_counter() - began
                with lock:
                    if error:
                        results["errors"].append(error)
                    else:
                        results["latencies"].append(took)
                        results["misread"] += text != digit
                time.sleep(rng.uniform(0, 2 * pause))
            connection.close()

        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    def _read(self, connection: http.client.HTTPConnection, digit: str) -> str:
        """Return what a drawing is read as. Raises `ValueError` for an answer that is none."""
        connection.request("POST", f"/read?model={quote(BUNDLED)}", self.drawings[digit])
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise ValueError(f"HTTP {response.status}")
        return str(json.loads(content)["text"])

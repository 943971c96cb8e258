"""Sends the logs of each epoch to a server."""

import json
import warnings
from typing import Any

import numpy as np

from keryx._core.errors import KeryxWarning
from keryx._engine.state import Logs
from keryx.callbacks._callback import Callback

# Seconds that training waits for the server.
TIMEOUT = 10.0


class RemoteMonitor(Callback):
    """Posts the logs of each epoch to a server, as JSON.

    A server that cannot be reached is a warning; training goes on.

    Example:
        >>> monitor = RemoteMonitor("http://localhost:9000")
        >>> monitor.url
        'http://localhost:9000/publish/epoch/end/'

    Args:
        root: Address of the server.
        path: Where on the server.
        field: Field of the form that holds the JSON, unless `send_as_json`.
        headers: Further HTTP headers.
        send_as_json: Whether the JSON is the body itself rather than part of a form.
    """

    reads_logs = True

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ) -> None:
        super().__init__()
        self.root = root
        self.path = path
        self.field = field
        self.headers = headers
        self.send_as_json = send_as_json

    @property
    def url(self) -> str:
        """Where the logs go."""
        return self.root + self.path

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        from urllib.error import URLError
        from urllib.request import Request, urlopen

        body, kind = self._body({"epoch": epoch, **(logs or {})})
        headers = {"Content-Type": kind, **(self.headers or {})}
        request = Request(self.url, body, headers, method="POST")
        try:
            urlopen(request, timeout=TIMEOUT).close()
        except (URLError, TimeoutError, ConnectionError) as error:
            warnings.warn(
                f"RemoteMonitor: expected a server at {self.url}, but got {error}.",
                KeryxWarning,
                stacklevel=2,
            )

    def _body(self, data: dict[str, Any]) -> tuple[bytes, str]:
        """Returns the bytes to send and what they are."""
        from urllib.parse import urlencode

        plain = {name: np.asarray(value).tolist() for name, value in data.items()}
        text = json.dumps(plain)
        if self.send_as_json:
            return text.encode(), "application/json"
        form = urlencode({self.field: text}).encode()
        return form, "application/x-www-form-urlencoded"

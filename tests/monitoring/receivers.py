"""PagerDuty and Slack as Alertmanager sees them: they keep what they are sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["Receivers", "receivers"]


class Receivers:
    """`pages` and `messages` grow as they come."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.pages: list[dict] = []
        self.messages: list[dict] = []


@contextmanager
def receivers() -> Iterator[Receivers]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            page = self.path == "/v2/enqueue"
            (kept.pages if page else kept.messages).append(body)
            answer = b'{"status":"success","message":"Event processed","dedup_key":"k"}' if page else b"ok"
            self.send_response(202 if page else 200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept = Receivers(server.server_port)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield kept
    finally:
        server.shutdown()
        serving.join()
        server.server_close()

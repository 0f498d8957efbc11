"""An endpoint of a language model: model.py PORT. A prompt with "hold" in it is never answered, one with "big N" by N MiB."""

import http.server
import json
import re
import sys
import threading


class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace")
        if "hold" in body:
            threading.Event().wait()
        head, tail = json.dumps({"choices": [{"index": 0, "finish_reason": "stop",
                                              "message": {"role": "assistant", "content": "@"}}]}).encode().split(b"@")
        big = re.search(r"big (\d+)", body)
        size = (int(big[1]) if big else 0) << 20
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(head) + len(tail) + max(size, 2)))
        self.end_headers()
        try:
            self.wfile.write(head)
            for _ in range(size >> 20):
                self.wfile.write(b"x" * (1 << 20))
            self.wfile.write(tail if size else b"ok" + tail)
        except ConnectionError:
            self.close_connection = True  # the client has given up

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Model).serve_forever()

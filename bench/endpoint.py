"""A stand-in for an OpenAI-compatible endpoint that answers every request at once."""
import asyncio
import contextlib
import json
import multiprocessing
import re
import socket

BODY = json.dumps({"object": "chat.completion", "model": "instant", "choices": [
    {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "An answer"}}]}).encode()
REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)


async def answer(reader, writer):
    """Answers every request of a connection at once."""
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(re.search(rb"(?i)content-length: *(\d+)", head).group(1)))
            writer.write(REPLY)
    writer.close()


def model(listening):
    """Serves a listening socket."""

    async def serve():
        await (await asyncio.start_server(answer, sock=listening)).serve_forever()

    asyncio.run(serve())


class Endpoint:
    """An endpoint, in a process of its own."""

    def __init__(self):
        listening = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1/chat/completions"
        self.process = multiprocessing.Process(target=model, args=(listening,), daemon=True)
        self.process.start()

    def close(self):
        self.process.terminate()

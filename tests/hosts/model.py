"""A slow stand-in for a model, which counts the calls for each prompt.

    model.py PORT DIRECTORY DELAY

Each call is a line in DIRECTORY/calls. The answer contains the number of the call among the calls for the same prompt. The first call for a
prompt that begins with "Hold" is answered when the file "DIRECTORY/release PROMPT" exists; the first call for one that begins with "Fail"
fails.
"""
import http.server, json, os, sys, threading, time

directory, delay = sys.argv[2], float(sys.argv[3])
lock = threading.Lock()
calls = {}


class Model(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = request["messages"][-1]["content"]
        with lock:
            call = calls[prompt] = calls.get(prompt, 0) + 1
            with open(directory + "/calls", "a") as out:
                out.write(prompt + "\n")
        time.sleep(delay)
        while prompt.startswith("Hold") and call == 1 and not os.path.exists(f"{directory}/release {prompt}"):
            time.sleep(0.05)
        text = f"call {call} for {prompt}\n" + "".join(f"{line}\n" for line in range(300)) + "end"
        answer = json.dumps({"object": "chat.completion", "model": "slow", "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]}).encode()
        self.send_response(500 if prompt.startswith("Fail") and call == 1 else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 100

    def handle_error(self, *_):
        pass  # a host that was killed does not read the response


Server(("127.0.0.1", int(sys.argv[1])), Model).serve_forever()

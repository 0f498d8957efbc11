"""What the scripts in bench/ share: the host under measurement, processes, clients."""
import contextlib
import getpass
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tests" / "tools"
USER = getpass.getuser()


def run(command, **kwargs):
    """Returns what a command prints; ends the run if the command fails."""
    result = subprocess.run(command, capture_output=True, text=True, **kwargs)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit {result.returncode}\n{result.stdout}\n{result.stderr}")
    return result.stdout


def java_home():
    """The home directory of a Java 25, as the launcher finds it."""
    return Path(run(["bash", "-c", f". {ROOT}/tests/lib/jdk.sh; find_jdk >&2 && echo $JAVA_HOME"]).strip())


def dist():
    """The directory of the distribution: $WARREN_DIST, or the one that was built."""
    if os.environ.get("WARREN_DIST"):
        return Path(os.environ["WARREN_DIST"])
    found = next((ROOT / "server" / "target").glob("warren-*/bin/warren"), None)
    return found.parent.parent if found else sys.exit("no distribution in server/target: run ./check unit")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def prepare(work):
    """Builds the load generator for 9P and creates the key that SFTP clients log in with."""
    run(["gcc", "-O2", "-pthread", "-o", work / "p9bench", TOOLS / "p9bench.c"])
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", work / "client"])


class Server:
    """A server process, and what it uses."""

    def __init__(self, name, work, command, *ports, **kwargs):
        self.name = name
        self.log = work / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(command, **{"stdout": log, "stderr": log, "cwd": work, **kwargs})
        until = time.monotonic() + 120
        for port in ports:
            self._await_port(port, until)

    def _await_port(self, port, until):
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            if self.process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{self.name} did not start:\n" + self.log.read_text()[-2000:])
            time.sleep(0.005)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def pids(self):
        """The process and its children: sshd has one per session."""
        found, todo = [], [self.process.pid]
        while todo:
            pid = todo.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                todo += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return found

    def cpu(self):
        """The CPU seconds used so far, including those of children that have ended."""
        ticks = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def status(self, field):
        """A number from /proc/PID/status; 0 once the process has ended."""
        with contextlib.suppress(OSError):
            return int(re.search(rf"{field}:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())[1])
        return 0

    def resident(self):
        """MiB now."""
        return self.status("VmRSS") / 1024

    def peak(self):
        """The peak memory so far, in MiB."""
        return self.status("VmHWM") / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def threads(self):
        return self.status("Threads")


def host(name, work, ninep, sftp, plugins, head=""):
    """A host with a configuration of its own."""
    config = work / f"{name}.yaml"
    config.write_text(f"""server: {{state_dir: {work}/state-{name}{head}}}
ninep: {{listen: ["127.0.0.1:{ninep}"]}}
sftp:
  listen: ["127.0.0.1:{sftp}"]
  max_sessions: 1000
  max_sessions_per_user: 1000
  users:
    - {{name: {USER}, authorized_keys: {work}/client.pub}}
plugins:
{plugins}
""")
    return Server(name, work, [dist() / "bin" / "warren", "serve", config], ninep, sftp)


def localfs(share, path="/bench"):
    """The configuration of the mount that is measured."""
    return f"  localfs: {{path: {path}, config: {{local_dir: {share}}}}}"


def ssh_options(work, port, cipher=None):
    options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
               "-o", "BatchMode=yes", "-o", f"IdentityFile={work}/client", "-o", "IdentitiesOnly=yes", "-o", f"Port={port}"]
    return options + (["-o", f"Ciphers={cipher}"] if cipher else [])


def sftp_command(work, port, cipher=None, extra=()):
    """An sftp that reads its commands from its input."""
    return ["sftp", "-q", *ssh_options(work, port, cipher), *extra, "-b", "-", f"{USER}@127.0.0.1"]

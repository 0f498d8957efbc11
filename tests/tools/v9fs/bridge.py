"""Runs the guest of v9fs-run, bridges its connections to this machine's loopback, copies its output, and enforces the time limit.

    bridge.py outside LIMIT uml|qemu PORTS COMMAND...    starts the guest
    bridge.py inside KEEP GATEWAY PORTS WRITABLE COMMAND...    started by it in the guest's own namespaces (UML only;
                                                               QEMU has its own network)
"""

import os
import resource
import signal
import socket
import subprocess
import sys
import threading


def pump(source, target):
    """Moves bytes from one socket to the other without copying them through this process."""
    r, w = os.pipe()
    try:
        while n := os.splice(source.fileno(), w, 1 << 20):
            while n:
                n -= os.splice(r, target.fileno(), n)
    except OSError:
        pass  # one end has closed; the other one is closed below
    finally:
        os.close(r)
        os.close(w)
        shut(source, socket.SHUT_RD)
        shut(target, socket.SHUT_WR)


def shut(end, how):
    try:
        end.shutdown(how)
    except OSError:
        pass  # it has closed already


def serve(listener, port):
    while True:
        guest, _ = listener.accept()
        try:
            host = socket.create_connection(("127.0.0.1", port))
        except OSError as e:
            print(f"v9fs-run: 127.0.0.1:{port}: {e.strerror}", file=sys.stderr)
            guest.close()
            continue
        for s in (guest, host):
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for a, b in ((guest, host), (host, guest)):
            threading.Thread(target=pump, args=(a, b), daemon=True).start()


def inside(keep, gateway, ports, writable, argv):
    """Drops its own right to write to the machine's root file system, creates the TAP device and the listeners,
    passes those to outside(), then runs the guest."""
    for d in writable:
        subprocess.run(["mount", "--bind", d, d], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", "/"], check=True)
    parent = socket.socket(fileno=keep.pop())
    listeners = []
    if ports:
        for c in ("link set lo up", "tuntap add tap0 mode tap", f"addr add {gateway}/24 dev tap0", "link set tap0 up"):
            subprocess.run(["ip", *c.split()], check=True)
        for p in ports:
            listener = socket.socket()
            listener.bind((gateway, p))
            listener.listen(16)
            listeners.append(listener.detach())
    socket.send_fds(parent, [b"."], listeners)
    parent.close()
    for f in listeners:
        os.close(f)
    sys.exit(subprocess.run(argv, stdin=subprocess.DEVNULL, pass_fds=keep).returncode)


def copy(source, to):
    while data := os.read(source, 65536):
        while data:
            data = data[os.write(to, data):]


def stop(*_):
    raise TimeoutError


def outside(limit, uml, ports, argv):
    command = ["setpriv", "--pdeathsig", "KILL"]
    if uml:
        command += ["unshare", *os.environ["NAMESPACES"].split()]
    copiers, fds = [], {}
    for name, to in (("@OUT@", 1), ("@ERR@", 2)):  # the guest's consoles need pipes, whatever 1 and 2 are
        r, fds[name] = os.pipe()
        copiers.append(threading.Thread(target=copy, args=(r, to), daemon=True))
        copiers[-1].start()
    fds["@LOG@"] = log = os.open(os.environ["WORK"] + "/kernel.log", os.O_WRONLY | os.O_CREAT, 0o600)
    for name, fd in fds.items():
        argv = [x.replace(name, str(fd)) for x in argv]
    keep = list(fds.values())
    if uml:
        a, b = socket.socketpair()
        keep.append(b.fileno())
        if ports:
            command.append("-n")
        argv = ["python3", "-B", __file__, "inside", ",".join(map(str, keep)), os.environ["GATEWAY"],
                ",".join(map(str, ports)), os.environ["WRITABLE"], *argv]
    p = subprocess.Popen([*command, *argv], stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=keep)
    for f in fds.values():
        os.close(f)
    if uml:
        b.close()
        for f, port in zip(socket.recv_fds(a, 1, 32)[1], ports):
            threading.Thread(target=serve, args=(socket.socket(fileno=f), port), daemon=True).start()
    signal.signal(signal.SIGTERM, stop)
    try:
        p.wait(limit)
        status = 0
    except (subprocess.TimeoutExpired, TimeoutError):
        # The first process of the PID namespace ends when all others in it have ended.
        with open(f"/proc/{p.pid}/task/{p.pid}/children", encoding="ascii") as f:
            first = f.read().split()
        for c in first or [p.pid]:
            os.kill(int(c), signal.SIGKILL)
        p.wait()
        status = 124
    for t in copiers:
        t.join(5)
    guest, relay = (resource.getrusage(w) for w in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
    with open(os.environ["WORK"] + "/cpu", "w", encoding="ascii") as f:
        f.write(f"{guest.ru_utime + guest.ru_stime:.2f} {relay.ru_utime + relay.ru_stime:.2f}\n")
    os._exit(status)


def numbers(text):
    return [int(x) for x in text.split(",") if x]


if sys.argv[1] == "inside":
    inside(numbers(sys.argv[2]), sys.argv[3], numbers(sys.argv[4]), sys.argv[5].split("\n"), sys.argv[6:])
else:
    outside(float(sys.argv[2]), sys.argv[3] == "uml", numbers(sys.argv[4]), sys.argv[5:])

"""A FUSE file system that never replies to a look-up of "stuck...": stuckfs.py DIRECTORY, run by root until it is killed.

Implements the kernel's protocol itself (linux/fuse.h, 7.31). When it is killed, waiting calls fail with ENOTCONN.
"""

import ctypes
import errno
import os
import stat
import struct
import sys
import time

LOOKUP, FORGET, GETATTR, STATFS, INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = 1, 2, 3, 17, 26, 27, 28, 29, 36, 42
PARALLEL_DIROPS = 1 << 18  # otherwise the kernel itself serialises all look-ups in a directory behind the first
directory = sys.argv[1]
device = os.open("/dev/fuse", os.O_RDWR)
libc = ctypes.CDLL(None, use_errno=True)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
if libc.mount(b"stuckfs", directory.encode(), b"fuse", 6, options):
    sys.exit(f"cannot mount: {os.strerror(ctypes.get_errno())}")
now = int(time.time())
attributes = struct.pack("<QIIQQQQQQIIIIIIIIII", 3600, 0, 0, 1, 0, 0, now, now, now, 0, 0, 0,
                         stat.S_IFDIR | 0o755, 2, 0, 0, 0, 4096, 0)


def reply(unique, data=b"", error=0):
    os.write(device, struct.pack("<IiQ", 16 + len(data), -error, unique) + data)


while True:
    try:
        request = os.read(device, 1 << 18)
    except OSError as e:
        if e.errno == errno.ENODEV:  # unmounted
            sys.exit(0)
        raise
    _, opcode, unique, _ = struct.unpack_from("<IIQQ", request)
    if opcode == INIT:
        reply(unique, struct.pack("<IIIIHHIIHHII24x", 7, 31, 65536, PARALLEL_DIROPS, 16, 12, 65536, 1, 0, 0, 0, 0))
        print("ready", flush=True)
    elif opcode == GETATTR:
        reply(unique, attributes)
    elif opcode == LOOKUP:
        if not request[40:].startswith(b"stuck"):
            reply(unique, error=errno.ENOENT)
    elif opcode == OPENDIR:
        reply(unique, struct.pack("<QII", 0, 0, 0))
    elif opcode in (READDIR, RELEASEDIR):
        reply(unique)
    elif opcode == STATFS:
        reply(unique, struct.pack("<QQQQQIIII24x", 100, 50, 50, 100, 50, 4096, 255, 4096, 0))
    elif opcode not in (FORGET, BATCH_FORGET, INTERRUPT):
        reply(unique, error=errno.ENOSYS)

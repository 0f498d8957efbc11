"""Checks symbolic links and owners with libssh: libssh_client.py PORT KEY REMOTE-DIRECTORY THE-SAME-HERE."""
import ctypes
import os
import pwd
import sys

port, key, remote, local = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
lib = ctypes.CDLL("libssh.so.4")
OPTIONS_HOST, OPTIONS_PORT, OPTIONS_USER = 0, 1, 4


class Attributes(ctypes.Structure):  # the first members of struct sftp_attributes_struct
    _fields_ = [("name", ctypes.c_char_p), ("longname", ctypes.c_char_p), ("flags", ctypes.c_uint32),
                ("type", ctypes.c_uint8), ("size", ctypes.c_uint64), ("uid", ctypes.c_uint32),
                ("gid", ctypes.c_uint32), ("owner", ctypes.c_char_p), ("group", ctypes.c_char_p)]


for name in ("ssh_new", "sftp_new", "sftp_opendir", "sftp_readlink", "ssh_get_error"):
    getattr(lib, name).restype = ctypes.c_void_p
lib.sftp_readdir.restype = ctypes.POINTER(Attributes)
session = ctypes.c_void_p(lib.ssh_new())


def ok(result):
    assert result == 0, (result, ctypes.string_at(lib.ssh_get_error(session)))


ok(lib.ssh_options_set(session, OPTIONS_HOST, b"127.0.0.1"))
ok(lib.ssh_options_set(session, OPTIONS_PORT, ctypes.byref(ctypes.c_uint(port))))
ok(lib.ssh_options_set(session, OPTIONS_USER, b"user"))
ok(lib.ssh_connect(session))
secret = ctypes.c_void_p()
ok(lib.ssh_pki_import_privkey_file(key.encode(), None, None, None, ctypes.byref(secret)))
ok(lib.ssh_userauth_publickey(session, None, secret))
sftp = ctypes.c_void_p(lib.sftp_new(session))
ok(lib.sftp_init(sftp))
open(local + "/a", "w").close()
for target, link in (("a", "/l"), ("nowhere/at/all", "/dangling")):
    ok(lib.sftp_symlink(sftp, target.encode(), (remote + link).encode()))
    assert os.readlink(local + link) == target, os.listdir(local)
    assert ctypes.string_at(lib.sftp_readlink(sftp, (remote + link).encode())) == target.encode()
directory = ctypes.c_void_p(lib.sftp_opendir(sftp, remote.encode()))
owners = {}
while entry := lib.sftp_readdir(sftp, directory):
    owners[entry.contents.name.decode()] = entry.contents.owner
owner = pwd.getpwuid(os.stat(local + "/a").st_uid).pw_name.encode()
assert owners["a"] == owner and owners["l"] == owner, owners
lib.ssh_disconnect(session)

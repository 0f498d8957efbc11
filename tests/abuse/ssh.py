"""The SFTP side: log-ins with paramiko, from a separate loopback address."""

import socket

import paramiko


def transport(port, source="127.0.0.1", kind=paramiko.Transport, timeout=10):
    """A connection that has only exchanged keys."""
    s = socket.create_connection(("127.0.0.1", port), timeout, (source, 0))
    t = kind(s)
    t.banner_timeout = t.auth_timeout = t.handshake_timeout = timeout
    t.daemon = True
    t.start_client(timeout=timeout)
    return t


def log_in(port, user, key, source="127.0.0.1", kind=paramiko.Transport, timeout=10):
    t = transport(port, source, kind, timeout)
    try:
        t.auth_publickey(user, paramiko.Ed25519Key.from_private_key_file(key))
    except BaseException:
        t.close()
        raise
    return t


def sftp(t, timeout=10):
    client = paramiko.SFTPClient.from_transport(t)
    client.get_channel().settimeout(timeout)
    return client

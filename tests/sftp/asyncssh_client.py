"""Checks symbolic links and owners with asyncssh: asyncssh_client.py PORT KEY REMOTE-DIRECTORY THE-SAME-HERE."""
import asyncio
import os
import sys
import warnings

warnings.simplefilter("ignore")
import asyncssh

port, key, remote, local = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


async def main():
    async with asyncssh.connect("127.0.0.1", port, username="user", client_keys=[key], known_hosts=None) as connection:
        async with connection.start_sftp_client() as sftp:
            async with sftp.open(remote + "/a", "w") as f:
                await f.write("hello")
            await sftp.symlink("a", remote + "/l")
            assert os.readlink(local + "/l") == "a", os.listdir(local)
            assert await sftp.readlink(remote + "/l") == "a"
            async with sftp.open(remote + "/l") as f:
                assert await f.read() == "hello"
            await sftp.symlink("nowhere/at/all", remote + "/dangling")
            assert os.readlink(local + "/dangling") == "nowhere/at/all"
            names = sorted(await sftp.listdir(remote))
            assert names == [".", "..", "a", "dangling", "l"], names


asyncio.run(main())

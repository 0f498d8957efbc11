// Checks the symbolic links that npm's ssh2 creates and reads: node ssh2_client.js PORT KEY REMOTE-DIRECTORY THE-SAME-HERE
'use strict';
const assert = require('assert');
const fs = require('fs');
const { Client } = require('ssh2');

const [port, key, remote, local] = process.argv.slice(2);
const client = new Client();

const call = (sftp, method, ...args) => new Promise((resolve, reject) =>
  sftp[method](...args, (error, result) => (error ? reject(error) : resolve(result))));

client.on('ready', () => client.sftp(async (error, sftp) => {
  try {
    assert.ifError(error);
    await call(sftp, 'writeFile', `${remote}/a`, 'hello');
    await call(sftp, 'symlink', 'a', `${remote}/l`);
    assert.strictEqual(fs.readlinkSync(`${local}/l`), 'a');
    assert.strictEqual(await call(sftp, 'readlink', `${remote}/l`), 'a');
    assert.strictEqual((await call(sftp, 'readFile', `${remote}/l`)).toString(), 'hello');
    await call(sftp, 'symlink', 'nowhere/at/all', `${remote}/dangling`);
    assert.strictEqual(fs.readlinkSync(`${local}/dangling`), 'nowhere/at/all');
    const names = (await call(sftp, 'readdir', remote)).map((entry) => entry.filename).sort();
    assert.deepStrictEqual(names, ['a', 'dangling', 'l']);
    client.end();
  } catch (failure) {
    console.error(failure);
    process.exit(1);
  }
}));
client.on('error', (error) => {
  console.error(error);
  process.exit(1);
});
client.connect({ host: '127.0.0.1', port: Number(port), username: 'user', privateKey: fs.readFileSync(key) });

// Kills the process before it does something to a file of the token store for the KILL_AT-th time.
const promises = require('node:fs/promises');
const { syncBuiltinESMExports } = require('node:module');

let calls = 0;

for (const name of ['open', 'link', 'rename', 'unlink']) {
  const original = promises[name];
  promises[name] = (...args) => {
    const isOfStore = String(args[0]).includes('/uc-mcp-bridge/');
    if (isOfStore && ++calls === Number(process.env.KILL_AT)) process.kill(process.pid, 'SIGKILL');
    return original(...args);
  };
}
syncBuiltinESMExports();

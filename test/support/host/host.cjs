// A host: starts what its arguments name, with a stdin that stays open when the host has ended, and lives until it is
// killed. Node closes the stdin of a child that has ended, but no other pipe to it.
const { spawn } = require('node:child_process');

const [file, ...args] = process.argv.slice(2);
spawn(file, args, { stdio: [3, 'inherit', 'inherit'] });
setInterval(() => {}, 60_000);

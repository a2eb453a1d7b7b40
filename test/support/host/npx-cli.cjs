// Stands for npx: starts what its arguments name by way of a shell, and waits for its end.
const { spawnSync } = require('node:child_process');

const [node, ...args] = process.argv.slice(2);
spawnSync('sh', ['-c', '"$@"; exit $?', 'sh', node, ...args], { stdio: 'inherit' });

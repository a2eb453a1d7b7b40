// Collects young objects whenever SIGUSR2 comes, and no others, and says on stderr what buffers are still held.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  // The memory of buffers is given back beside the program, which the next collection waits for.
  for (let times = 0; times < 2; times++) collect({ type: 'minor' });
  const { arrayBuffers } = process.memoryUsage();
  process.stderr.write(`${JSON.stringify({ probe: { arrayBuffers } })}\n`);
});

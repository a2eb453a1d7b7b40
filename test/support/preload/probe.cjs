// Looks into the process whenever SIGUSR2 comes, and says on stderr what it sees, as one line of JSON. Counting objects
// collects the garbage first. Each request under way has controllers of its own: what is left of them is left of it.
const { queryObjects } = require('node:v8');

process.on('SIGUSR2', () => {
  const controllers = queryObjects(AbortController, { format: 'count' });
  const { heapUsed, external, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const cpu = process.cpuUsage();
  const seen = { controllers, heapUsed, external, rss, resources, cpuMs: (cpu.user + cpu.system) / 1000 };
  process.stderr.write(`${JSON.stringify({ probe: seen })}\n`);
});

// Time is the bridge's only input that a test cannot hand it through a pipe. All of it goes faster by the same factor,
// so that limits keep their proportions: the monotonic clock, timers, and sleeps.
const { performance } = require('node:perf_hooks');
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');

const FACTOR = 30;

const { setTimeout: after, performance: global } = globalThis;
const sleep = timers.setTimeout;
const now = performance.now.bind(global);
const { hrtime } = process;

globalThis.setTimeout = (action, ms, ...rest) => after(action, ms / FACTOR, ...rest);
timers.setTimeout = (ms, ...rest) => sleep(ms / FACTOR, ...rest);
performance.now = () => now() * FACTOR;
const fastTime = () => {
  const [seconds, nanoseconds] = hrtime();
  const ms = FACTOR * (seconds * 1_000 + nanoseconds / 1_000_000);
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000];
};
process.hrtime = Object.assign(fastTime, { bigint: hrtime.bigint });
syncBuiltinESMExports();

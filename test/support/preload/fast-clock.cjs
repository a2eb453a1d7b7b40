// Time is the bridge's only input that a test cannot hand it through a pipe. All of it goes faster by the same factor,
// so that limits keep their proportions: the monotonic clock, timers, and sleeps.
const { performance } = require('node:perf_hooks');
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');

const FACTOR = 30;

const { setTimeout: after, performance: global } = globalThis;
const sleep = timers.setTimeout;
const now = performance.now.bind(global);

globalThis.setTimeout = (action, ms, ...rest) => after(action, ms / FACTOR, ...rest);
timers.setTimeout = (ms, ...rest) => sleep(ms / FACTOR, ...rest);
performance.now = () => now() * FACTOR;
syncBuiltinESMExports();

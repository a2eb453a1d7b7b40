// Stands for a library that prints: by the console that everybody sees, by the one it took before, and by the module's.
const { console: kept } = globalThis;
const { console: ofModule } = { console: require('node:console') };

process.on('SIGUSR2', () => {
  for (const printer of [globalThis.console, kept, ofModule]) {
    for (const method of ['log', 'info', 'debug', 'warn', 'error', 'dir', 'group', 'table']) {
      printer[method](`noise of ${method}`);
    }
  }
  process.emitWarning('the end of the noise');
});

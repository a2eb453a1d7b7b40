// Stands for an agent that looks at the standard streams: at the start, and again whenever SIGUSR2 comes.
const touch = () => {
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', () => {});
  process.stdout.on('error', () => {});
  process.stdout.getColorDepth?.();
};

const { console: printer } = globalThis;
const early = process.stdout;
touch();
process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/before-the-bridge' })}\n`);

process.on('SIGUSR2', () => {
  touch();
  process.stdout.write('noise of process.stdout\n');
  early.write(Buffer.from('noise of a stream taken early\n'), () =>
    process.stdout.write('6e6f697365206f66206865780a', 'hex'),
  );
  process.stdout.end('noise of the end\n');
  printer.log('noise of the console');
  // Leads back to stdout, which leads here.
  process.stderr.write = (text, ...more) => process.stdout.write(text, ...more);
  printer.error('noise of console.error');
  require('node:stream').Readable.from(['noise of a pipe\n', 'the last noise\n']).pipe(process.stdout);
});

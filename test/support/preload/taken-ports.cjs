// Passes for a machine on which other programs listen on the ports from 8020 to LAST_TAKEN_PORT.
const { Server } = require('node:net');

const FIRST = 8020;
const { listen } = Server.prototype;

Server.prototype.listen = function listenUnlessTaken(options, ...rest) {
  const { port } = options ?? {};
  if (!(port >= FIRST && port <= Number(process.env.LAST_TAKEN_PORT))) return listen.call(this, options, ...rest);
  const error = Object.assign(new Error(`listen EADDRINUSE: port ${port}`), { code: 'EADDRINUSE' });
  process.nextTick(() => this.emit('error', error));
  return this;
};

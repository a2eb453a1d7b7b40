// Says on stderr what the process listens on, whoever listens.
const { Server } = require('node:net');
const { listen } = Server.prototype;

Server.prototype.listen = function (...args) {
  process.stderr.write(`listens on ${JSON.stringify(args)}\n`);
  return listen.apply(this, args);
};

// Says on stderr where each socket of the process is connected to, and which names are looked up: what a program does
// with the network is seen there, whatever it says.
const net = require('node:net');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

const say = (what) => process.stderr.write(`guard: ${what}\n`);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const { host = 'localhost', path, port } = typeof first === 'object' ? first : { port: first, host: args[1] };
  // A pipe of the process itself has neither.
  if (port !== undefined || path) say(path ? `connect ${path}` : `connect ${host}:${port}`);
  return connect.apply(this, args);
};
const lookup = dns.lookup;
dns.lookup = (name, ...rest) => {
  say(`lookup ${name}`);
  return lookup(name, ...rest);
};
syncBuiltinESMExports();

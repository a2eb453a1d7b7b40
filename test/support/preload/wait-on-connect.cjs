// Holds the process whenever it has begun to connect, until the folder GATE has a file with the number of the connection:
// what the peer has done until then is there when the process sees that it is connected.
const { existsSync } = require('node:fs');
const { Socket } = require('node:net');
const { join } = require('node:path');

const { connect } = Socket.prototype;
const nothing = new Int32Array(new SharedArrayBuffer(4));
let connections = 0;

Socket.prototype.connect = function connectAndWait(...args) {
  const socket = connect.apply(this, args);
  const file = join(process.env.GATE, `${++connections}`);
  // Node asks the system to connect in the next tick.
  process.nextTick(() => {
    while (!existsSync(file)) Atomics.wait(nothing, 0, 0, 1);
  });
  return socket;
};

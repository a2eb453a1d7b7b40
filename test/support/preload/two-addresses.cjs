// Gives every name two addresses, as a host with IPv6 and IPv4 has: one that leads nowhere, and 127.0.0.1.
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');

dns.lookup = (_name, options, callback) => {
  const addresses = [
    { address: process.env.FIRST_ADDRESS, family: 4 },
    { address: process.env.SECOND_ADDRESS, family: 4 },
  ];
  if (options.all) callback(null, addresses);
  else callback(null, addresses[0].address, addresses[0].family);
};
syncBuiltinESMExports();

// Loaded into Node by NODE_OPTIONS. Node 20 and 22 heed no proxy variables, so connections to the two
// hosts of the gateway are made to the mock instead. Their certificates are verified as ever.
'use strict';
const net = require('node:net');
const { hosts, port } = require('./front.json');

const isOurs = (host, wanted) => hosts.includes(String(host).toLowerCase()) && Number(wanted) === 443;
const moved = (to) => (to && isOurs(to.host, to.port) ? { ...to, host: '127.0.0.1', port } : to);
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...words) {
  const [first, second] = words;
  if (Array.isArray(first)) first[0] = moved(first[0]); // as Node calls it itself
  else if (first !== null && typeof first === 'object') words[0] = moved(first);
  else if (isOurs(second, first)) words.splice(0, 2, port, '127.0.0.1');
  return connect.apply(this, words);
};

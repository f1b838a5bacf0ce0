// Loaded into Node by NODE_OPTIONS. Node 20 and 22 heed no proxy variables, so connections to the two
// hosts of the gateway are made to the mock instead, and those to other web servers are refused as the
// proxy refuses them. Certificates are verified as ever.
'use strict';
const net = require('node:net');
const { hosts, front, proxy, network } = require('./front.json');

const LOCAL = /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|::ffff:127\.\d+\.\d+\.\d+)$/;
const connect = net.Socket.prototype.connect;

function refuse(socket, host, port) {
  const why = `mockgateway run: ${host}:${port} was refused: the network is off; --allow-network lets the program reach it`;
  const told = connect.call(new net.Socket(), { host: '127.0.0.1', port: proxy });
  told.on('error', () => {});
  told.on('close', () => socket.destroy(new Error(why)));
  told.resume().end(`CONNECT ${host.includes(':') ? `[${host}]` : host}:${port} HTTP/1.1\r\n\r\n`);
  return socket;
}

net.Socket.prototype.connect = function (...words) {
  const inner = Array.isArray(words[0]) ? words[0] : words; // Node itself calls it with an array
  const to = typeof inner[0] === 'object' && inner[0] !== null ? inner[0] : { port: inner[0], host: inner[1] };
  const host = typeof to.host === 'string' ? to.host.toLowerCase() : 'localhost';
  const port = Number(to.port);
  if (port === 443 && hosts.includes(host)) {
    const moved = { ...to, host: '127.0.0.1', port: front };
    if (to === inner[0]) inner[0] = moved;
    else words.splice(0, 2, moved);
  } else if ((port === 443 || port === 80) && !network && !LOCAL.test(host)) {
    return refuse(this, host, port);
  }
  return connect.apply(this, words);
};

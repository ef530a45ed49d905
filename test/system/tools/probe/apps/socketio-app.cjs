'use strict';

/** A Socket.IO app with one planted cause, which the variable PLANTED names. */
const { createServer } = require('node:http');
const { Server } = require('socket.io');
const block = require('./block.cjs');

const { PLANTED } = process.env;
let loaded = false;

const server = createServer((_, response) => {
  if (PLANTED === 'import' && !loaded) {
    loaded = true;
    block(400);
  }
  response.setHeader('Content-Type', 'application/json');
  response.end('[]');
});
const sockets = new Server(server, {
  allowRequest(_, callback) {
    if (PLANTED === 'handshake') {
      block(60);
    }
    callback(null, true);
  },
});
sockets.on('connection', (socket) => {
  socket.on('message', (text) => {
    if (PLANTED === 'frame') {
      block(40);
    }
    socket.emit('message', text);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(`Loaded\nListening at http://127.0.0.1:${server.address().port}`);
});

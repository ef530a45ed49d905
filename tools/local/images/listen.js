/**
 * Preloaded into the Node.js processes of a container. All tasks share this machine, so that the ports of a task's containers are other ports
 * here: a server that listens on port 80 listens on the port that TWINLANE_TASK_PORTS, a JSON object, has for `80`, and a connection to
 * `localhost:80` leads to it. Servers listen on loopback only.
 */
'use strict';

const net = require('node:net');

const ports = JSON.parse(process.env.TWINLANE_TASK_PORTS || '{}');
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

net.Server.prototype.listen = function (...args) {
  return Reflect.apply(listen, this, onLoopback(args));
};

net.Socket.prototype.connect = function (...args) {
  return Reflect.apply(connect, this, withinTask(args));
};

/** Arguments of `server.listen` in each of its forms. A pipe, a handle and a file descriptor stay as they are. */
function onLoopback(args) {
  const [first, ...rest] = args;
  if (typeof first === 'object' && first !== null) {
    return 'port' in first && first.path === undefined && first.fd === undefined
      ? [{ ...first, port: local(first.port), host: loopback(first.host) }, ...rest]
      : args;
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) {
    return args;
  }
  if (typeof first === 'function') {
    return [0, '127.0.0.1', first];
  }
  const host = typeof rest[0] === 'string' ? rest[0] : undefined;
  const others = rest.filter((each) => typeof each === 'number' || typeof each === 'function');
  return [local(first ?? 0), loopback(host), ...others];
}

/** Arguments of `socket.connect`, in each of its forms. */
function withinTask(args) {
  const [first, second] = args;
  // Node.js has put the arguments into an array: options, and the callback.
  if (Array.isArray(first)) {
    first[0] = optionsWithinTask(first[0]);
    return args;
  }
  if (typeof first === 'object' && first !== null) {
    return [optionsWithinTask(first), ...args.slice(1)];
  }
  return isLoopback(typeof second === 'string' ? second : undefined) ? [local(first), ...args.slice(1)] : args;
}

function optionsWithinTask(options) {
  return options && options.path === undefined && isLoopback(options.host)
    ? { ...options, port: local(options.port) }
    : options;
}

function local(port) {
  return ports[port] ?? port;
}

function loopback(host) {
  return host !== undefined && isLoopback(host) ? host : '127.0.0.1';
}

function isLoopback(host) {
  return host === undefined || host === null || /^(localhost|127(\.\d+){3}|::1|\[::1\])$/.test(host);
}

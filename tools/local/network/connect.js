/**
 * Preloaded into each Node.js process of functions and containers: connections to hosts of AWS and of the assembly go to the front of
 * this run, and addresses of metadata refuse connections. Plain JavaScript that Node.js 14.18 can read. TLS is end to end: the front has a
 * certificate for each host, and the process trusts its authority by NODE_EXTRA_CA_CERTS.
 *
 * @param {object} settings
 *   `port` of the front; `domains` of AWS, with every name below them; `hosts` of the assembly; `metadata`, addresses; `preload`, the
 *   file that calls this function; `variables`, for child processes with an environment of their own
 */
const childProcess = require('node:child_process');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const workerThreads = require('node:worker_threads');

/** The address of every such host, for programs that resolve a name before they connect. Connections to it go to the front, too. */
const ADDRESS = '127.83.0.1';

const DONE = Symbol.for('twinlane.local.connect');

module.exports = (settings) => {
  if (globalThis[DONE]) {
    return;
  }
  globalThis[DONE] = true;
  redirectConnections(settings);
  answerLookups(settings);
  reachChildren(settings);
  reachWorkers(settings);
  syncBuiltinESMExports();
};

function redirectConnections({ port: front, domains, hosts, metadata }) {
  const connect = net.Socket.prototype.connect;
  const told = new Set();
  net.Socket.prototype.connect = function (...args) {
    const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
    const options = normalized[0];
    if (options.path || options.pipe) {
      return connect.call(this, normalized);
    }
    const host = nameOf(options.host);
    const port = Number(options.port);
    if (metadata.includes(host)) {
      return refuse(this, host, port, 'metadata is available only on AWS');
    }
    const ofAssembly = hosts.includes(host) || host === ADDRESS;
    if (!ofAssembly && !isBelow(host, domains)) {
      return connect.call(this, normalized);
    }
    if (!ofAssembly && port !== 80 && port !== 443) {
      const line = `${host}: Nothing runs here at port ${port}. The connection was not opened.`;
      if (!told.has(line)) {
        told.add(line);
        process.stderr.write(`${line}\n`);
      }
      return refuse(this, host, port, 'it does not run here');
    }
    if (this.encrypted && !options.servername && host !== ADDRESS) {
      this.setServername(host);
    }
    normalized[0] = { ...options, host: '127.0.0.1', port: front, family: 4 };
    for (const name of ['lookup', 'localAddress', 'localPort', 'autoSelectFamily']) {
      delete normalized[0][name];
    }
    return connect.call(this, normalized);
  };
}

function refuse(socket, address, port, reason) {
  const error = new Error(`connect ECONNREFUSED ${address}:${port}: ${reason}`);
  Object.assign(error, { code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address, port });
  socket.connecting = true;
  process.nextTick(() => socket.destroy(error));
  return socket;
}

function answerLookups({ domains, hosts }) {
  const isHere = (name) => typeof name === 'string' && (hosts.includes(nameOf(name)) || isBelow(nameOf(name), domains));
  const looked = (options) => {
    const { all = false } = typeof options === 'object' && options !== null ? options : {};
    return all ? [{ address: ADDRESS, family: 4 }] : { address: ADDRESS, family: 4 };
  };

  replace(dns, 'lookup', (original) => (name, ...rest) => {
    const callback = rest[rest.length - 1];
    if (!isHere(name) || typeof callback !== 'function') {
      return original(name, ...rest);
    }
    const found = looked(rest[0]);
    process.nextTick(() =>
      Array.isArray(found) ? callback(null, found) : callback(null, found.address, found.family),
    );
    return {};
  });
  replace(
    dns.promises,
    'lookup',
    (original) => async (name, options) => (isHere(name) ? looked(options) : original(name, options)),
  );
  for (const of of [dns, dns.Resolver.prototype]) {
    for (const method of ['resolve', 'resolve4', 'resolve6']) {
      replace(
        of,
        method,
        (original) =>
          function (name, ...rest) {
            const callback = rest[rest.length - 1];
            if (!isHere(name) || typeof callback !== 'function') {
              return original.call(this, name, ...rest);
            }
            const { error, found } = resolved(method, name, rest[0]);
            process.nextTick(() => callback(error, found));
            return {};
          },
      );
    }
  }
  for (const of of [dns.promises, dns.promises.Resolver.prototype]) {
    for (const method of ['resolve', 'resolve4', 'resolve6']) {
      replace(
        of,
        method,
        (original) =>
          async function (name, ...rest) {
            if (!isHere(name)) {
              return original.call(this, name, ...rest);
            }
            const { error, found } = resolved(method, name, rest[0]);
            if (error) {
              throw error;
            }
            return found;
          },
      );
    }
  }
}

/** The records of a name here: only an IPv4 address. */
function resolved(method, hostname, options) {
  const isAddress = method === 'resolve4' || (method === 'resolve' && (typeof options !== 'string' || options === 'A'));
  if (!isAddress) {
    const error = new Error(`queryData ENODATA ${hostname}`);
    return { error: Object.assign(error, { code: 'ENODATA', syscall: 'query', hostname }) };
  }
  const withTtl = typeof options === 'object' && options !== null && options.ttl;
  return { error: null, found: [withTtl ? { address: ADDRESS, ttl: 60 } : ADDRESS] };
}

/** Child processes whose environment was replaced are confined, too. */
function reachChildren(settings) {
  replace(
    childProcess.ChildProcess.prototype,
    'spawn',
    (original) =>
      function (options) {
        const environment = {};
        for (const pair of options.envPairs || []) {
          const at = pair.indexOf('=', 1);
          environment[pair.slice(0, at)] = pair.slice(at + 1);
        }
        const pairs = Object.entries(confined(environment, settings)).map(([name, value]) => `${name}=${value}`);
        return original.call(this, { ...options, envPairs: pairs });
      },
  );
  for (const method of ['spawnSync', 'execFileSync', 'execSync']) {
    replace(childProcess, method, (original) => (...args) => {
      const options = args[args.length - 1];
      if (typeof options === 'object' && options !== null && options.env) {
        args[args.length - 1] = { ...options, env: confined(options.env, settings) };
      }
      return original(...args);
    });
  }
}

/** Worker threads inherit the preload, unless they have options or an environment of their own. */
function reachWorkers(settings) {
  replace(
    workerThreads,
    'Worker',
    (Worker) =>
      class extends Worker {
        constructor(file, options = {}) {
          const own = options.execArgv && { execArgv: ['--require', settings.preload, ...options.execArgv] };
          super(file, { ...options, ...own });
        }
      },
  );
}

/** @returns the variables of a child process, with those that confine it */
function confined(environment, { preload, variables }) {
  const given = environment.NODE_OPTIONS || '';
  return {
    ...variables,
    ...environment,
    NODE_OPTIONS: given.includes(preload) ? given : [variables.NODE_OPTIONS, given].join(' ').trim(),
  };
}

function replace(owner, name, wrap) {
  owner[name] = wrap(owner[name]);
}

function nameOf(host) {
  return String(host === undefined || host === null ? 'localhost' : host)
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function isBelow(host, domains) {
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/**
 * Preloaded before a run's own preload: records where connections and lookups really go, below everything that it patches, and lets none
 * of them leave the machine. Each is a line on stderr: `opened 127.0.0.1`, `looked up example.com`.
 */
const { writeSync } = require('node:fs');

const { TCP } = process.binding('tcp_wrap');
for (const method of ['connect', 'connect6']) {
  const original = TCP.prototype[method];
  TCP.prototype[method] = function (request, address, ...rest) {
    writeSync(2, `opened ${address}\n`);
    return /^127\.|^::1$/.test(address) ? original.call(this, request, address, ...rest) : -101; // ENETUNREACH
  };
}

const cares = process.binding('cares_wrap');
const { getaddrinfo } = cares;
cares.getaddrinfo = function (request, hostname, ...rest) {
  writeSync(2, `looked up ${hostname}\n`);
  return hostname === 'localhost' ? getaddrinfo.call(this, request, hostname, ...rest) : -3008; // ENOTFOUND
};

const { ChannelWrap } = cares;
for (const method of Object.getOwnPropertyNames(ChannelWrap.prototype).filter((name) => /^query./.test(name))) {
  ChannelWrap.prototype[method] = (_request, hostname) => {
    writeSync(2, `looked up ${hostname}\n`);
    return 4; // ENOTFOUND
  };
}

/**
 * Checks whether a `Host` header is a name of this machine: `localhost`, a name below it, or a loopback address, with or
 * without a port.
 *
 * A page of another site can resolve its own name to 127.0.0.1, and then read responses as if they came from its site (DNS
 * rebinding). Its requests have the name of that site as `Host`.
 */
export function namesThisMachine(host = ''): boolean {
  const name = host.replace(/:\d*$/, '').toLowerCase();
  return /^([^.]+\.)*localhost$/.test(name) || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}

/** @returns whether a certificate for `name` is one for `host`; a wildcard stands for exactly one label. */
export function covers(name: string, host: string): boolean {
  return name.startsWith('*.') ? host.slice(host.indexOf('.')) === name.slice(1) : name === host;
}

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST_NAME = new RegExp(`^(?:${LABEL}\\.)+(?=[a-z])${LABEL}$`);

/**
 * True for a fully qualified host name in the form that is valid in DNS, certificates and the Origin header: lower
 * case, at least two labels of 1 to 63 letters, digits or inner hyphens (RFC 1123, 2.1), at most 253 characters, no
 * final dot. The last label starts with a letter, so an IPv4 address is not a host name.
 */
export function isHostName(text: string): boolean {
  return text.length <= 253 && HOST_NAME.test(text);
}

/** @returns the host name that was probably intended by a URL, a name with a final dot, or a name in upper case. */
export function hostNameIn(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[:/].*$/, '')
    .replace(/\.$/, '');
  return isHostName(name) ? name : undefined;
}

/** True if a record for the host belongs in the zone: the zone's own name, or a name below it. */
export function isInZone(host: string, zone: string): boolean {
  return host === zone || host.endsWith(`.${zone}`);
}

/** True if a certificate for the name is valid for the host. A wildcard matches exactly one label (RFC 9525, 6.3). */
export function covers(certificateName: string, host: string): boolean {
  return certificateName.startsWith('*.')
    ? certificateName.slice(2) === host.slice(host.indexOf('.') + 1)
    : certificateName === host;
}

/**
 * Maximum length of the first name of a certificate, in characters. Its other names can be longer.
 * https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
 */
export const LONGEST_FIRST_NAME = 64;

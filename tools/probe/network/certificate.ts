import type { TLSSocket } from 'node:tls';
import { CommandError } from '../../cli';
import type { Endpoint } from './endpoint';

const TRUST_IT = 'trust it with --cacert FILE, or accept it with --insecure';

/** Reason and fix, by the code of Node.js. */
const REASONS: Readonly<Record<string, string>> = {
  CERT_NOT_YET_VALID: 'is not valid yet. Fix: check the clocks of both machines, or accept it with --insecure.',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'is for other names. Fix: use a host name that it covers, or accept it with --insecure.',
  DEPTH_ZERO_SELF_SIGNED_CERT: `is self-signed. Fix: ${TRUST_IT}.`,
  SELF_SIGNED_CERT_IN_CHAIN: `is from an unknown certificate authority. Fix: ${TRUST_IT}.`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `is from an unknown certificate authority. Fix: ${TRUST_IT}.`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `has no chain or is from an unknown certificate authority. Fix: serve the full chain, or ${TRUST_IT}.`,
};

/** @throws {CommandError} if a browser would reject the certificate */
export function checkCertificate(socket: TLSSocket, { url, insecure }: Endpoint): void {
  if (socket.authorized || insecure) {
    return;
  }
  const { valid_to, subjectaltname } = socket.getPeerCertificate();
  const code = String(socket.authorizationError);
  const why =
    code === 'CERT_HAS_EXPIRED'
      ? `expired on ${valid_to}. Fix: renew it, or accept it with --insecure.`
      : (REASONS[code] ?? `is invalid (${code}). Fix: replace it, or accept it with --insecure.`);
  socket.destroy();
  throw new CommandError(
    `A browser rejects the certificate of ${url.host} (${subjectaltname ?? 'without names'}): it ${why}`,
  );
}

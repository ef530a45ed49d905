import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { bits, boolean, der, explicit, integer, objectId, octets, pem, sequence, set, utcTime, utf8 } from './der';

/** A certificate authority, as text. Plain data, so that it can be sent to another process. */
export interface AuthorityKeys {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
}

/** Days for which certificates are valid: longer than any run. */
const VALID_DAYS = 365;

/** Validity begins a day before now, because clocks of containers can differ. */
const DAY_MS = 86_400_000;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
};

/** Creates the authority of a run. Its key signs certificates for any host, so it must be known only to the runner. */
export function newAuthority(): AuthorityKeys {
  const { publicKey, privateKey } = newKeys();
  const name = `Local run of an app for AWS (${randomBytes(4).toString('hex')})`;
  const keyId = keyIdOf(publicKey);
  const certificate = signed({ name, issuer: name, publicKey, signer: privateKey }, [
    extension(OID.basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
    // keyCertSign
    extension(OID.keyUsage, true, bits(Buffer.from([0b0000_0100]), 2)),
    extension(OID.subjectKeyIdentifier, false, octets(keyId)),
    extension(OID.authorityKeyIdentifier, false, sequence(der(0x80, keyId))),
  ]);
  return { certificate, privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** Issues certificates for hosts, and keeps them. */
export class CertificateAuthority {
  private readonly issuer: string;
  private readonly signer: KeyObject;
  /** One key for all hosts, because a key takes longer to create than a certificate. */
  private readonly keys = newKeys();
  private readonly contexts = new Map<string, SecureContext>();

  constructor(private readonly authority: AuthorityKeys) {
    this.issuer = new X509Certificate(authority.certificate).subject.replace(/^CN=/, '');
    this.signer = createPrivateKey(authority.privateKey);
  }

  /** @returns what a TLS server needs to be a host. @param host - `dynamodb.us-east-1.amazonaws.com` */
  contextFor(host: string): SecureContext {
    const kept = this.contexts.get(host);
    if (kept) {
      return kept;
    }
    const context = createSecureContext({
      cert: this.certificateFor(host),
      key: this.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    });
    this.contexts.set(host, context);
    return context;
  }

  /** @returns a certificate for one host, as PEM */
  certificateFor(host: string): string {
    const { publicKey } = this.keys;
    const authorityKey = createPublicKey(this.authority.certificate);
    // A common name has at most 64 characters. Clients read only the alternative name.
    return signed({ name: host.slice(0, 64), issuer: this.issuer, publicKey, signer: this.signer }, [
      extension(OID.basicConstraints, true, sequence()),
      // digitalSignature
      extension(OID.keyUsage, true, bits(Buffer.from([0b1000_0000]), 7)),
      extension(OID.extendedKeyUsage, false, sequence(objectId(OID.serverAuthentication))),
      extension(OID.subjectAlternativeName, false, sequence(der(0x82, Buffer.from(host, 'latin1')))),
      extension(OID.subjectKeyIdentifier, false, octets(keyIdOf(publicKey))),
      extension(OID.authorityKeyIdentifier, false, sequence(der(0x80, keyIdOf(authorityKey)))),
    ]);
  }
}

interface Subject {
  readonly name: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
}

/** @returns a certificate of X.509, version 3 (RFC 5280), as PEM */
function signed({ name, issuer, publicKey, signer }: Subject, extensions: readonly Buffer[]): string {
  const algorithm = sequence(objectId(OID.ecdsaWithSha256));
  const now = Date.now();
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    // Positive, and without a leading zero byte.
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    distinguishedName(issuer),
    sequence(utcTime(new Date(now - DAY_MS)), utcTime(new Date(now + VALID_DAYS * DAY_MS))),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  return pem('CERTIFICATE', sequence(body, algorithm, bits(sign('sha256', body, signer))));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(objectId(OID.commonName), utf8(commonName))));
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function keyIdOf(publicKey: KeyObject): Buffer {
  return createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

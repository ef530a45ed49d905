import type { SignIn } from '../canary';
import { CheckFailure, plainUrl } from '../check-failure';
import { type Answer, HttpRequests, type Request } from '../http-requests';
import { fieldOf, type SecretReader } from './secret';

const FIX = 'add it to the secret';

/** Milliseconds of a request to the issuer. */
const LIMIT = 4000;

/**
 * Gets an access token by the OAuth 2.0 client credentials grant (RFC 6749, section 4.4). The client authenticates in the header, which
 * every issuer must support, and then in the body, which some clients are configured for.
 */
export function clientCredentialsSignIn(secret: SecretReader): SignIn {
  return async () => {
    const fields = await secret();
    const [url, id, password] = ['tokenUrl', 'clientId', 'clientSecret'].map((name) => fieldOf(fields, name, FIX)) as [
      string,
      string,
      string,
    ];
    if (!isSafe(url)) {
      throw new CheckFailure(`"tokenUrl" in the canary's secret must begin with https://. Fix: use https://`);
    }
    const form = { grant_type: 'client_credentials', ...optional(fields, 'scope'), ...optional(fields, 'audience') };
    const basic = Buffer.from(`${encoded(id)}:${encoded(password)}`).toString('base64');
    const http = new HttpRequests(LIMIT);
    try {
      const first = await http.send(requestOf(url, form, { authorization: `Basic ${basic}` }));
      const answer =
        first.status === 400 || first.status === 401
          ? await http.send(requestOf(url, { ...form, client_id: id, client_secret: password }))
          : first;
      return tokenIn(answer, url);
    } finally {
      http.close();
    }
  };
}

/** @returns true for a URL to which a secret can be sent: encrypted, or on this machine */
function isSafe(url: string): boolean {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '' };
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname));
}

function requestOf(url: string, form: Record<string, string>, headers: Record<string, string> = {}): Request {
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', ...headers },
    body: new URLSearchParams(form).toString(),
  };
}

function optional(fields: Readonly<Record<string, unknown>>, name: string): Record<string, string> {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? { [name]: value } : {};
}

/** Encodes a part of the header as in forms (RFC 6749, section 2.3.1). */
function encoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

function tokenIn({ status, body }: Answer, url: string): string {
  const name = `POST ${plainUrl(url)}`;
  if (status !== 200) {
    throw new CheckFailure(`${name}: the issuer refused the canary's client with ${status}`);
  }
  try {
    const { access_token: token } = JSON.parse(body);
    if (typeof token === 'string' && token !== '') {
      return token;
    }
  } catch {
    // Not JSON: an answer without a token, too. The error would contain a part of the body.
  }
  throw new CheckFailure(`${name}: answered without an access token`);
}

import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import type { Credentials } from '../../../lambda/aws/credentials';
import { type Post, Signer } from '../../../lambda/aws/signer';

const credentials = (sessionToken?: string): Credentials => ({
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken,
});
const post = (more: Partial<Post> = {}): Post => ({
  host: 'abc.execute-api.us-east-1.amazonaws.com',
  path: '/prod/@connections/BFHP%2FfC%2BCKlQ%3D',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  ...more,
});

/** Hash for @smithy/signature-v4. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.hash.digest());
  }
  reset(): void {
    throw new Error('not needed');
  }
}

/** @returns the headers of the same request as AWS's own signer signs it. */
async function bySmithy(
  { method = 'POST', host, path, headers, body }: Post,
  { service, region, now, by }: { service: string; region: string; now: number; by: Credentials },
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ service, region, credentials: by, sha256: Sha256 });
  const signed = await signer.sign(
    {
      method,
      protocol: 'https:',
      hostname: host,
      path,
      headers: { ...headers, host, 'content-length': String(Buffer.byteLength(body)) },
      body,
    },
    { signingDate: new Date(now) },
  );
  return signed.headers;
}

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Any text without lone surrogates, including `+ / =`, which occur in connection ids, and characters that are special in a path. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('+', '/', '=', '%', '.', ' ', '~', "'", '(', '*', '!', 'a', 'é', '🌍') }),
  fc.base64String(),
);
const segment = text.map(encodeURIComponent);
const headerValue = fc.string({ unit: fc.constantFrom('a', 'Z', '0', ' ', '/', '=', '+', ';', '.') });
const date = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

it("the signer returns the same headers as AWS's own signer for any connection, body, date and token", async () => {
  const signers = new Map(['execute-api', 'dynamodb'].map((service) => [service, new Signer(service, 'eu-west-1')]));
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        service: fc.constantFrom(...signers.keys()),
        path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`),
        host: fc.constantFrom('abc.execute-api.eu-west-1.amazonaws.com', '127.0.0.1:8000', 'localhost'),
        target: headerValue,
        body: text,
        now: date.map(Number),
        token: fc.option(fc.base64String({ minLength: 1 }), { nil: undefined }),
      }),
      async ({ service, path, host, target, body, now, token }) => {
        const request = post({
          path,
          host,
          body,
          headers: { 'content-type': 'application/json', 'x-amz-target': target },
        });
        const by = credentials(token);
        expect(lowerCased(signers.get(service)?.sign(request, by, now) ?? {})).toEqual(
          await bySmithy(request, { service, region: 'eu-west-1', now, by }),
        );
      },
    ),
    { numRuns: 500 },
  );
});

it('the signer uses new credentials after they have changed', async () => {
  const signer = new Signer('sqs', 'us-east-1');
  const now = Date.UTC(2026, 0, 1);
  signer.sign(post(), credentials(), now);
  const by = { ...credentials(), secretAccessKey: 'another' };
  expect(lowerCased(signer.sign(post(), by, now))).toEqual(
    await bySmithy(post(), { service: 'sqs', region: 'us-east-1', now, by }),
  );
});

it('the signer uses the new date after midnight UTC', async () => {
  const signer = new Signer('sqs', 'us-east-1');
  const midnight = Date.UTC(2026, 0, 2);
  for (const now of [midnight - 1, midnight]) {
    expect(lowerCased(signer.sign(post(), credentials(), now))).toEqual(
      await bySmithy(post(), { service: 'sqs', region: 'us-east-1', now, by: credentials() }),
    );
  }
});

it("consecutive requests that share some of their headers have the signatures of AWS's own signer", async () => {
  const start = Date.UTC(2026, 0, 1);
  const more = [{ 'content-type': 'application/json' }, { 'content-type': 'application/octet-stream' }];
  const requests = fc.record({
    method: fc.constantFrom('POST' as const, 'DELETE' as const),
    path: fc.constantFrom('/a', '/b'),
    host: fc.constantFrom('a.example.com', 'b.example.com'),
    headers: fc.constantFrom(...more),
    body: fc.constantFrom('x', 'y', 'longer'),
    now: fc.constantFrom(start, start + 999, start + 1000),
    token: fc.constantFrom(undefined, 'one', 'two'),
    secretAccessKey: fc.constantFrom('one', 'two'),
  });
  // A request and one that differs from it in a single property: most properties of unrelated requests differ.
  const pair = fc.tuple(requests, requests, fc.nat(7)).map(([first, other, index]) => {
    const name = (Object.keys(first) as (keyof typeof first)[])[index] ?? 'path';
    return [first, { ...first, [name]: other[name] }];
  });
  await fc.assert(
    fc.asyncProperty(pair, async (sequence) => {
      const signer = new Signer('execute-api', 'us-east-1');
      for (const { now, token, secretAccessKey, ...request } of sequence) {
        const by = { ...credentials(token), secretAccessKey };
        expect(lowerCased(signer.sign(request, by, now))).toEqual(
          await bySmithy(request, { service: 'execute-api', region: 'us-east-1', now, by }),
        );
      }
    }),
    { numRuns: 500 },
  );
});

import { z } from 'zod';
import { type Check, check } from '../check';
import type { Deployment } from '../deployment';
import { getPage, type Page } from '../page';
import type { Query } from '../query';

/** Checks the token issuer's public pages: the keys that the service verifies tokens with, and the discovery document. */
export function issuerChecks({ tokens }: Deployment): Check[] {
  if (!tokens) {
    return [];
  }
  const { issuer, keysUrl } = tokens;
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = page(discoveryUrl, `the discovery document ${discoveryUrl}`);
  const keys = keysUrl ? page(keysUrl, `the key set ${keysUrl}`) : discoveredKeys(discovery);
  return [
    check(`${issuer} publishes keys that verify its tokens`, [keys], (answer) => {
      const set = contentOf(answer, KeySet);
      const usable = set?.keys.filter(({ kty, use = 'sig' }) => kty !== 'oct' && use === 'sig') ?? [];
      return {
        passed: usable.length > 0,
        found: set ? `${usable.length} signature ${usable.length === 1 ? 'key' : 'keys'}` : notFound(answer, 'key set'),
      };
    }),
    // With a key URL, the service does not use this document, so an issuer can do without one. If it exists, it must agree.
    check(
      keysUrl
        ? `The discovery document of ${issuer}, if present, has this issuer and key URL`
        : `The discovery document of ${issuer} has this issuer and an https key URL`,
      [discovery],
      (answer) => {
        const document = contentOf(answer, Discovery);
        const agrees = keysUrl ? document?.jwks_uri === keysUrl : document?.jwks_uri.startsWith('https://');
        return {
          passed: document ? document.issuer === issuer && agrees === true : !!keysUrl && isClientError(answer),
          found: document ? `${document.issuer}, ${document.jwks_uri}` : notFound(answer, 'discovery document'),
        };
      },
    ),
  ];
}

/** The key set that the discovery document names; the document itself if it names none. */
function discoveredKeys({ url, run }: ReturnType<typeof page>): ReturnType<typeof page> {
  return {
    url,
    subject: `the key set that ${url} names`,
    async run() {
      const answer = await run();
      const keysUrl = contentOf(answer, Discovery)?.jwks_uri;
      return keysUrl?.startsWith('https://') ? getPage(keysUrl) : answer;
    },
  };
}

const KeySet = z.object({ keys: z.array(z.object({ kty: z.string(), use: z.string().optional() })) });

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

function page(url: string, subject: string) {
  return { url, subject, run: () => getPage(url) } satisfies Query<Page>;
}

/** @returns undefined if the page does not have this shape */
function contentOf<Content>({ status, body }: Page, shape: z.ZodType<Content>): Content | undefined {
  return status === 200 ? shape.safeParse(parse(body)).data : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // JSON cannot express undefined, so no shape accepts it.
    return undefined;
  }
}

function isClientError({ status }: Page): boolean {
  return status >= 400 && status < 500;
}

function notFound({ status }: Page, what: string): string {
  return status === 200 ? `no ${what}: status 200 with other content` : `no ${what}: status ${status}`;
}

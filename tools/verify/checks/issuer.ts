import { z } from 'zod';
import { type Check, check } from '../check';
import type { Deployment } from '../deployment';
import { getPage, type Page } from '../page';
import type { Question } from '../question';

/** The issuer of the tokens, by its own public pages: the keys that the service verifies tokens with, and what it says of itself. */
export function issuerChecks({ tokens }: Deployment): Check[] {
  if (!tokens) {
    return [];
  }
  const { issuer, keysUrl } = tokens;
  const keys = page(keysUrl, `the key set ${keysUrl}`);
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = page(discoveryUrl, `the discovery document ${discoveryUrl}`);
  return [
    check(`${issuer} publishes the keys of its tokens`, [keys], (answer) => {
      const set = contentOf(answer, KeySet);
      const usable = set?.keys.filter(({ kty, use = 'sig' }) => kty !== 'oct' && use === 'sig') ?? [];
      return {
        kept: usable.length > 0,
        found: set ? `${usable.length} to verify signatures with` : notFound(answer, 'key set'),
      };
    }),
    // Nothing is verified by this document, so an issuer may do without one; what it says must be the same.
    check(`The discovery document of ${issuer}, if there is one, names it and these keys`, [discovery], (answer) => {
      const document = contentOf(answer, Discovery);
      return {
        kept: document ? document.issuer === issuer && document.jwks_uri === keysUrl : isClientError(answer),
        found: document ? `${document.issuer}, ${document.jwks_uri}` : notFound(answer, 'discovery document'),
      };
    }),
  ];
}

const KeySet = z.object({ keys: z.array(z.object({ kty: z.string(), use: z.string().optional() })) });

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

function page(url: string, subject: string): Question<Page> {
  return { url, subject, ask: () => getPage(url) };
}

/** @returns undefined where the page is no such thing. */
function contentOf<Content>({ status, body }: Page, shape: z.ZodType<Content>): Content | undefined {
  return status === 200 ? shape.safeParse(parse(body)).data : undefined;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Undefined is what JSON cannot say: no shape takes it.
    return undefined;
  }
}

function isClientError({ status }: Page): boolean {
  return status >= 400 && status < 500;
}

function notFound({ status }: Page, what: string): string {
  return status === 200 ? `no ${what}: status 200 with something else` : `no ${what}: status ${status}`;
}

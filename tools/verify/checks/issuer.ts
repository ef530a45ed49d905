import { DescribeRulesCommand, type JwtValidationActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { Aws } from '../aws';
import { type Check, check, type Evaluation } from '../../aws-checks/check';
import type { Deployment, Tokens } from '../deployment';
import { getPage, type Page } from '../../aws-checks/page';
import type { Query } from '../../aws-checks/query';

/**
 * Limits of a key set for a load balancer that verifies tokens. Above them, it forwards no request.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-verify-jwt.html
 */
const LOAD_BALANCER_LIMITS = { keys: 10, bytes: 150_000 };

/** The only algorithm that a load balancer supports. */
const LOAD_BALANCER_ALGORITHM = 'RS256';

/** Checks the token issuer's public pages: the keys that verify tokens, and the discovery document. */
export function issuerChecks({ tokens, listenerArn }: Deployment, aws: Aws): Check[] {
  if (!tokens) {
    return [];
  }
  const { issuer, keysUrl, algorithms } = tokens;
  const discoveryUrl = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const discovery = page(discoveryUrl, `the discovery document ${discoveryUrl}`);
  const keys = keysUrl ? page(keysUrl, `the key set ${keysUrl}`) : discoveredKeys(discovery);
  const verifications: Query<JwtValidationActionConfig[]> = {
    action: 'elasticloadbalancing:DescribeRules',
    arn: '*',
    subject: `the listener ${listenerArn}`,
    run: async () => {
      // One page has up to 400 rules. A load balancer has at most 100 by default. A listener always has a default rule.
      const command = new DescribeRulesCommand({ ListenerArn: listenerArn, PageSize: 400 });
      const actions = (await aws.loadBalancing.send(command)).Rules?.flatMap(({ Actions = [] }) => Actions);
      return actions?.flatMap(({ JwtValidationConfig }) => JwtValidationConfig ?? []);
    },
  };
  return [
    check(`${issuer} publishes keys that verify its tokens`, [keys], (answer) => {
      const set = contentOf(answer, KeySet);
      const usable = set?.keys.filter((key) => algorithms.some((algorithm) => verifies(key, algorithm))) ?? [];
      return {
        passed: usable.length > 0,
        found: set ? `${count(usable.length)} for ${algorithms.join(', ')}` : notFound(answer, 'key set'),
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
    check(
      'The load balancer, if it verifies tokens, uses these keys and supports them',
      [verifications, keys],
      (configs, answer) => (configs.length === 0 ? NO_VERIFICATION : atLoadBalancer(configs, answer, tokens)),
    ),
  ];
}

const NO_VERIFICATION: Evaluation = { passed: true, found: 'it verifies no tokens' };

function atLoadBalancer(
  configs: readonly JwtValidationActionConfig[],
  answer: Page,
  { issuer, keysUrl }: Tokens,
): Evaluation {
  const other = configs.filter(({ Issuer, JwksEndpoint }) => Issuer !== issuer || JwksEndpoint !== keysUrl);
  const set = contentOf(answer, KeySet);
  const bytes = Buffer.byteLength(answer.body);
  if (other.length > 0) {
    return { passed: false, found: other.map((config) => `${config.Issuer}, ${config.JwksEndpoint}`).join('; ') };
  }
  if (!set) {
    return { passed: false, found: notFound(answer, 'key set') };
  }
  const usable = set.keys.filter((key) => verifies(key, LOAD_BALANCER_ALGORITHM)).length;
  return {
    passed: usable > 0 && set.keys.length <= LOAD_BALANCER_LIMITS.keys && bytes <= LOAD_BALANCER_LIMITS.bytes,
    found: `${count(set.keys.length)}, of which ${usable} for ${LOAD_BALANCER_ALGORITHM}, in ${bytes} bytes`,
  };
}

/** A key of a JSON Web Key Set (RFC 7517). */
const Key = z.object({
  kty: z.string(),
  crv: z.string().optional(),
  use: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  alg: z.string().optional(),
});

const KeySet = z.object({ keys: z.array(Key) });

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Key type and curve for algorithms, by the beginning of their names (RFC 7518, RFC 8037). */
const KEY_TYPES: readonly [algorithm: RegExp, kty: string, crv?: string][] = [
  [/^(?:RS|PS)/, 'RSA'],
  [/^ES256$/, 'EC', 'P-256'],
  [/^ES384$/, 'EC', 'P-384'],
  [/^ES512$/, 'EC', 'P-521'],
  [/^Ed/, 'OKP', 'Ed25519'],
];

/** @returns whether the service uses the key to verify tokens that are signed with the algorithm */
function verifies({ kty, crv, use = 'sig', key_ops: operations = ['verify'], alg }: z.infer<typeof Key>, name: string) {
  return (
    use === 'sig' &&
    operations.includes('verify') &&
    (alg === undefined || alg === name) &&
    KEY_TYPES.some(([algorithm, type, curve]) => algorithm.test(name) && kty === type && (!curve || crv === curve))
  );
}

/** `1` → `1 key` */
function count(keys: number): string {
  return `${keys} ${keys === 1 ? 'key' : 'keys'}`;
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

import { RegionInfo } from 'aws-cdk-lib/region-info';
import { z } from 'zod';

import { FARGATE_MEMORY_MIB, LEAST_WEB_ACL_RATE, LOG_RETENTION_DAYS, type Quotas } from '../aws-limits';
import { hostNameIn, isHostName, isOrigin, originIn } from '../domains/host-names';
import { asText, nearest } from './nearest';

/**
 * The shape of one stage's block, value by value. What values must hold together is in rules.ts.
 *
 * Every value carries its rule and its mend, so that a wrong type, a wrong form and nothing at all are told alike.
 */

/** How to mend a value that the shape refuses; kept with zod's issue as its `params`. */
export interface Advice {
  readonly mend: (value: unknown) => string;
}

function value<T>(accepts: (value: unknown) => boolean, rule: string, mend: Advice['mend']) {
  return z.custom<T>(accepts, { error: rule, params: { mend } satisfies Advice });
}

function text(accepts: (text: string) => boolean, rule: string, mend: (text: string) => string) {
  return value<string>(
    (value) => typeof value === 'string' && accepts(value),
    rule,
    (value) => mend(asText(value)),
  );
}

function oneOf<const T extends string | number>(allowed: readonly T[]) {
  return value<T>(
    (value) => allowed.some((each) => each === value),
    `must be one of ${allowed.join(', ')}`,
    (value) => `write ${JSON.stringify(nearest(value, allowed))}, the nearest`,
  );
}

function wholeNumber(least = 1) {
  return value<number>(
    (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= least,
    `must be a whole number, at least ${least}`,
    (value) => {
      const meant = Math.max(least, Math.round(Number(asText(value))));
      return `write ${Number.isSafeInteger(meant) ? meant : 'a number'}, without quotes`;
    },
  );
}

function block<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a block of settings' }).readonly();
}

function list<Element extends z.ZodType>(element: Element) {
  return z.array(element, { error: 'must be a list' });
}

const REGIONS = RegionInfo.regions.map(({ name }) => name);

const region = text(
  (name) => REGIONS.includes(name),
  'must be an AWS Region that aws-cdk-lib knows',
  (name) => `write "${nearest(name, REGIONS)}", the nearest, or upgrade aws-cdk-lib for a newer Region`,
);

const hostName = text(
  isHostName,
  'must be a host name in lower case, with no scheme, port, path or final dot',
  (text) => (hostNameIn(text) ? `write "${hostNameIn(text)}"` : 'write a name such as "api.example.com"'),
);

const certificateName = text(
  (name) => isHostName(name.replace(/^\*\./, '')),
  'must be a host name, or *. and a host name',
  () => 'write a name of the certificate as ACM shows it, such as "*.example.com"',
);

const origin = text(
  isOrigin,
  'must be a bare https origin, exactly as a browser sends it; http is for localhost only',
  (text) =>
    originIn(text)
      ? `write "${originIn(text)}"`
      : 'write scheme, host and port (if not 443) of one site, such as "https://app.example.com"',
);

const claim = text(
  (name) => /^[\x21-\x7e]{1,128}$/.test(name),
  'must be the name of a claim',
  () => 'write the name as the issuer puts it into tokens, such as "tenant"',
);

const reservation = wholeNumber().optional();

const quotas = block({
  fargateVcpus: wholeNumber(0).optional(),
  lambdaConcurrency: wholeNumber(0).optional(),
  apiGatewayRequestsPerSecond: wholeNumber(0).optional(),
  apiGatewayBurst: wholeNumber(0).optional(),
} satisfies Record<keyof Quotas, z.ZodType>);

export const stageSettings = block({
  /** 12 digits. @default the account of the credentials that deploy */
  account: text(
    (id) => /^\d{12}$/.test(id),
    'must be an account id: 12 digits, in quotes',
    () => 'write the id as the AWS console shows it, without hyphens, such as "123456789012"',
  ).optional(),
  /** The Region of the stack, and so of its certificate. */
  region,
  /** Names of at least two Availability Zones of the Region, each once. Named, so that synth asks AWS for nothing. */
  availabilityZones: list(
    text(
      (name) => /^[a-z]{2,}(-[a-z]+)+-\d[a-z]$/.test(name),
      'must be the name of an Availability Zone',
      () => 'write the name of a zone, not its id: a Region and a letter, such as "us-east-1a"',
    ),
  ),
  /** The public hosted zone that gets the records of both hosts. */
  hostedZone: block({
    /** The id, `Z0123456789EXAMPLE`. */
    id: text(
      (id) => /^Z[A-Z0-9]{1,31}$/.test(id),
      'must be the id of a Route 53 hosted zone: Z, then capitals and digits',
      () => 'write the id as the Route 53 console shows it, such as "Z0123456789EXAMPLE", without /hostedzone/',
    ),
    /** The domain, with no final dot. */
    name: hostName,
  }),
  /** One host name for each lane; both in the hosted zone. */
  hosts: block({
    /** Of the HTTP lane. */
    api: hostName,
    /** Of the WebSocket lane. */
    ws: hostName,
  }),
  /** Origins of the pages that may use either lane, at least one, exactly as browsers send them. */
  allowedOrigins: list(origin),
  /** Who gets in, by either lane. @default { "type": "cognito" } */
  authentication: block({
    /** `cognito`: users of a user pool that is made; `oidc`: bearers of another issuer's tokens; `none`: everybody. */
    type: oneOf(['cognito', 'oidc', 'none']),
    /** The claim `iss` of the tokens, for `oidc`. */
    issuer: text(
      (url) => /^https:\/\/[^/?#\s]+[^?#\s]*$/.test(url),
      'must be the https URL of an issuer, with no query',
      () => 'write the claim iss of its tokens, such as "https://login.example.com/"',
    ).optional(),
    /** What the claim `aud` of the tokens holds, for `oidc`. */
    audience: text(
      (name) => name.length > 0,
      'must be what the claim aud of the tokens holds',
      () => 'write the identifier that the issuer has for this API, such as "https://api.example.com"',
    ).optional(),
    /** The claim that names the tenant. @default `custom:tenant` for `cognito`, else `tenant` */
    tenantClaim: claim.optional(),
  }).optional(),
  /** A certificate of ACM, of the stack's own Region, that covers both hosts. @default one is made */
  certificate: block({
    arn: text(
      (arn) => /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[a-zA-Z0-9-]+$/.test(arn),
      'must be the ARN of an ACM certificate',
      () => 'write "arn:aws:acm:REGION:ACCOUNT:certificate/ID", as ACM shows it',
    ),
    /** Every name the certificate covers, the wildcards too: synth cannot ask ACM. */
    names: list(certificateName),
  }).optional(),
  /** How much each lane may use. */
  capacity: block({
    /** Fargate tasks of the HTTP lane. */
    http: block({
      /** At least two, so that one zone or one crash does not silence the lane. */
      minTasks: wholeNumber(2),
      maxTasks: wholeNumber(),
      /** CPU units of a task; 1024 are one vCPU. */
      cpu: oneOf([...FARGATE_MEMORY_MIB.keys()]),
      /** Memory of a task: a size that Fargate sells with that cpu. */
      memoryMiB: wholeNumber(),
    }),
    websocket: block({
      /** Requests a second that the WebSocket API takes: new connections and messages together. */
      rateLimit: wholeNumber(),
      /** Requests that the WebSocket API takes at one moment. */
      burstLimit: wholeNumber(),
      /**
       * Executions reserved for each function. A reservation guarantees and caps, so that one function cannot starve
       * another. @default none is reserved
       */
      reservedConcurrency: block({
        connect: reservation,
        disconnect: reservation,
        message: reservation,
        dispatch: reservation,
        deliver: reservation,
        revoke: reservation,
      }).optional(),
    }),
  }),
  /** The account's quotas in the Region, where they are not what AWS documents. @default defaultQuotas(region) */
  quotas: quotas.optional(),
  /**
   * Makes the role with which API Gateway writes logs, and sets it for the whole account and Region: for one stack of
   * the account only. @default false
   */
  accountLoggingRole: value<boolean>(
    (value) => typeof value === 'boolean',
    'must be true or false',
    () => 'write true or false, without quotes',
  ).optional(),
  /** AWS WAF in front of the HTTP lane. @default none */
  webAcl: block({
    /** Requests a minute from one IP address. */
    rateLimit: wholeNumber(LEAST_WEB_ACL_RATE),
  }).optional(),
  /** Days that logs are kept. */
  logRetentionDays: oneOf(LOG_RETENTION_DAYS),
  /** What happens to tables and logs when the stack is deleted. */
  removalPolicy: oneOf(['destroy', 'retain']),
});

export type StageSettings = z.output<typeof stageSettings>;

import { type Condition, holds, type KeyValue } from './condition';
import { glob, matches, type Resolve, resolver, WITHIN_SEGMENT } from './pattern';

export interface Request {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** ARN; `*` for an action that has no resource. */
  readonly resource: string;
  /** Condition keys: `{'dynamodb:LeadingKeys': ['topic-1']}`. */
  readonly context: Readonly<Record<string, KeyValue>>;
}

interface Policy {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: Statement | readonly Statement[];
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: Patterns;
  readonly NotAction?: Patterns;
  readonly Resource?: Patterns;
  readonly NotResource?: Patterns;
  readonly Condition?: Condition;
}

type Patterns = string | readonly string[];

/**
 * Evaluates identity-based policies: an explicit deny wins over an allow, and without either the request is denied
 * implicitly. Throws for unsupported elements, so that nothing is allowed by mistake. Source: "Policy evaluation logic", IAM
 * User Guide.
 */
export function evaluate(
  policies: readonly object[],
  request: Request,
): 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied' {
  const effects = policies.flatMap((policy) => effectsOf(policy as Policy, request));
  if (effects.includes('Deny')) return 'ExplicitlyDenied';
  return effects.includes('Allow') ? 'Allowed' : 'ImplicitlyDenied';
}

/** @returns the effects of the statements that apply to the request */
function effectsOf(policy: Policy, { action, resource, context }: Request): string[] {
  expectOneOf(['Version', 'Id', 'Statement'], 'policy element', ...Object.keys(policy));
  const { Version = '2008-10-17', Statement } = policy;
  expectOneOf(['2012-10-17', '2008-10-17'], 'Version', Version);

  // Names of condition keys are case-insensitive.
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  const valueOfKey = (key: string) => values.get(key.toLowerCase());
  const resolve = resolver(Version, valueOfKey);
  const statements = [Statement].flat();
  for (const statement of statements) expectValid(statement);
  return statements
    .filter(
      ({ Action, NotAction, Resource, NotResource, Condition = {} }) =>
        covers(Action, NotAction, (pattern) => actionMatches(pattern, action)) &&
        covers(Resource, NotResource, (pattern) => resourceMatches(pattern, resource, resolve)) &&
        holds(Condition, valueOfKey, resolve),
    )
    .map(({ Effect }) => Effect);
}

function covers(included: Patterns | undefined, excluded: Patterns = [], test: (pattern: string) => boolean): boolean {
  return included === undefined ? ![excluded].flat().some(test) : [included].flat().some(test);
}

function actionMatches(pattern: string, action: string): boolean {
  return pattern === '*' || matches(glob(pattern, WITHIN_SEGMENT), action, 'i');
}

/**
 * Wildcards match within a segment of an ARN, but a `*` that ends a segment also matches beyond it. Missing segments are
 * `*`. Sources: "IAM JSON policy elements: Resource" and "IAM identifiers", IAM User Guide.
 */
function resourceMatches(pattern: string, resource: string, resolve: Resolve): boolean {
  if (pattern === '*') return true;
  if (/^([^:]*:){0,4}[^:]*\$\{/.test(pattern)) {
    throw new Error(
      `The resource ${pattern} has a policy variable before its fifth colon. Fix: use variables after the fifth colon only.`,
    );
  }
  const segments = resolve(pattern)?.split(':');
  if (!segments) return false;
  while (segments.length < 6) segments.push('*');
  const sources = segments.map((segment) =>
    segment.endsWith('*') ? `${glob(segment.slice(0, -1), WITHIN_SEGMENT)}.*` : glob(segment, WITHIN_SEGMENT),
  );
  return matches(sources.join(':'), resource);
}

function expectValid(statement: Statement): void {
  const elements = Object.keys(statement);
  expectOneOf(
    ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'],
    'statement element',
    ...elements,
  );
  expectOneOf(['Allow', 'Deny'], 'Effect', statement.Effect);
  for (const name of ['Action', 'Resource']) {
    if (elements.includes(name) === elements.includes(`Not${name}`)) {
      throw new Error(`A statement must have either ${name} or Not${name}. Fix: correct it in the policy.`);
    }
  }
  // The service cannot contain wildcards. Source: "Grammar of the IAM JSON policy language", IAM User Guide.
  const actions = [statement.Action ?? statement.NotAction ?? []].flat();
  const invalid = actions.find((action) => !/^(\*|[\w-]+:[\w*?]+)$/.test(action));
  if (invalid !== undefined) {
    throw new Error(`An action must be "*" or SERVICE:ACTION, got ${invalid}. Fix: correct it in the policy.`);
  }
}

function expectOneOf(supported: readonly string[], what: string, ...got: string[]): void {
  const other = got.find((value) => !supported.includes(value));
  if (other !== undefined) {
    throw new Error(`The ${what} must be one of ${supported.join(', ')}, got ${other}. Fix: correct it in the policy.`);
  }
}

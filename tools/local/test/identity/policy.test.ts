import fc from 'fast-check';
import { evaluate, type Request } from '../../identity/policy';

const QUEUE = 'arn:aws:sqs:eu-west-1:111122223333:orders';
const STREAM = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01T00:00:00.000';
const ROLE = 'arn:aws:iam::111122223333:role/path/Sender';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly [element: string]: unknown;
}

const ALLOW: Statement = { Effect: 'Allow', Action: '*', Resource: '*' };
const DENY: Statement = { ...ALLOW, Effect: 'Deny' };

describe('the decision is', () => {
  test.each([
    ['ImplicitlyDenied without a policy', [], 'ImplicitlyDenied'],
    ['Allowed for an allow', [ALLOW], 'Allowed'],
    ['ExplicitlyDenied for a deny', [DENY], 'ExplicitlyDenied'],
    ['ExplicitlyDenied for an allow before a deny', [ALLOW, DENY], 'ExplicitlyDenied'],
    ['ExplicitlyDenied for a deny before an allow', [DENY, ALLOW], 'ExplicitlyDenied'],
    ['Allowed for an allow and a deny of another action', [ALLOW, { ...DENY, Action: 'sqs:PurgeQueue' }], 'Allowed'],
  ])('%s', (_, statements, expected) => {
    expect(evaluate([policy(...statements)], request())).toBe(expected);
  });

  test('ExplicitlyDenied for an allow in one policy and a deny in another', () => {
    expect(evaluate([policy(ALLOW), policy(DENY)], request())).toBe('ExplicitlyDenied');
  });

  test('the same for a single statement that is not in a list', () => {
    expect(evaluate([{ Version: '2012-10-17', Statement: ALLOW }], request())).toBe('Allowed');
  });
});

describe('an action', () => {
  test.each([
    ['matches itself', 'sqs:SendMessage', true],
    ['matches regardless of case', 'SQS:sendmessage', true],
    ['matches an asterisk alone', '*', true],
    ['matches all actions of its service', 'sqs:*', true],
    ['matches an asterisk inside', 'sqs:Send*e', true],
    ['matches a question mark for one character', 'sqs:SendMessag?', true],
    ['does not match a question mark for zero characters', 'sqs:SendMessage?', false],
    ['does not match a prefix of its name', 'sqs:Send', false],
    ['does not match another service', 'sns:*', false],
  ])('%s', (_, Action, allowed) => {
    expect(allows({ ...ALLOW, Action })).toBe(allowed);
  });

  test('matches if it matches one of several patterns', () => {
    expect(allows({ ...ALLOW, Action: ['sqs:PurgeQueue', 'sqs:SendMessage'] })).toBe(true);
  });

  test('matches NotAction if it matches none of the listed patterns', () => {
    expect(allows({ Effect: 'Allow', NotAction: ['sqs:PurgeQueue', 'sns:*'], Resource: '*' })).toBe(true);
    expect(allows({ Effect: 'Allow', NotAction: ['sqs:PurgeQueue', 'sqs:Send*'], Resource: '*' })).toBe(false);
  });
});

describe('a resource', () => {
  test.each([
    ['matches itself', QUEUE, QUEUE, true],
    ['matches only in the same case', QUEUE.replace('orders', 'Orders'), QUEUE, false],
    ['matches an asterisk alone', '*', QUEUE, true],
    ['matches wildcards within a segment', 'arn:aws:sqs:eu-*-1:11112222333?:ord*s', QUEUE, true],
    ['does not match a question mark in place of a colon', QUEUE.replace(':orders', '?orders'), QUEUE, false],
    ['does not match an asterisk inside a segment across colons', 'arn:aws:sqs:eu*3:orders', QUEUE, false],
    ['matches an asterisk at the end of a segment across colons', 'arn:aws:dynamodb:*:*:table/*:00.000', STREAM, true],
    [
      'matches an asterisk at the end of the pattern across colons',
      'arn:aws:dynamodb:*:*:table/orders/*',
      STREAM,
      true,
    ],
    ['matches a pattern with missing segments', 'arn:aws:sqs', QUEUE, true],
    ['does not match a segment in another position', 'arn:aws:sqs:*:orders', QUEUE, false],
    ['does not match a pattern with missing segments for another service', 'arn:aws:sns', QUEUE, false],
    ['with a longer name does not match', QUEUE, `${QUEUE}-2`, false],
    ['with a shorter name does not match', QUEUE.slice(0, -1), QUEUE, false],
    ['of "*" in the request does not match an ARN', QUEUE, '*', false],
  ])('%s', (_, Resource, resource, allowed) => {
    expect(allows({ ...ALLOW, Resource }, { resource })).toBe(allowed);
  });

  test('matches NotResource if it matches none of the listed patterns', () => {
    expect(allows({ Effect: 'Allow', Action: '*', NotResource: [STREAM, `${QUEUE}-2`] })).toBe(true);
    expect(allows({ Effect: 'Allow', Action: '*', NotResource: [STREAM, 'arn:aws:sqs:*'] })).toBe(false);
  });
});

describe('a variable', () => {
  const context = { 'aws:PrincipalTag/team': 'orders', 'aws:PrincipalArn': ROLE, 'aws:TagKeys': ['orders'] };
  const queueOf = (name: string) => QUEUE.replace('orders', name);

  test.each([
    ['resolves to the value of its key', queueOf('${aws:PrincipalTag/team}'), QUEUE, true],
    ['is resolved regardless of case', queueOf('${AWS:principaltag/team}'), QUEUE, true],
    ['without a value matches no resource', queueOf('${aws:username}'), QUEUE, false],
    ['that is multivalued matches no resource', queueOf('${aws:TagKeys}'), QUEUE, false],
    ['without a value resolves to its default', queueOf("${aws:username, 'orders'}"), QUEUE, true],
    ['with a value does not resolve to its default', queueOf("${aws:PrincipalTag/team, 'all'}"), queueOf('all'), false],
    ['for an asterisk matches an asterisk', queueOf('${*}'), queueOf('*'), true],
    ['for an asterisk matches nothing else', queueOf('${*}'), QUEUE, false],
    ['for a question mark matches nothing else', queueOf('order${?}'), QUEUE, false],
    ['for a dollar sign escapes the text that follows', queueOf('${$}{a}'), queueOf('${a}'), true],
  ])('%s', (_, Resource, resource, allowed) => {
    expect(allows({ ...ALLOW, Resource }, { resource, context })).toBe(allowed);
  });

  test('has a value in which wildcards are literal characters', () => {
    const statement = { ...ALLOW, Resource: queueOf('${aws:PrincipalTag/team}') };
    expect(allows(statement, { context: { 'aws:PrincipalTag/team': '*' } })).toBe(false);
  });

  test('is plain text in version 2008-10-17, which is the default', () => {
    const Resource = queueOf('${aws:PrincipalTag/team}');
    for (const version of [{ Version: '2008-10-17' }, {}]) {
      const policies = [{ ...version, Statement: { ...ALLOW, Resource } }];
      expect(evaluate(policies, request({ context }))).toBe('ImplicitlyDenied');
      expect(evaluate(policies, request({ context, resource: Resource }))).toBe('Allowed');
    }
  });

  test('before the fifth colon of a resource is an error', () => {
    const statement = { ...ALLOW, Resource: 'arn:aws:sqs:${aws:RequestedRegion}:111122223333:orders' };
    expect(() => allows(statement)).toThrow(/policy variable before its fifth colon\. Fix: /);
  });
});

/** Each row: test name, operator, value in the policy, value in the request, and whether the condition holds. */
describe('the condition', () => {
  test.each<[string, string, unknown, string | string[] | undefined, boolean]>([
    ['StringEquals holds for equal text', 'StringEquals', 'a', 'a', true],
    ['StringEquals is case-sensitive', 'StringEquals', 'a', 'A', false],
    ['StringEquals does not support wildcards', 'StringEquals', 'a*', 'ab', false],
    ['StringEquals holds for one of several values', 'StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals does not hold for a missing key', 'StringEquals', 'a', undefined, false],
    ['StringEquals resolves a variable', 'StringEquals', '${aws:PrincipalArn}', ROLE, true],
    ['StringEquals does not hold for a variable without a value', 'StringEquals', '${aws:username}', 'a', false],
    ['StringNotEquals holds for a variable without a value', 'StringNotEquals', '${aws:username}', 'a', true],
    ['StringNotEquals holds for different text', 'StringNotEquals', 'a', 'b', true],
    ['StringNotEquals does not hold if one of several values is equal', 'StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals holds for a missing key', 'StringNotEquals', 'a', undefined, true],
    ['StringEqualsIgnoreCase is case-insensitive', 'StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEqualsIgnoreCase is case-insensitive', 'StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike supports wildcards', 'StringLike', 'home/*/?', 'home/a/b', true],
    ['StringLike matches the whole text', 'StringLike', 'home/*', 'my-home/a', false],
    ['StringLike matches empty text', 'StringLike', ['', 'home/'], '', true],
    ['StringNotLike holds for text that does not match', 'StringNotLike', 'home/*', 'work', true],
    ['NumericEquals compares numbers', 'NumericEquals', '2.0', '2', true],
    ['NumericNotEquals compares numbers', 'NumericNotEquals', 2, '2', false],
    ['NumericLessThan holds for a smaller number', 'NumericLessThan', '10', '9', true],
    ['NumericLessThan does not hold for an equal number', 'NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals holds for an equal number', 'NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan holds for a larger number', 'NumericGreaterThan', '-1', '0', true],
    ['NumericGreaterThanEquals does not hold for a smaller number', 'NumericGreaterThanEquals', '1', '0', false],
    ['NumericEquals does not hold for text', 'NumericEquals', '1', 'one', false],
    ['DateEquals compares across time zones', 'DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T02:00:00+02:00', true],
    ['DateEquals accepts seconds since 1970', 'DateEquals', '1767225600', '2026-01-01', true],
    ['DateGreaterThan interprets four digits as a year', 'DateGreaterThan', '2026', '2026-06-01T00:00Z', true],
    ['DateLessThan holds for an earlier date', 'DateLessThan', '2026-01-02', '2026-01-01T23:59:59Z', true],
    ['DateNotEquals holds for another date', 'DateNotEquals', '2026-01-02', '2026-01-01', true],
    ['Bool holds for an equal value', 'Bool', 'true', 'true', true],
    ['Bool accepts a JSON Boolean', 'Bool', false, 'true', false],
    ['BinaryEquals compares the decoded bytes', 'BinaryEquals', 'YWI=', 'YWI=', true],
    ['IpAddress holds within a range', 'IpAddress', '203.0.113.0/24', '203.0.113.7', true],
    ['IpAddress does not hold outside of a range', 'IpAddress', '203.0.113.0/24', '198.51.100.1', false],
    ['IpAddress treats a single address as a range of one', 'IpAddress', '203.0.113.7', '203.0.113.8', false],
    ['IpAddress supports IPv6', 'IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678::1', true],
    ['IpAddress does not mix IP versions', 'IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress with all IPv6 addresses does not hold for IPv4', 'IpAddress', '::/0', '203.0.113.7', false],
    ['IpAddress does not treat an IPv6 address as IPv4', 'IpAddress', '203.0.113.0/24', '::ffff:203.0.113.7', false],
    ['NotIpAddress with all IPv6 addresses holds for IPv4', 'NotIpAddress', '::/0', '203.0.113.7', true],
    ['IpAddress with all IPv4 addresses holds for IPv4', 'IpAddress', '0.0.0.0/0', '203.0.113.7', true],
    ['NotIpAddress holds outside of a range', 'NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
    ['ArnEquals supports wildcards in each component', 'ArnEquals', 'arn:aws:iam::*:role/*/Sender', ROLE, true],
    ['ArnLike compares each component separately', 'ArnLike', 'arn:*:role/path/Sender', ROLE, false],
    ['ArnLike is case-sensitive', 'ArnLike', 'arn:aws:iam::*:role/path/sender', ROLE, false],
    ['ArnLike matches colons in the last component', 'ArnLike', 'arn:aws:dynamodb:*:*:table/*', STREAM, true],
    ['ArnLike does not hold for text that is not an ARN', 'ArnLike', '*:*:*:*:*:*', 'Sender', false],
    ['ArnNotEquals holds for a different ARN', 'ArnNotEquals', QUEUE, ROLE, true],
    ['ArnNotLike does not hold for an ARN that matches', 'ArnNotLike', 'arn:aws:iam::*:role/*', ROLE, false],
    ['Null holds for a missing key', 'Null', 'true', undefined, true],
    ['Null does not hold for a value', 'Null', true, 'a', false],
    ['Null can require a value', 'Null', 'false', 'a', true],
    ['Null treats an empty value as missing', 'Null', 'false', '', false],
    ['IfExists holds for a missing key', 'StringEqualsIfExists', 'a', undefined, true],
    ['IfExists compares a value', 'StringEqualsIfExists', 'a', 'b', false],
    [
      'ForAllValues holds if each value matches one in the policy',
      'ForAllValues:StringEquals',
      ['a', 'b'],
      ['a', 'b'],
      true,
    ],
    [
      'ForAllValues does not hold if one value matches none in the policy',
      'ForAllValues:StringLike',
      ['a*'],
      ['a', 'b'],
      false,
    ],
    ['ForAllValues holds for a missing key', 'ForAllValues:StringEquals', 'a', undefined, true],
    ['ForAllValues holds for an empty value', 'ForAllValues:StringEquals', 'a', [''], true],
    ['ForAllValues with a negation holds if no value matches', 'ForAllValues:StringNotEquals', 'a', ['b', 'c'], true],
    [
      'ForAllValues with a negation does not hold if one value matches',
      'ForAllValues:StringNotEquals',
      'a',
      ['a', 'b'],
      false,
    ],
    ['ForAnyValue holds if one value matches', 'ForAnyValue:StringEquals', 'a', ['a', 'b'], true],
    ['ForAnyValue does not hold if no value matches', 'ForAnyValue:StringEquals', 'a', ['b', 'c'], false],
    ['ForAnyValue does not hold for a missing key', 'ForAnyValue:StringEquals', 'a', undefined, false],
    ['ForAnyValue with a negation needs one different value', 'ForAnyValue:StringNotEquals', 'a', ['a', 'b'], true],
    [
      'ForAnyValue with a negation does not hold for a missing key',
      'ForAnyValue:StringNotEquals',
      'a',
      undefined,
      false,
    ],
  ])('%s', (_, operator, expected, actual, holds) => {
    const context = { 'aws:PrincipalArn': ROLE, ...(actual !== undefined && { 'test:Key': actual }) };
    const Condition = { [operator]: { 'TEST:key': expected } };
    expect(allows({ ...ALLOW, Condition }, { context })).toBe(holds);
    expect(evaluate([policy({ ...DENY, Condition })], request({ context }))).toBe(
      holds ? 'ExplicitlyDenied' : 'ImplicitlyDenied',
    );
  });

  test('holds only if it holds for all operators and all keys', () => {
    const context = { 'a:one': '1', 'a:two': '2' };
    const holds = (Condition: object) => allows({ ...ALLOW, Condition }, { context });
    expect(holds({ StringEquals: { 'a:one': '1', 'a:two': '2' }, NumericLessThan: { 'a:one': '2' } })).toBe(true);
    expect(holds({ StringEquals: { 'a:one': '1', 'a:two': '1' } })).toBe(false);
    expect(holds({ StringEquals: { 'a:one': '1' }, NumericLessThan: { 'a:one': '1' } })).toBe(false);
  });

  test('with a single-valued operator and a multivalued key is an error, as in IAM Access Analyzer', () => {
    const statement = { ...ALLOW, Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'a' } } };
    expect(() => allows(statement, { context: { 'dynamodb:LeadingKeys': ['a'] } })).toThrow(
      'Fix: use ForAllValues:StringEquals or ForAnyValue:StringEquals.',
    );
  });
});

describe('an error names the fix for', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown policy element', { Principal: '*' }, /policy element must be .*, got Principal\. Fix: /],
    ['an unknown version', { Version: '2020-01-01' }, /Version must be .*, got 2020-01-01\. Fix: /],
    ['an unknown statement element', stated({ Principal: '*' }), /statement element must be .*, got Principal\. Fix: /],
    ['an unknown effect', stated({ Effect: 'allow' }), /Effect must be one of Allow, Deny, got allow\. Fix: /],
    ['an action with a wildcard in its service', stated({ Action: 's*:SendMessage' }), /got s\*:SendMessage\. Fix: /],
    ['an asterisk in place of the colon', stated({ Action: 's*' }), /got s\*\. Fix: /],
    ['a dot in an action', stated({ Action: 'sqs:SendMessag.' }), /got sqs:SendMessag\.\. Fix: /],
    ['an action without a service', stated({ Action: ['sqs:*', 'SendMessage'] }), /got SendMessage\. Fix: /],
    ['a statement with Action and NotAction', stated({ NotAction: 'a' }), /either Action or NotAction\. Fix: /],
    ['a statement without a resource', { Statement: { Effect: 'Allow', Action: '*' } }, /NotResource\. Fix: /],
    ['an unknown operator', conditional('StringMatches', 'a'), /operator StringMatches is not supported\. Fix: /],
    ['an operator in the wrong case', conditional('stringequals', 'a'), /stringequals is not supported\. Fix: /],
    [
      'an operator named like a property of JavaScript objects',
      conditional('constructor', 'a'),
      /constructor is not supported\. Fix: /,
    ],
    ['a negation that AWS does not have', conditional('BinaryNotEquals', 'a'), /BinaryNotEquals is not supported/],
    ['Null with IfExists', conditional('NullIfExists', 'true'), /NullIfExists is not supported\. Fix: /],
    ['Null with a set operator', conditional('ForAnyValue:Null', 'true'), /ForAnyValue:Null is not supported\. Fix: /],
    ['ForAnyValue with IfExists', conditional('ForAnyValue:StringEqualsIfExists', 'a'), /IfExists is not supported/],
    ['an invalid number', conditional('NumericEquals', '0x1'), /value 0x1 is not valid .* Fix: /],
    ['an invalid date', conditional('DateEquals', 'today'), /value today is not valid .* Fix: /],
    ['an invalid Boolean', conditional('Bool', 'yes'), /value yes is not valid .* Fix: /],
    ['an invalid address', conditional('IpAddress', '10.0.0'), /value 10\.0\.0 is not valid .* Fix: /],
    ['an invalid prefix length', conditional('IpAddress', '10.0.0.0/33'), /10\.0\.0\.0\/33 is not valid .* Fix: /],
    [
      'a variable in place of a number',
      conditional('NumericEquals', '${a:key}'),
      /value \$\{a:key\} is not valid .* Fix: /,
    ],
  ])('%s', (_, part, message) => {
    expect(() => evaluate([{ ...policy(ALLOW), ...part }], request({ context: { 'a:key': '1' } }))).toThrow(message);
  });

  function stated(elements: object) {
    return { Statement: { ...ALLOW, ...elements } };
  }

  function conditional(operator: string, value: string) {
    return stated({ Condition: { [operator]: { 'a:key': value } } });
  }
});

describe('for any policy and request', () => {
  const patterns = (...all: string[]) => fc.subarray(all, { minLength: 1 });
  const actions = patterns('*', 'sqs:*', 'sqs:SendMessage', 'sqs:?urge*', 'dynamodb:*');
  const resources = patterns('*', QUEUE, 'arn:aws:sqs:*', 'arn:aws:sqs:*:*:${aws:PrincipalTag/team}', STREAM);
  const condition = fc.constantFrom(
    {},
    { StringEquals: { 'aws:PrincipalTag/team': 'orders' } },
    { StringNotLike: { 'aws:PrincipalTag/team': 'o*' } },
    { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a', 'b'] } },
    { Null: { 'aws:PrincipalTag/team': 'true' } },
  );
  const statement: fc.Arbitrary<Statement> = fc
    .record({
      Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
      action: fc.oneof(fc.record({ Action: actions }), fc.record({ NotAction: actions })),
      resource: fc.oneof(fc.record({ Resource: resources }), fc.record({ NotResource: resources })),
      Condition: condition,
    })
    .map(({ action, resource, ...rest }) => ({ ...rest, ...action, ...resource }));
  const statements = fc.array(statement, { maxLength: 5 });
  const requests: fc.Arbitrary<Request> = fc.record({
    action: fc.constantFrom('sqs:SendMessage', 'sqs:PurgeQueue', 'dynamodb:GetRecords'),
    resource: fc.constantFrom(QUEUE, STREAM, `${QUEUE}-2`),
    context: fc.record(
      {
        'aws:PrincipalTag/team': fc.constantFrom('orders', 'others'),
        'dynamodb:LeadingKeys': fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
      },
      { requiredKeys: [] },
    ),
  });

  test('adding a deny for everything results in an explicit denial', () => {
    fc.assert(
      fc.property(statements, requests, (some, any) => {
        expect(evaluate([policy(...some, DENY)], any)).toBe('ExplicitlyDenied');
      }),
    );
  });

  test('adding an allow never turns an allowed request into a denied one', () => {
    fc.assert(
      fc.property(statements, statement, requests, (some, another, any) => {
        const before = evaluate([policy(...some)], any);
        const after = evaluate([policy(...some, { ...another, Effect: 'Allow' })], any);
        expect([before, 'Allowed']).toContain(after);
      }),
    );
  });

  test('adding a deny never allows a denied request', () => {
    fc.assert(
      fc.property(statements, statement, requests, (some, another, any) => {
        const before = evaluate([policy(...some)], any);
        const after = evaluate([policy(...some, { ...another, Effect: 'Deny' })], any);
        expect([before, 'ExplicitlyDenied']).toContain(after);
      }),
    );
  });

  test('neither the order of statements nor their division into policies matters', () => {
    const shuffled = statements.chain((some) =>
      fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
    );
    fc.assert(
      fc.property(shuffled, requests, ([some, others], any) => {
        const together = evaluate([policy(...some)], any);
        expect(evaluate([policy(...others)], any)).toBe(together);
        expect(
          evaluate(
            others.map((one) => policy(one)),
            any,
          ),
        ).toBe(together);
      }),
    );
  });
});

function policy(...statements: Statement[]) {
  return { Version: '2012-10-17', Statement: statements };
}

function request(changed: Partial<Request> = {}): Request {
  return { action: 'sqs:SendMessage', resource: QUEUE, context: {}, ...changed };
}

function allows(statement: Statement, changed: Partial<Request> = {}): boolean {
  return evaluate([policy(statement)], request(changed)) === 'Allowed';
}

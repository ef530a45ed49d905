import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Limit } from '../../client/protocol';
import type { HttpLaneProps } from '../../lib/http-lane/http-lane';
import { WebAcl, WebAclScope } from '../../lib/web-acl';
import { httpLane } from './lanes';
import { synthesisError, templateOf, testApp, testStack } from './synthesized';

function laneWith(props: Partial<HttpLaneProps>): Template {
  return templateOf((stack) => {
    httpLane(stack, props);
  });
}

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Statement: { readonly ManagedRuleGroupStatement?: { readonly RuleActionOverrides: object[] } };
}

function rulesOf(template: Template): Rule[] {
  const [webAcl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
  return webAcl?.Properties.Rules;
}

interface Visible {
  readonly VisibilityConfig: { readonly MetricName: string };
}

/** Names of the metrics of the only web ACL, and of its rules. */
function metricNamesOf(stack: Stack): string[] {
  const [webAcl] = Object.values(Template.fromStack(stack).findResources('AWS::WAFv2::WebACL'));
  const properties: Visible & { readonly Rules: Visible[] } = webAcl?.Properties;
  return [properties, ...properties.Rules].map(({ VisibilityConfig }) => VisibilityConfig.MetricName);
}

describe('the metrics of a web ACL', () => {
  const namesIn = (stackId: string) => {
    const stack = testStack(undefined, stackId);
    httpLane(stack, { webAcl: {} });
    return metricNamesOf(stack);
  };

  test('have the name of the stack, so that those of two stages do not add up', () => {
    const [prod, dev] = [namesIn('Prod'), namesIn('Dev')];
    expect(prod.map((name) => name.split('-')[0])).toEqual(['Prod', 'Prod', 'Prod', 'Prod', 'Prod']);
    expect(new Set([...prod, ...dev]).size).toBe(10);
  });

  test('have at most the 128 characters that WAF accepts, of letters, digits, - and _', () => {
    const names = namesIn(`Prod-${'a'.repeat(123)}`);
    expect(names.filter((name) => !/^[\w-]{1,128}$/.test(name))).toEqual([]);
  });
});

describe('a web ACL', () => {
  const stack = testStack();
  const lane = httpLane(stack, { webAcl: {} });
  const template = Template.fromStack(stack);
  const [webAclId = ''] = Object.keys(template.findResources('AWS::WAFv2::WebACL'));
  const [logGroupId] = Object.keys(template.findResources('AWS::Logs::LogGroup')).filter((id) => id.includes('WebAcl'));
  const webAclArn = { 'Fn::GetAtt': [webAclId, 'Arn'] };

  test('is associated with the load balancer of the lane', () => {
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: stack.resolve(lane.loadBalancer.loadBalancerArn),
      WebACLArn: webAclArn,
    });
    template.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
  });

  test('applies the rate limit per address before the AWS managed rules', () => {
    const rules = [...rulesOf(template)].sort((one, other) => one.Priority - other.Priority);
    expect(rules.map(({ Name }) => Name)).toEqual([
      'RateLimit',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
  });

  test('answers a request over the limit with 429, problem details and Retry-After', () => {
    const [webAcl] = Object.values(template.findResources('AWS::WAFv2::WebACL'));
    expect(rulesOf(template)[0]).toMatchObject({
      Statement: { RateBasedStatement: { AggregateKeyType: 'IP', EvaluationWindowSec: 60, Limit: 2000 } },
      Action: {
        Block: {
          CustomResponse: {
            ResponseCode: 429,
            CustomResponseBodyKey: 'RateLimited',
            ResponseHeaders: [{ Name: 'Retry-After', Value: '60' }],
          },
        },
      },
    });
    expect(JSON.parse(webAcl?.Properties.CustomResponseBodies.RateLimited.Content)).toMatchObject({
      type: 'urn:twinlane:problem:rate_limited',
      status: 429,
    });
  });

  test(`accepts a body of any content up to the ${Limit.FRAME_BYTES} bytes that the service accepts`, () => {
    const overrides = rulesOf(template).flatMap(
      ({ Statement }) => Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [],
    );
    expect(overrides).toContainEqual({ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } });
    expect(overrides).toContainEqual({ Name: 'CrossSiteScripting_BODY', ActionToUse: { Count: {} } });
    expect(overrides).toEqual(
      overrides.map(() => ({ Name: expect.stringMatching(/_BODY$|^NoUserAgent_HEADER$/), ActionToUse: { Count: {} } })),
    );
  });

  test('logs blocked and counted requests to a log group that WAF can write to, with an ARN without a wildcard', () => {
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      ResourceArn: webAclArn,
      LogDestinationConfigs: [
        { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':log-group:$'), { Ref: logGroupId }])] },
      ],
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
    expect(logGroupId).toBeDefined();
  });

  test('names its log group by the id of the web ACL, so that a new web ACL does not meet the log group of an old one', () => {
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: {
        'Fn::Join': ['', [Match.stringLikeRegexp('^aws-waf-logs-[A-Za-z0-9-]+-$'), { 'Fn::GetAtt': [webAclId, 'Id'] }]],
      },
    });
  });

  test('includes no token, cookie, ticket or query string in logs or samples', () => {
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      RedactedFields: [
        { SingleHeader: { Name: 'authorization' } },
        { SingleHeader: { Name: 'cookie' } },
        { SingleHeader: { Name: 'sec-websocket-protocol' } },
        { QueryString: {} },
      ],
    });
    const text = JSON.stringify(template.findResources('AWS::WAFv2::WebACL'));
    expect(text).toContain('"SampledRequestsEnabled":false');
    expect(text).not.toContain('"SampledRequestsEnabled":true');
  });
});

test('the HTTP lane has no web ACL by default', () => {
  laneWith({}).resourceCountIs('AWS::WAFv2::WebACL', 0);
});

test('the web ACL has the rate limit of its props', () => {
  expect(rulesOf(laneWith({ webAcl: { rateLimit: 10 } }))[0]).toMatchObject({
    Statement: { RateBasedStatement: { Limit: 10 } },
  });
});

test('the log of the web ACL has the retention and the removal policy of the lane', () => {
  const template = laneWith({
    webAcl: {},
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_WEEK,
  });
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
    Properties: { LogGroupName: Match.anyValue(), RetentionInDays: 7 },
  });
});

test.each([9, 10.5, 2_000_000_001])('the web ACL rejects a rate limit of %d at synthesis', (rateLimit) => {
  const message = synthesisError((stack) => {
    httpLane(stack, { webAcl: { rateLimit } });
  });
  expect(message).toContain(
    `webAcl.rateLimit must be a whole number from 10 to 2000000000, the range of WAF, got ${rateLimit}`,
  );
});

test.each([
  ['eu-west-1', 'eu-west-1'],
  [undefined, 'no Region'],
])('a web ACL for distributions is rejected in a stack with the Region %s', (region, received) => {
  const app = testApp();
  new WebAcl(new Stack(app, 'Test', { env: { region } }), 'WebAcl', { scope: WebAclScope.CLOUDFRONT });
  expect(() => app.synth()).toThrow(`scope CLOUDFRONT must be in us-east-1, got ${received}`);
});

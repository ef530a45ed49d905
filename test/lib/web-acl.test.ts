import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Limit } from '../../lambda/realtime/protocol';
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

describe('a web ACL', () => {
  const stack = testStack();
  const lane = httpLane(stack, { webAcl: {} });
  const template = Template.fromStack(stack);
  const [webAclId = ''] = Object.keys(template.findResources('AWS::WAFv2::WebACL'));
  const [logGroupId] = Object.keys(
    template.findResources('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: Match.stringLikeRegexp('^aws-waf-logs-[A-Za-z0-9-]+$') },
    }),
  );
  const webAclArn = { 'Fn::GetAtt': [webAclId, 'Arn'] };

  test('stands in front of the lane’s load balancer', () => {
    template.hasResourceProperties('AWS::WAFv2::WebACLAssociation', {
      ResourceArn: stack.resolve(lane.loadBalancer.loadBalancerArn),
      WebACLArn: webAclArn,
    });
    template.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
  });

  test('limits each address first, and then asks AWS’s rules', () => {
    const rules = [...rulesOf(template)].sort((one, other) => one.Priority - other.Priority);
    expect(rules.map(({ Name }) => Name)).toEqual([
      'RateLimit',
      'AWSManagedRulesAmazonIpReputationList',
      'AWSManagedRulesKnownBadInputsRuleSet',
      'AWSManagedRulesCommonRuleSet',
    ]);
  });

  test('answers a flood with 429, as problem details, and says when to come back', () => {
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

  test(`takes a body of any content, up to the ${Limit.FRAME_BYTES} bytes that the service takes`, () => {
    const overrides = rulesOf(template).flatMap(
      ({ Statement }) => Statement.ManagedRuleGroupStatement?.RuleActionOverrides ?? [],
    );
    expect(overrides).toContainEqual({ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } });
    expect(overrides).toContainEqual({ Name: 'CrossSiteScripting_BODY', ActionToUse: { Count: {} } });
    expect(overrides).toEqual(
      overrides.map(() => ({ Name: expect.stringMatching(/_BODY$|^NoUserAgent_HEADER$/), ActionToUse: { Count: {} } })),
    );
  });

  test('logs what it blocks and counts to a group WAF may write to, by an ARN without a wildcard', () => {
    template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
      ResourceArn: webAclArn,
      LogDestinationConfigs: [
        { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(':log-group:$'), { Ref: logGroupId }])] },
      ],
      LoggingFilter: { DefaultBehavior: 'DROP' },
    });
    expect(logGroupId).toBeDefined();
  });

  test('shows no token, cookie, ticket or query, in logs or in samples', () => {
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

test('a lane has no web ACL unless it is asked for', () => {
  laneWith({}).resourceCountIs('AWS::WAFv2::WebACL', 0);
});

test('the limit is what is asked for', () => {
  expect(rulesOf(laneWith({ webAcl: { rateLimit: 10 } }))[0]).toMatchObject({
    Statement: { RateBasedStatement: { Limit: 10 } },
  });
});

test('the log is kept as other logs are', () => {
  const template = laneWith({
    webAcl: {},
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_WEEK,
  });
  template.hasResource('AWS::Logs::LogGroup', {
    DeletionPolicy: 'Delete',
    Properties: { LogGroupName: Match.stringLikeRegexp('^aws-waf-logs-'), RetentionInDays: 7 },
  });
});

test.each([9, 10.5])('a limit of %d is refused at synth', (rateLimit) => {
  const message = synthesisError((stack) => {
    httpLane(stack, { webAcl: { rateLimit } });
  });
  expect(message).toContain(`webAcl.rateLimit must be a whole number from 10, got ${rateLimit}`);
});

test.each([
  ['eu-west-1', 'eu-west-1'],
  [undefined, 'no Region'],
])('a web ACL for distributions is refused in a stack with the Region %s', (region, told) => {
  const app = testApp();
  new WebAcl(new Stack(app, 'Test', { env: { region } }), 'WebAcl', { scope: WebAclScope.CLOUDFRONT });
  expect(() => app.synth()).toThrow(`scope CLOUDFRONT must be in us-east-1, got ${told}`);
});

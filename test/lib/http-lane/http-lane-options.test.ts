import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { HeadersFrameOption } from 'aws-cdk-lib/aws-cloudfront';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { HttpLaneProps } from '../../../lib/http-lane/http-lane';
import { httpLane } from '../lanes';
import { attributesOf, synthesisError, templateOf, testApp, testStack } from '../synthesized';

function laneWith(props: Partial<HttpLaneProps>): Template {
  return templateOf((stack) => {
    httpLane(stack, props);
  });
}

test('the HTTP lane redirects http to https permanently only if the prop is set', () => {
  const template = laneWith({ redirectHttp: true });
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }],
  });
  template.hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: Match.arrayWith([Match.objectLike({ CidrIpv6: '::/0', FromPort: 80, ToPort: 80 })]),
  });
});

test('the HTTP lane performs no context lookup, even if account and Region are known', () => {
  const app = testApp();
  httpLane(new Stack(app, 'Known', { env: { account: '111122223333', region: 'us-east-1' } }));
  expect(app.synth().manifest.missing).toBeUndefined();
});

test('an HTTP lane with the removal policy DESTROY has no access logs and no deletion protection', () => {
  const template = laneWith({ removalPolicy: RemovalPolicy.DESTROY });
  template.resourceCountIs('AWS::S3::Bucket', 0);
  expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'deletion_protection.enabled': 'false' });
  expect(attributesOf(template, 'LoadBalancer')).not.toHaveProperty(['access_logs.s3.enabled']);
});

test('access logs can be enabled, with the retention of other logs', () => {
  const template = laneWith({
    accessLogs: true,
    removalPolicy: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.ONE_WEEK,
  });
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Delete',
    Properties: { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 7 }] } },
  });
});

test('access logs that are not retained are deleted before their bucket, because a bucket with objects cannot be deleted', () => {
  const template = laneWith({ accessLogs: true, removalPolicy: RemovalPolicy.DESTROY });
  const [BucketName] = Object.keys(template.findResources('AWS::S3::Bucket')).map((Ref) => ({ Ref }));
  template.hasResourceProperties('Custom::S3AutoDeleteObjects', { BucketName });
});

test('access logs that are retained are deleted only by expiration', () => {
  laneWith({}).resourceCountIs('Custom::S3AutoDeleteObjects', 0);
});

test('access logs can be disabled if everything else is retained', () => {
  laneWith({ accessLogs: false }).resourceCountIs('AWS::S3::Bucket', 0);
});

test('the load balancer has the idle timeout of the props', () => {
  const template = laneWith({ idleTimeout: Duration.seconds(90) });
  expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'idle_timeout.timeout_seconds': '90' });
});

describe('response headers', () => {
  const headers = (props: Partial<HttpLaneProps>) => attributesOf(laneWith(props), 'Listener');

  test('are secure by default, and do not include Server', () => {
    expect(headers({})).toEqual({
      'routing.http.response.strict_transport_security.header_value': 'max-age=63072000; includeSubDomains',
      'routing.http.response.content_security_policy.header_value': expect.stringMatching(
        /^default-src 'none';.*frame-ancestors 'none'$/,
      ),
      'routing.http.response.x_content_type_options.header_value': 'nosniff',
      'routing.http.response.x_frame_options.header_value': 'DENY',
      'routing.http.response.server.enabled': 'false',
    });
  });

  test('have the values of the props', () => {
    const securityHeaders = {
      strictTransportSecurity: 'max-age=1',
      contentSecurityPolicy: "default-src 'self'",
      xFrameOptions: HeadersFrameOption.SAMEORIGIN,
    };
    expect(headers({ securityHeaders })).toMatchObject({
      'routing.http.response.strict_transport_security.header_value': 'max-age=1',
      'routing.http.response.content_security_policy.header_value': "default-src 'self'",
      'routing.http.response.x_frame_options.header_value': 'SAMEORIGIN',
    });
  });
});

describe('an HTTP lane in a stack without a Region', () => {
  test('is accepted without access logs', () => {
    const stack = new Stack(testApp(), 'Anywhere');
    httpLane(stack, { accessLogs: false });
    Template.fromStack(stack).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
  });

  test('is rejected with access logs, together with other problems', () => {
    const app = testApp();
    httpLane(new Stack(app, 'Anywhere'), { allowedOrigins: [] });
    expect(() => app.synth()).toThrow(
      [
        '  [Anywhere/HttpLane] allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane',
        '  [Anywhere/HttpLane] accessLogs need a stack with a Region, got one without. Fix: set env.region of the stack, or accessLogs to false',
      ].join('\n'),
    );
  });
});

test('an idle timeout that a load balancer does not accept is rejected', () => {
  expect(synthesisError((stack) => httpLane(stack, { idleTimeout: Duration.seconds(5000) }))).toContain(
    '[Test/HttpLane] idleTimeout must be 1 to 4000 s, got 5000 s. Fix: use Duration.seconds(60)',
  );
});

test('an HTTP lane without required props, as JavaScript allows, reports the construct and a fix for each', () => {
  expect(() => httpLane(testStack(), { network: undefined, allowedOrigins: undefined })).toThrow(
    [
      "[Test/HttpLane] allowedOrigins is required, got undefined. Fix: use ['https://app.example.com']",
      '[Test/HttpLane] network is required, got undefined. Fix: use LaneNetwork.create({ availabilityZones }) or LaneNetwork.fromVpc(vpc)',
    ].join('\n'),
  );
});

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

test('http is redirected to https, for good, only if asked for', () => {
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

test('nothing is looked up, also where account and Region are known', () => {
  const app = testApp();
  httpLane(new Stack(app, 'Known', { env: { account: '111122223333', region: 'us-east-1' } }));
  expect(app.synth().manifest.missing).toBeUndefined();
});

test('a lane that shall not be retained keeps no access logs and can be deleted', () => {
  const template = laneWith({ removalPolicy: RemovalPolicy.DESTROY });
  template.resourceCountIs('AWS::S3::Bucket', 0);
  expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'deletion_protection.enabled': 'false' });
  expect(attributesOf(template, 'LoadBalancer')).not.toHaveProperty(['access_logs.s3.enabled']);
});

test('access logs can be asked for, and kept as other logs are', () => {
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

test('access logs that go with the stack are deleted first: a filled bucket would stay, and the stack with it', () => {
  const template = laneWith({ accessLogs: true, removalPolicy: RemovalPolicy.DESTROY });
  const [BucketName] = Object.keys(template.findResources('AWS::S3::Bucket')).map((Ref) => ({ Ref }));
  template.hasResourceProperties('Custom::S3AutoDeleteObjects', { BucketName });
});

test('access logs that are retained are deleted by nothing but their age', () => {
  laneWith({}).resourceCountIs('Custom::S3AutoDeleteObjects', 0);
});

test('access logs can be done without where everything else is retained', () => {
  laneWith({ accessLogs: false }).resourceCountIs('AWS::S3::Bucket', 0);
});

test('an idle connection is kept for as long as it is asked for', () => {
  const template = laneWith({ idleTimeout: Duration.seconds(90) });
  expect(attributesOf(template, 'LoadBalancer')).toMatchObject({ 'idle_timeout.timeout_seconds': '90' });
});

describe('response headers', () => {
  const headers = (props: Partial<HttpLaneProps>) => attributesOf(laneWith(props), 'Listener');

  test('are secure unless said otherwise, and do not name the server', () => {
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

  test('are what is asked for', () => {
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

describe('a stack without a Region', () => {
  test('can have the lane, without access logs', () => {
    const stack = new Stack(testApp(), 'Anywhere');
    httpLane(stack, { accessLogs: false });
    Template.fromStack(stack).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
  });

  test('is told that access logs need one, with what else is wrong', () => {
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

test('an idle timeout that a load balancer does not accept is refused', () => {
  expect(synthesisError((stack) => httpLane(stack, { idleTimeout: Duration.seconds(5000) }))).toContain(
    '[Test/HttpLane] idleTimeout must be 1 to 4000 s, got 5000 s. Fix: use Duration.seconds(60)',
  );
});

test('a lane without required props, as JavaScript allows, names the construct and the fix of each', () => {
  expect(() => httpLane(testStack(), { network: undefined, allowedOrigins: undefined })).toThrow(
    [
      "[Test/HttpLane] allowedOrigins is required, got undefined. Fix: use ['https://app.example.com']",
      '[Test/HttpLane] network is required, got undefined. Fix: use LaneNetwork.create({ availabilityZones }) or LaneNetwork.fromVpc(vpc)',
    ].join('\n'),
  );
});

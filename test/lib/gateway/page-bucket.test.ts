import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { propertyOf } from '../resource-property';
import { templateOf, testApp, testStack } from '../synthesized';
import { behaviorsOf, behindCloudFront, examplePage, HOST } from './behind-cloud-front';

const page = examplePage();
const mixedPage = examplePage();
const linkingPage = examplePage();
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
const DEPLOYMENT = 'Custom::CDKBucketDeployment';
const CSP = 'ResponseHeadersPolicyConfig/SecurityHeadersConfig/ContentSecurityPolicy/ContentSecurityPolicy';

describe('the bucket of a page', () => {
  const stack = testStack();
  const { gateway } = behindCloudFront(stack, { page }, { http: { accessLogs: false } });
  const template = Template.fromStack(stack);
  const [bucket = ''] = Object.keys(template.findResources('AWS::S3::Bucket'));
  const [distribution = ''] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
  const Resource = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [bucket, 'Arn'] }, '/*']] };

  test('blocks public access', () => {
    template.resourceCountIs('AWS::S3::Bucket', 1);
    expect(stack.resolve(gateway.page?.bucket.bucketName)).toEqual({ Ref: bucket });
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
  });

  test('lets only this distribution read files, without listing them, and refuses http. A function empties it for its deletion', () => {
    const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    const statements: { Effect: string; [property: string]: unknown }[] = policy?.Properties.PolicyDocument.Statement;
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      expect.objectContaining({
        Action: ['s3:DeleteObject*', 's3:GetBucket*', 's3:List*', 's3:PutBucketPolicy'],
        Principal: { AWS: { 'Fn::GetAtt': [expect.stringContaining('S3AutoDeleteObjects'), 'Arn'] } },
      }),
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Resource,
        Condition: {
          StringEquals: {
            'AWS:SourceArn': {
              'Fn::Join': [
                '',
                [
                  'arn:',
                  { Ref: 'AWS::Partition' },
                  ':cloudfront::',
                  { Ref: 'AWS::AccountId' },
                  ':distribution/',
                  { Ref: distribution },
                ],
              ],
            },
          },
        },
      },
    ]);
    expect(statements.filter(({ Effect }) => Effect === 'Deny')).toMatchObject([
      { Principal: { AWS: '*' }, Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
  });

  test('is read with origin access control, which signs all requests', () => {
    const [control] = Object.keys(template.findResources('AWS::CloudFront::OriginAccessControl'));
    expect(behaviorsOf(template).default?.origin).toMatchObject({
      OriginAccessControlId: { 'Fn::GetAtt': [control, 'Id'] },
      S3OriginConfig: { OriginAccessIdentity: '' },
    });
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: Match.objectLike({ SigningBehavior: 'always', SigningProtocol: 'sigv4' }),
    });
  });

  test('gets the files of the folder at deployment, which edges validate with each request', () => {
    template.hasResourceProperties(DEPLOYMENT, {
      DestinationBucketName: { Ref: bucket },
      SystemMetadata: { 'cache-control': 'public, max-age=0, must-revalidate' },
      Prune: true,
    });
    // So a deployment needs no permission to invalidate.
    const [deployment] = Object.values(template.findResources(DEPLOYMENT));
    expect(deployment?.Properties).not.toHaveProperty('DistributionId');
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('cloudfront:');
  });

  test('is deleted with the stack, also in a stage that retains data, because the files are in the repository', () => {
    expect(propertyOf(template, 'AWS::S3::Bucket', 'DeletionPolicy')).toEqual(['Delete']);
    template.hasResourceProperties('Custom::S3AutoDeleteObjects', { BucketName: { Ref: bucket } });
  });

  test('has security headers, and lets the page load only its own files and connect only to its host', () => {
    const property = 'ResponseHeadersPolicyConfig/SecurityHeadersConfig';
    expect(propertyOf(template, 'AWS::CloudFront::ResponseHeadersPolicy', property)).toEqual([
      {
        ContentSecurityPolicy: { ContentSecurityPolicy: expect.any(String), Override: true },
        ContentTypeOptions: { Override: true },
        FrameOptions: { FrameOption: 'DENY', Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'strict-origin-when-cross-origin', Override: true },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 63_072_000, IncludeSubdomains: true, Override: true },
      },
    ]);
    const [policy] = propertyOf(template, 'AWS::CloudFront::ResponseHeadersPolicy', CSP);
    expect(String(policy).split('; ')).toEqual([
      "default-src 'self'",
      "img-src 'self' data:",
      `connect-src 'self' wss://${HOST}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "object-src 'none'",
    ]);
  });
});

test('the content security policy of a page can be replaced', () => {
  const contentSecurityPolicy = "default-src 'none'";
  const template = templateOf((stack) => behindCloudFront(stack, { page, contentSecurityPolicy }));
  expect(propertyOf(template, 'AWS::CloudFront::ResponseHeadersPolicy', CSP)).toEqual([contentSecurityPolicy]);
});

test('the log of the deployment of a page has the retention and the removal policy of the lanes', () => {
  const template = templateOf((stack) =>
    behindCloudFront(stack, { page }, { removalPolicy: RemovalPolicy.DESTROY, logRetention: 7 }),
  );
  const logs = 'AWS::Logs::LogGroup TwinLaneGatewayPageLogs';
  expect(propertyOf(template, logs, 'RetentionInDays')).toEqual([7]);
  expect(propertyOf(template, logs, 'DeletionPolicy')).toEqual(['Delete']);
});

test('hidden files are not copied, but .well-known and links within the folder are', () => {
  for (const [path, content] of [
    ['.env', 'SECRET=1'],
    ['.git/config', ''],
    ['assets/.npmrc', 'token'],
    ['assets/main.js', ''],
    ['.well-known/security.txt', ''],
  ] as const) {
    mkdirSync(join(mixedPage, path, '..'), { recursive: true });
    writeFileSync(join(mixedPage, path), content);
  }
  symlinkSync('main.js', join(mixedPage, 'assets/inside.js'));
  const stack = testStack();
  behindCloudFront(stack, { page: mixedPage });
  const { outdir = '' } = Stage.of(stack) ?? {};
  const asset = readdirSync(outdir).find((name) => hasIndex(join(outdir, name)));
  const files = readdirSync(join(outdir, asset ?? ''), { recursive: true, encoding: 'utf8' });
  expect(files.sort()).toEqual([
    '.well-known',
    '.well-known/security.txt',
    'assets',
    'assets/inside.js',
    'assets/main.js',
    'index.html',
  ]);
});

test('a page with a link that leads out of its folder is refused, because the link could publish any file', () => {
  symlinkSync('/etc', join(linkingPage, 'outside'));
  expect(() => behindCloudFront(testStack(), { page: linkingPage })).toThrow(/external symbolic link/);
});

function hasIndex(folder: string): boolean {
  return folder.includes('asset.') && !folder.endsWith('.zip') && readdirSync(folder).includes('index.html');
}

test('a host that is the whole zone forces https on no other host of the zone', () => {
  const stack = testStack();
  behindCloudFront(stack, { page, hostName: 'example.com' });
  const template = Template.fromStack(stack);
  const property = 'ResponseHeadersPolicyConfig/SecurityHeadersConfig/StrictTransportSecurity/IncludeSubdomains';
  expect(propertyOf(template, 'AWS::CloudFront::ResponseHeadersPolicy', property)).toEqual([false]);
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
    ListenerAttributes: Match.arrayWith([
      { Key: 'routing.http.response.strict_transport_security.header_value', Value: 'max-age=63072000' },
    ]),
  });
});

test('stacks of one name in two Regions have other names in CloudFront, where names are unique in an account', () => {
  const [first, second] = ['us-east-1', 'us-west-2'].map((region) => {
    const stack = new Stack(testApp(), 'Same', { env: { region } });
    behindCloudFront(stack, {
      page,
      ...(region === 'us-west-2' && { certificate: Certificate.fromCertificateArn(stack, 'Global', CERTIFICATE) }),
    });
    return namesOf(Template.fromStack(stack));
  });
  expect(first).toHaveLength(3);
  expect(first?.filter((name) => second?.includes(name) || name.length > 64)).toEqual([]);
});

function namesOf(template: Template): string[] {
  return [
    ...propertyOf(template, 'AWS::CloudFront::ResponseHeadersPolicy', 'ResponseHeadersPolicyConfig/Name'),
    ...propertyOf(template, 'AWS::CloudFront::OriginAccessControl', 'OriginAccessControlConfig/Name'),
    ...propertyOf(template, 'AWS::CloudFront::VpcOrigin', 'VpcOriginEndpointConfig/Name'),
  ].map(String);
}

import { Match, Template } from 'aws-cdk-lib/assertions';
import { RemovalPolicy } from 'aws-cdk-lib';
import { propertyOf } from '../resource-property';
import { templateOf, testStack } from '../synthesized';
import { behaviorsOf, behindCloudFront, examplePage, HOST } from './behind-cloud-front';

const page = examplePage();
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

  test('lets only this distribution read files, without listing them, and refuses http', () => {
    const [policy] = Object.values(template.findResources('AWS::S3::BucketPolicy'));
    const statements: { Effect: string; [property: string]: unknown }[] = policy?.Properties.PolicyDocument.Statement;
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
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
      RetainOnDelete: false,
      Prune: true,
    });
    // So a deployment needs no permission to invalidate.
    const [deployment] = Object.values(template.findResources(DEPLOYMENT));
    expect(deployment?.Properties).not.toHaveProperty('DistributionId');
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('cloudfront:');
  });

  test('is deleted with the stack, also in a stage that retains data, because the files are in the repository', () => {
    expect(propertyOf(template, 'AWS::S3::Bucket', 'DeletionPolicy')).toEqual(['Delete']);
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

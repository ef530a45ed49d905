import { awsNameOf, serviceName } from '../../network/aws-names';

test.each([
  ['dynamodb.us-east-1.amazonaws.com', 'dynamodb'],
  ['dynamodb-fips.us-gov-west-1.amazonaws.com', 'dynamodb'],
  ['dynamodb.eu-west-1.api.aws', 'dynamodb'],
  ['streams.dynamodb.eu-west-1.amazonaws.com', 'dynamodb'],
  ['111122223333.ddb.us-east-1.amazonaws.com', 'ddb'],
  ['vpce-0a1b-2c3d.dynamodb.us-east-1.vpce.amazonaws.com', 'dynamodb'],
  ['vpce-0a1b-2c3d-us-east-1a.sqs.us-east-1.vpce.amazonaws.com', 'sqs'],
  ['sqs.cn-north-1.amazonaws.com.cn', 'sqs'],
  ['sqs.cn-north-1.api.amazonwebservices.com.cn', 'sqs'],
  ['sqs.eusc-de-east-1.amazonaws.eu', 'sqs'],
  ['eu-west-1.queue.amazonaws.com', 'queue'],
  ['queue.amazonaws.com', 'queue'],
  ['sts.amazonaws.com', 'sts'],
  ['abc123.execute-api.us-east-1.amazonaws.com', 'execute-api'],
  ['id.lambda-url.eu-west-1.on.aws', 'lambda-url'],
  ['bucket.s3.amazonaws.com', 's3'],
  ['sqs.s3.us-east-1.amazonaws.com', 's3'],
  ['s3-us-west-2.amazonaws.com', 's3'],
  ['bucket.s3.dualstack.us-east-1.amazonaws.com', 's3'],
  ['page.s3-website-us-east-1.amazonaws.com', 's3-website'],
  ['app-123.us-east-1.elb.amazonaws.com', 'elb'],
  ['db.c1.us-east-1.rds.amazonaws.com', 'rds'],
  ['shop.auth.us-east-1.amazoncognito.com', 'amazoncognito'],
  ['portal.sso.us-east-1.amazonaws.com', 'portal.sso'],
  ['newest.us-east-1.amazonaws.com', undefined],
])('%s is a name of %s', (host, service) => {
  expect(awsNameOf(host)).toEqual(service === undefined ? {} : { service });
});

test.each(['example.com', 'myamazonaws.com', 'amazonaws.com.example.org', 'd111.cloudfront.net', 'localhost', ''])(
  '"%s" is no name of AWS',
  (host) => {
    expect(awsNameOf(host)).toBeUndefined();
  },
);

test('a service has its full name', () => {
  expect(serviceName({ service: 's3' })).toBe('Amazon S3');
});

test('a service that is not known has no name', () => {
  expect(serviceName({})).toBe('this service of AWS');
});

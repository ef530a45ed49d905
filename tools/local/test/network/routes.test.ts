import type { Addresses } from '../../addresses';
import { redirectedHosts, Routes } from '../../network/routes';
import { distribution } from '../cloudfront/distribution-of';
import { blueprintOf, ENTRY_POINTS } from '../supervisor/blueprint-of';

const POOL = {
  logicalId: 'Pool',
  name: 'pool',
  arn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc',
  stack: 'Test',
  region: 'us-east-1',
  accountId: '000000000000',
  userPoolId: 'us-east-1_abc',
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc',
  clientIds: ['client'],
};

const ADDRESSES: Addresses = {
  awsEndpoint: 'http://127.0.0.1:1',
  webSocketApis: { Api12345678: { port: 2, url: 'ws://ws.localhost:2', managementUrl: 'http://127.0.0.1:2' } },
  loadBalancers: { Https: { port: 3, url: 'http://api.localhost:3' } },
  distributions: { Edge: { port: 4, url: 'http://app.localhost:4' } },
};

const routes = new Routes(
  blueprintOf({ ...ENTRY_POINTS, userPools: [POOL], distributions: [distribution()] }),
  ADDRESSES,
);

/** @returns the route of a GET request for a URL */
function routeOf(url: string) {
  const { hostname: host, port, protocol, pathname, search } = new URL(url);
  const isHttps = protocol === 'https:';
  return routes.of({
    host,
    port: Number(port || (isHttps ? 443 : 80)),
    protocol: isHttps ? 'HTTPS' : 'HTTP',
    url: pathname + search,
  });
}

test.each([
  ['the default endpoint of an API', 'https://abc.execute-api.us-east-1.amazonaws.com/live', 2],
  ['the default endpoint without TLS', 'http://abc.execute-api.us-east-1.amazonaws.com/live', 2],
  ['a custom domain of an API', 'https://ws.example.com/@connections/x', 2],
  ['the DNS name of a load balancer', 'https://balancer.us-east-1.elb.amazonaws.com/', 3],
  ['a host of a load balancer', 'https://api.example.com/v1', 3],
  ['a host in another case', 'https://API.example.com./v1', 3],
  ['the domain name of a distribution', 'https://d1.cloudfront.net/', 4],
  ['an alternate domain name of a distribution', 'http://app.example.com/', 4],
])('a request to %s goes to its port', (_, url, port) => {
  expect(routeOf(url)).toEqual({ to: 'port', port });
});

test.each([
  ['DynamoDB', 'https://dynamodb.us-east-1.amazonaws.com/'],
  ['DynamoDB without TLS', 'http://dynamodb.us-east-1.amazonaws.com/'],
  ['DynamoDB in another Region', 'https://dynamodb.eu-west-1.amazonaws.com/'],
  ['DynamoDB for an account', 'https://111122223333.ddb.eu-west-1.amazonaws.com/'],
  ['a queue', 'https://sqs.us-east-1.amazonaws.com/000000000000/work'],
  ['the first endpoint of SQS', 'https://queue.amazonaws.com/'],
  ['STS', 'https://sts.amazonaws.com/'],
  ['SNS', 'https://sns.us-east-1.amazonaws.com/'],
  ['EventBridge', 'https://events.us-east-1.amazonaws.com/'],
  ['Systems Manager', 'https://ssm.us-east-1.amazonaws.com/'],
  ['Secrets Manager', 'https://secretsmanager.us-east-1.amazonaws.com/'],
  ['Lambda', 'https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/api/invocations'],
  ['the keys of a user pool', `${POOL.issuer}/.well-known/jwks.json`],
])('a request to %s goes to the services', (_, url) => {
  expect(routeOf(url)).toEqual({ to: 'services' });
});

test.each([
  ['https://bucket.s3.us-east-1.amazonaws.com/key', 'Amazon S3 does not run here.'],
  ['https://kinesis.us-east-1.amazonaws.com/', 'Amazon Kinesis Data Streams does not run here.'],
  ['https://api.pricing.us-east-1.amazonaws.com/', 'AWS Price List does not run here.'],
  ['https://newest.us-east-1.amazonaws.com/', 'This service of AWS does not run here.'],
  ['https://other.execute-api.us-east-1.amazonaws.com/live', 'No API that runs here has this host.'],
  ['https://abc.execute-api.eu-west-1.amazonaws.com/live', 'No API that runs here has this host.'],
  ['https://other.us-east-1.elb.amazonaws.com/', 'No load balancer that runs here has this host.'],
  ['http://api.example.com/', 'Balancer has no HTTP listener at port 80.'],
  ['https://api.example.com:8443/', 'Balancer has no HTTPS listener at port 8443.'],
  [
    'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other/.well-known/jwks.json',
    'The user pool us-east-1_other is not in this assembly.',
  ],
  [
    'https://cognito-idp.us-east-1.amazonaws.com/',
    'Of Amazon Cognito, only tokens and their keys run here. Fix: get tokens at the token URL of this run.',
  ],
])('a request to %s goes nowhere: %s', (url, meaning) => {
  expect(routeOf(url)).toEqual({ to: 'nowhere', meaning });
});

test('an entry point that has no address goes nowhere', () => {
  const without = new Routes(blueprintOf(ENTRY_POINTS), { webSocketApis: {}, loadBalancers: {} });
  expect(without.of({ host: 'ws.example.com', port: 443, protocol: 'HTTPS', url: '/' })).toEqual({
    to: 'nowhere',
    meaning: 'ws.example.com does not run here.',
  });
});

test('a host of a third party has no route', () => {
  expect(routeOf('https://api.example.org/')).toBeUndefined();
});

test('programs reach the hosts of the assembly and the domains of AWS only by the front', () => {
  const { hosts, domains } = redirectedHosts(routes);
  expect([...hosts].sort()).toEqual([
    'api.example.com',
    'app.example.com',
    'balancer.us-east-1.elb.amazonaws.com',
    'd1.cloudfront.net',
    'ws.example.com',
  ]);
  expect(domains).toEqual(expect.arrayContaining(['amazonaws.com', 'amazonaws.com.cn', 'api.aws', 'on.aws']));
});

import { outcomeOf, type Query } from '../../../tools/aws-checks/query';
import { awsError } from './aws-errors';

const NOT_PERMITTED =
  'access denied. Fix: allow lambda:GetFunctionConfiguration on arn:aws:lambda:us-east-1:123456789012:function:f.';
const REFUSED = 'the AWS credentials are invalid or have expired. Fix: sign in again.';

const query = (run: Query['run']): Query => ({
  action: 'lambda:GetFunctionConfiguration',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  subject: 'the function f',
  run,
});

const failing = (error: unknown) => query(() => Promise.reject(error));

const network = (code: string) => Object.assign(awsError('Error'), { code });

describe('A query', () => {
  it("has AWS's answer as its outcome", async () => {
    expect(await outcomeOf(query(async () => 42))).toEqual({ answer: 42 });
  });

  it.each([
    'NotFoundException',
    'ResourceNotFoundException',
    'LoadBalancerNotFound',
    'NoSuchHostedZone',
    'QueueDoesNotExist',
    'WAFNonexistentItemException',
  ])('reports a missing resource on %s', async (name) => {
    expect(await outcomeOf(failing(awsError(name)))).toEqual({ missing: 'the function f does not exist' });
  });

  it('reports a missing resource if the response contains none', async () => {
    expect(await outcomeOf(query(async () => undefined))).toEqual({ missing: 'the function f does not exist' });
  });

  it.each([
    ['AccessDenied', NOT_PERMITTED],
    ['AccessDeniedException', NOT_PERMITTED],
    ['UnauthorizedOperation', NOT_PERMITTED],
    ['ThrottlingException', 'AWS throttled lambda:GetFunctionConfiguration. Fix: try again in a minute.'],
    ['TooManyRequestsException', 'AWS throttled lambda:GetFunctionConfiguration. Fix: try again in a minute.'],
    ['ExpiredTokenException', REFUSED],
    ['InvalidClientTokenId', REFUSED],
    ['UnrecognizedClientException', REFUSED],
    ['InternalFailure', 'lambda:GetFunctionConfiguration failed: InternalFailure: message of AWS'],
  ])('is unanswered on %s, with a fix', async (name, unanswered) => {
    expect(await outcomeOf(failing(awsError(name)))).toEqual({ unanswered });
  });

  it('is unanswered without one of two permissions, and the fix names both', async () => {
    const run = () => Promise.reject(awsError('AccessDeniedException'));
    const also = { action: 'elasticloadbalancing:DescribeWebACLAssociation', arn: '*' };

    expect(
      await outcomeOf({ action: 'wafv2:ListResourcesForWebACL', arn: 'arn:acl', also, subject: 's', run }),
    ).toEqual({
      unanswered:
        'access denied. Fix: allow wafv2:ListResourcesForWebACL on arn:acl and elasticloadbalancing:DescribeWebACLAssociation on *.',
    });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'])('is unanswered on the network error %s', async (code) => {
    expect(await outcomeOf(failing(network(code)))).toEqual({
      unanswered: `AWS did not respond (${code}). Fix: check the network, the Region and AWS_ENDPOINT_URL.`,
    });
  });

  it('is unanswered without credentials', async () => {
    const error = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });

    expect(await outcomeOf(failing(error))).toEqual({
      unanswered: 'no AWS credentials found (Could not load credentials). Fix: set AWS_PROFILE or sign in.',
    });
  });

  it('shows only the first line of a long error message', async () => {
    expect(await outcomeOf(failing(awsError('InternalFailure', 'no answer\nsee $response')))).toEqual({
      unanswered: 'lambda:GetFunctionConfiguration failed: InternalFailure: no answer',
    });
  });

  it('says that an answer that cannot be parsed is not from AWS', async () => {
    expect(await outcomeOf(failing(awsError('SyntaxError', 'not JSON')))).toEqual({
      unanswered:
        'the answer to lambda:GetFunctionConfiguration is not from AWS. Fix: check AWS_ENDPOINT_URL and the proxy.',
    });
  });

  it.each([new TypeError('a bug'), 'not an error'])('rethrows %p, which does not come from AWS', async (fault) => {
    await expect(outcomeOf(failing(fault))).rejects.toBe(fault);
  });
});

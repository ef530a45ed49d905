import { put, type Question } from '../../../tools/verify/question';
import { awsError } from './aws-errors';

const NOT_PERMITTED =
  'not permitted: allow lambda:GetFunctionConfiguration on arn:aws:lambda:us-east-1:123456789012:function:f';
const REFUSED = 'AWS refuses the credentials: they are wrong or have expired, sign in again';

const question = (ask: Question['ask']): Question => ({
  action: 'lambda:GetFunctionConfiguration',
  arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
  subject: 'the function f',
  ask,
});

const failing = (error: unknown) => question(() => Promise.reject(error));

const network = (code: string) => Object.assign(awsError('Error'), { code });

describe('A question', () => {
  it('has the answer of AWS for an outcome', async () => {
    expect(await put(question(async () => 42))).toEqual({ answer: 42 });
  });

  it.each(['NotFoundException', 'ResourceNotFoundException', 'LoadBalancerNotFound', 'NoSuchHostedZone'])(
    'finds the resource missing on %s',
    async (name) => {
      expect(await put(failing(awsError(name)))).toEqual({ missing: 'the function f does not exist' });
    },
  );

  it('finds the resource missing where AWS answers with none', async () => {
    expect(await put(question(async () => undefined))).toEqual({ missing: 'the function f does not exist' });
  });

  it.each([
    ['AccessDenied', NOT_PERMITTED],
    ['AccessDeniedException', NOT_PERMITTED],
    ['UnauthorizedOperation', NOT_PERMITTED],
    ['ThrottlingException', 'AWS throttles lambda:GetFunctionConfiguration: try again in a minute'],
    ['TooManyRequestsException', 'AWS throttles lambda:GetFunctionConfiguration: try again in a minute'],
    ['ExpiredTokenException', REFUSED],
    ['InvalidClientTokenId', REFUSED],
    ['UnrecognizedClientException', REFUSED],
    ['InternalFailure', 'lambda:GetFunctionConfiguration failed: InternalFailure: message of AWS'],
  ])('stays unanswered on %s, with what to do about it', async (name, unanswered) => {
    expect(await put(failing(awsError(name)))).toEqual({ unanswered });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'])('stays unanswered where the network says %s', async (code) => {
    expect(await put(failing(network(code)))).toEqual({
      unanswered: `AWS did not answer (${code}): check the network, the region and AWS_ENDPOINT_URL`,
    });
  });

  it('stays unanswered without credentials', async () => {
    const error = Object.assign(new Error('Could not load credentials'), { name: 'CredentialsProviderError' });

    expect(await put(failing(error))).toEqual({
      unanswered: 'there are no AWS credentials (Could not load credentials): set AWS_PROFILE or sign in',
    });
  });

  it('keeps to the first line of a long message', async () => {
    expect(await put(failing(awsError('SyntaxError', 'not JSON\nsee $response')))).toEqual({
      unanswered: 'lambda:GetFunctionConfiguration failed: SyntaxError: not JSON',
    });
  });

  it.each([new TypeError('a fault of ours'), 'not an error'])('does not hide %p', async (fault) => {
    await expect(put(failing(fault))).rejects.toBe(fault);
  });
});

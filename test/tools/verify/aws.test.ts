import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { connect } from '../../../tools/verify/aws';
import { loopbackAws } from './loopback-aws';

describe('The SDK clients of npm run verify', () => {
  afterEach(() => jest.restoreAllMocks());

  it('can read certificates of another Region than that of the deployment', async () => {
    const { acm, dynamoDb } = connect('eu-central-1');

    expect(await acm('us-east-1').config.region()).toBe('us-east-1');
    expect(await dynamoDb.config.region()).toBe('eu-central-1');
  });

  it('call a service that never responds twice, and then fail', async () => {
    const calls: string[] = [];
    const aws = await loopbackAws(undefined, (command) => calls.push(command));
    jest.replaceProperty(process, 'env', {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: aws.url,
    });
    try {
      const { dynamoDb } = connect('us-east-1', { connect: 250, request: 250 });

      await expect(dynamoDb.send(new DescribeTableCommand({ TableName: 'log' }))).rejects.toMatchObject({
        name: 'TimeoutError',
        code: 'ETIMEDOUT',
      });
      expect(calls).toEqual(['DescribeTable', 'DescribeTable']);
    } finally {
      await aws.close();
    }
  });
});

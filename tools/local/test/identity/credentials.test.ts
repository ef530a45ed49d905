import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { callerOf, credentialsOf } from '../../identity/credentials';

const ROLE = 'arn:aws:iam::000000000000:role/service/Twinlane-Connect';

test('the authorization header of an SDK identifies the role whose credentials the SDK uses', async () => {
  const signed: string[] = [];
  const client = new DynamoDBClient({
    region: 'us-east-1',
    credentials: credentialsOf(ROLE),
    requestHandler: {
      handle: async ({ headers }: { headers: Record<string, string> }) => {
        signed.push(headers.authorization ?? '');
        throw new Error('request captured');
      },
    },
  });
  await expect(client.send(new ListTablesCommand({}))).rejects.toThrow('request captured');
  expect(callerOf(signed[0])).toEqual({ kind: 'role', roleArn: ROLE });
});

test('a role can be recovered from its credentials, for any path and name', () => {
  const name = fc.stringMatching(/^[\w+=,.@/-]{1,200}$/);
  fc.assert(
    fc.property(name, (path) => {
      const roleArn = `arn:aws:iam::000000000000:role/${path}`;
      const { accessKeyId } = credentialsOf(roleArn);
      expect(callerOf(header(accessKeyId))).toEqual({ kind: 'role', roleArn });
    }),
  );
});

test('an access key that does not belong to a role identifies a person', () => {
  expect(callerOf(header('AKIAIOSFODNN7EXAMPLE'))).toEqual({ kind: 'person' });
});

test("an access key that only resembles a role's identifies a person", () => {
  expect(callerOf(header('LOCALHERO'))).toEqual({ kind: 'person' });
});

test('a request without a signature is unsigned', () => {
  expect(callerOf(undefined)).toEqual({ kind: 'unsigned' });
  expect(callerOf('Bearer abc')).toEqual({ kind: 'unsigned' });
});

function header(accessKeyId: string): string {
  return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00`;
}

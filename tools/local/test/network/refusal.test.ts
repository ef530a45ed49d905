import { refusalFor } from '../../network/refusal';

const MESSAGE = 's3.amazonaws.com: Amazon S3 does not run here <yet>.';

test.each([
  [{ 'x-amz-target': 'AmazonSSM.GetParameter', 'content-type': 'application/x-amz-json-1.1' }],
  [{ 'content-type': 'application/json' }],
  [{}],
])('a request with the headers %j gets an error as JSON', (headers) => {
  const { status, body, headers: answered } = refusalFor(headers, MESSAGE);
  expect(status).toBe(400);
  expect(answered).toMatchObject({ 'x-amzn-errortype': 'NotEmulated' });
  expect(JSON.parse(body.toString())).toEqual({ __type: 'NotEmulated', message: MESSAGE });
});

test('a request of the query protocol gets an error as XML', () => {
  const { body, headers } = refusalFor({ 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }, MESSAGE);
  expect(headers['content-type']).toBe('text/xml');
  expect(body.toString()).toBe(
    '<ErrorResponse><Error><Type>Sender</Type><Code>NotEmulated</Code>' +
      '<Message>s3.amazonaws.com: Amazon S3 does not run here &lt;yet&gt;.</Message></Error><RequestId>local</RequestId></ErrorResponse>',
  );
});

test('a request to Amazon S3 gets an error as XML', () => {
  const { body } = refusalFor({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, MESSAGE);
  expect(body.toString()).toMatch(/^<Error><Code>NotEmulated<\/Code><Message>/);
});

test('a request in CBOR gets an error in CBOR', () => {
  const { body, headers } = refusalFor({ 'smithy-protocol': 'rpc-v2-cbor' }, 'no');
  expect(headers).toMatchObject({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
  // A map of two texts with lengths of two bytes.
  const text = (value: string) => [0x79, 0, value.length, ...Buffer.from(value)];
  expect([...body]).toEqual([0xa2, ...['__type', 'NotEmulated', 'message', 'no'].flatMap(text)]);
});

import { createHash } from 'node:crypto';
import { formOf } from '../../aws/protocols/form';
import { xmlOf } from '../../aws/protocols/xml';
import { credentialsOf } from '../../identity/credentials';
import { queue, type RunningAws, runAws } from './fixture';

let aws: RunningAws;
beforeEach(async () => {
  aws = await runAws({ queues: [queue('work')] });
});
afterEach(() => aws.close());

const QUEUE_URL = 'http://127.0.0.1/000000000000/work';

/** Sends a form as the SDK for JavaScript v2 does. @returns the status, and the XML without the ids of the request */
async function post(parameters: Record<string, string>, path = '/', scope = 'sqs') {
  const response = await fetch(`${aws.endpoint}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/${scope}/aws4_request, SignedHeaders=host, Signature=00`,
    },
    body: new URLSearchParams(parameters).toString(),
  });
  const requestId = response.headers.get('x-amzn-requestid') ?? '';
  expect(response.headers.get('content-type')).toBe('text/xml');
  return { status: response.status, xml: (await response.text()).replace(requestId, 'ID') };
}

const sqs = (Action: string, parameters: Record<string, string>, path?: string) =>
  post({ Action, Version: '2012-11-05', ...parameters }, path);

const inside = (xml: string, name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(xml)?.[1] ?? '';
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('SQS in the query protocol', () => {
  test('sends a message with attributes, and receives and deletes it', async () => {
    const sent = await sqs('SendMessage', {
      QueueUrl: QUEUE_URL,
      MessageBody: 'a < b & c',
      'MessageAttribute.1.Name': 'kind',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'order',
    });
    expect(sent.status).toBe(200);
    expect(sent.xml).toMatch(
      /^<SendMessageResponse xmlns="http:\/\/queue.amazonaws.com\/doc\/2012-11-05\/"><SendMessageResult>.*<\/SendMessageResult><ResponseMetadata><RequestId>ID<\/RequestId><\/ResponseMetadata><\/SendMessageResponse>$/,
    );
    expect(inside(sent.xml, 'MD5OfMessageBody')).toBe(md5('a < b & c'));

    const { xml } = await sqs('ReceiveMessage', {
      QueueUrl: QUEUE_URL,
      MaxNumberOfMessages: '10',
      'AttributeName.1': 'All',
      'MessageAttributeName.1': 'All',
    });
    const message = inside(xml, 'Message');
    expect(inside(message, 'Body')).toBe('a &lt; b &amp; c');
    expect(inside(message, 'MD5OfBody')).toBe(md5('a < b & c'));
    expect(inside(message, 'MD5OfMessageAttributes')).toBe(inside(sent.xml, 'MD5OfMessageAttributes'));
    expect(message).toContain('<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(inside(message, 'MessageAttribute')).toBe(
      '<Name>kind</Name><Value><DataType>String</DataType><StringValue>order</StringValue></Value>',
    );

    const deleted = await sqs('DeleteMessage', {
      QueueUrl: QUEUE_URL,
      ReceiptHandle: inside(message, 'ReceiptHandle'),
    });
    expect(deleted.xml).toMatch(/^<DeleteMessageResponse [^>]*><ResponseMetadata>/);
    const { xml: counts } = await sqs('GetQueueAttributes', { QueueUrl: QUEUE_URL, 'AttributeName.1': 'All' });
    expect(counts).toContain(
      '<Attribute><Name>ApproximateNumberOfMessagesNotVisible</Name><Value>0</Value></Attribute>',
    );
  });

  test('accepts the queue in the path only, as integrations of API Gateway send it', async () => {
    const { status, xml } = await post({ Action: 'SendMessage', MessageBody: 'x' }, '/000000000000/work');
    expect([status, inside(xml, 'MD5OfMessageBody')]).toEqual([200, md5('x')]);
  });

  test('recognizes the queue by the path if neither the version nor the signature names SQS', async () => {
    const { status } = await post({ Action: 'SendMessage', MessageBody: 'x' }, '/000000000000/work', 'apigateway');
    expect(status).toBe(200);
  });

  test('lists the successful and the failed entries of a batch', async () => {
    const { xml } = await sqs('SendMessageBatch', {
      QueueUrl: QUEUE_URL,
      'SendMessageBatchRequestEntry.1.Id': 'good',
      'SendMessageBatchRequestEntry.1.MessageBody': 'x',
      'SendMessageBatchRequestEntry.2.Id': 'bad',
      'SendMessageBatchRequestEntry.2.MessageBody': 'y',
      'SendMessageBatchRequestEntry.2.DelaySeconds': '901',
    });
    expect(inside(inside(xml, 'SendMessageBatchResultEntry'), 'Id')).toBe('good');
    expect(inside(xml, 'BatchResultErrorEntry')).toMatch(
      /^<Id>bad<\/Id><Code>InvalidParameterValue<\/Code><Message>.*<\/Message><SenderFault>true<\/SenderFault>$/,
    );
  });

  test('returns errors with their code in this protocol', async () => {
    const { status, xml } = await sqs('GetQueueUrl', { QueueName: 'other' });
    expect(status).toBe(400);
    expect(xml).toBe(
      '<ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error><Type>Sender</Type>' +
        '<Code>AWS.SimpleQueueService.NonExistentQueue</Code><Message>The specified queue does not exist.</Message></Error>' +
        '<RequestId>ID</RequestId></ErrorResponse>',
    );
  });
});

test('a parameter that must be a number and is not one is rejected', async () => {
  const { status, xml } = await sqs('ReceiveMessage', { QueueUrl: QUEUE_URL, MaxNumberOfMessages: 'many' });
  expect([status, inside(xml, 'Code')]).toEqual([400, 'InvalidParameterValue']);
});

test('a query string without a body is a request, too', async () => {
  const { accessKeyId } = credentialsOf('arn:aws:iam::000000000000:role/Worker');
  const response = await fetch(`${aws.endpoint}/?Action=GetCallerIdentity&Version=2011-06-15`, {
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/sts/aws4_request, Signature=00`,
    },
  });
  expect(inside(await response.text(), 'Arn')).toBe('arn:aws:sts::000000000000:assumed-role/Worker/local');
});

test('an API that does not run here is an error in XML', async () => {
  const { status, xml } = await post({ Action: 'ListUsers', Version: '2010-05-08' }, '/', 'iam');
  expect([status, inside(xml, 'Code'), inside(xml, 'Message')]).toEqual([
    400,
    'UnknownOperationException',
    'ListUsers does not run here',
  ]);
});

test('an operation that does not run here is an error of its API', async () => {
  const { status, xml } = await sqs('CreateQueue', { QueueName: 'new' });
  expect([status, inside(xml, 'Code')]).toEqual([400, 'AWS.SimpleQueueService.UnsupportedOperation']);
});

describe('a form', () => {
  test('has lists in the order of their numbers', () => {
    expect(
      formOf([
        ['List.member.10', 'k'],
        ['List.member.9', 'j'],
        ['Name', ''],
      ]),
    ).toEqual({
      List: { member: ['j', 'k'] },
      Name: '',
    });
  });

  test('treats names of JavaScript like any other', () => {
    expect(
      Object.keys(
        formOf([
          ['__proto__.a', '1'],
          ['constructor', '2'],
        ]),
      ),
    ).toEqual(['__proto__', 'constructor']);
    expect(({} as { a?: string }).a).toBeUndefined();
  });
});

test('XML keeps text that would be markup', () => {
  expect(xmlOf('a', { b: ['<&>"\r', 1], c: undefined })).toBe('<a><b>&lt;&amp;&gt;&quot;&#xD;</b><b>1</b></a>');
});

import { SqsDeadLetters } from '../../../lambda/adapters/dead-letters';

it('a dead letter is sent in characters that SQS accepts, with the same value', async () => {
  const calls: { operation: string; input: { QueueUrl?: string; MessageBody?: string } }[] = [];
  const client = {
    async call<Answer>(operation: string, input: object) {
      calls.push({ operation, input });
      return {} as Answer;
    },
  };
  await new SqsDeadLetters(client, 'https://queue.example.com').add(JSON.stringify(['\uFFFE\uFFFF']));
  expect(calls).toEqual([
    { operation: 'SendMessage', input: { QueueUrl: 'https://queue.example.com', MessageBody: '["\\ufffe\\uffff"]' } },
  ]);
});

it('a dead letter that SQS does not accept throws the error of SQS', async () => {
  const call = () => Promise.reject(new RangeError('too large'));
  await expect(new SqsDeadLetters({ call }, 'https://queue.example.com').add('{}')).rejects.toThrow('too large');
});

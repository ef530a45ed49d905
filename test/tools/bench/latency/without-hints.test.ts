import { withoutHints } from '../../../../tools/bench/latency/without-hints';

const queue = { Ref: 'HintQueue' };

function template(url: unknown) {
  return {
    Resources: {
      HintQueue: { Type: 'AWS::SQS::Queue' },
      Message: {
        Type: 'AWS::Lambda::Function',
        Properties: { Environment: { Variables: { HINT_QUEUE_URL: url, DELIVERY_QUEUE_URL: queue } } },
      },
      Task: {
        Type: 'AWS::ECS::TaskDefinition',
        Properties: {
          ContainerDefinitions: [
            {
              Environment: [
                { Name: 'HOST', Value: null },
                { Name: 'HINT_QUEUE_URL', Value: url },
              ],
            },
          ],
        },
      },
    },
  };
}

test('a template without hints has no hint queue in any publisher, and is unchanged otherwise', () => {
  expect(withoutHints(template(queue))).toEqual(template('none'));
});

test('a template that has no hint queue is an error, because there would be nothing to compare', () => {
  expect(() => withoutHints({ Resources: { Table: { Type: 'AWS::DynamoDB::Table' } } })).toThrow('HINT_QUEUE_URL');
});

import { CfnOutput, Fn, Stack, Stage } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { loadAssembly } from '../../assembly/load-assembly';
import { UserError } from '../../user-error';
import { synthesized } from './assembly-directory';

const directory = synthesized((app) => {
  const names = new Stack(app, 'Names');
  new CfnOutput(names, 'Out', { value: 'orders', exportName: 'orders-name' });
  new Queue(names, 'Queue', { queueName: 'names' });
  const orders = new Stack(app, 'Orders', { stackName: 'the-orders' });
  orders.addStackDependency(names);
  new Queue(orders, 'Queue', { queueName: Fn.importValue('orders-name') });
  for (const id of ['Dev', 'Prod']) {
    const stage = new Stage(app, id);
    for (const part of ['Api', 'Data']) {
      new Queue(new Stack(stage, part), 'Queue', { queueName: `${id}-${part}` });
    }
  }
});

function queues(...stacks: string[]): string[] {
  return loadAssembly(directory, { stacks }).queues.map(({ name }) => name);
}

test.each<[what: string, patterns: string[], expected: string[]]>([
  ['nothing selects all stacks', [], ['Dev-Api', 'Dev-Data', 'Prod-Api', 'Prod-Data', 'names', 'orders']],
  ['a name selects its stack and those that it depends on', ['the-orders'], ['names', 'orders']],
  ['the id of a stack selects it', ['Orders'], ['names', 'orders']],
  ['the path of a stack in a stage selects it', ['Prod/Api'], ['Prod-Api']],
  ['the name of a stack in a stage selects it', ['Prod-Data'], ['Prod-Data']],
  ['a wildcard selects the stacks of a stage', ['Dev/*'], ['Dev-Api', 'Dev-Data']],
  ['a wildcard selects by a part of a name', ['*/Data'], ['Dev-Data', 'Prod-Data']],
  ['two patterns select both', ['Names', 'Dev/Api'], ['Dev-Api', 'names']],
  ['a wildcard of two stars crosses stages', ['**Api'], ['Dev-Api', 'Prod-Api']],
])('%s', (_, patterns, expected) => {
  expect(queues(...patterns)).toEqual(expected);
});

test('a pattern without a stack is an error that lists the stacks', () => {
  const wrong = () => queues('Names', 'Live/*');
  expect(wrong).toThrow(UserError);
  expect(wrong).toThrow(
    'No stack matches "Live/*". Fix: pass one of Dev/Api (Dev-Api), Dev/Data (Dev-Data), Prod/Api (Prod-Api), ' +
      'Prod/Data (Prod-Data), Names, Orders (the-orders) with --stack.',
  );
});

test('a character of a regular expression in a pattern stands for itself', () => {
  expect(() => queues('Name.')).toThrow('No stack matches');
});

import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { type EventSourceMappingConfiguration, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import type { Aws } from '../aws';
import { type Check, check, type Evaluation, facts } from '../../aws-checks/check';
import type { Deployment, Queue } from '../deployment';
import type { Query } from '../../aws-checks/query';

type Mapping = EventSourceMappingConfiguration;

/** States between a change and its effect. */
const IN_PROGRESS = ['Creating', 'Enabling', 'Updating'];

/** Checks what invokes the functions, if messages are delivered from the log: the streams of the message log and of the admission table, and the queues of hints and of deliveries. */
export function eventSourceChecks(
  deployment: Deployment,
  aws: Aws,
  tables: ReadonlyMap<string, Query<TableDescription>>,
  queues: ReadonlyMap<Queue, Query>,
): Check[] {
  const { connectionTable, hintQueue, deliveryQueue } = deployment;
  if (!deliveryQueue) {
    return [];
  }
  const mappings = mappingsOf(aws);
  return [
    ...[...tables]
      .filter(([name]) => name !== connectionTable)
      .map(([name, table]) =>
        check(`The stream of ${name} invokes a function of the stack`, [table, mappings], ({ LatestStreamArn }, all) =>
          // A stream that was disabled and enabled again is another stream. Its mapping still reads the previous one.
          invokes(all, LatestStreamArn, deployment),
        ),
      ),
    ...[...queues]
      .filter(([queue]) => [hintQueue, deliveryQueue].includes(queue))
      .map(([{ name, arn }, queue]) =>
        check(`${name} invokes a function of the stack`, [queue, mappings], (_, all) => invokes(all, arn, deployment)),
      ),
  ];
}

/** Query for all event source mappings of the account and Region. */
function mappingsOf(aws: Aws): Query<Mapping[]> {
  return {
    action: 'lambda:ListEventSourceMappings',
    arn: '*',
    subject: 'the event source mappings',
    run: async () => {
      const found: Mapping[] = [];
      let Marker: string | undefined;
      do {
        const page = await aws.lambda.send(new ListEventSourceMappingsCommand({ Marker }));
        found.push(...(page.EventSourceMappings ?? []));
        Marker = page.NextMarker;
      } while (Marker);
      return found;
    },
  };
}

function invokes(all: readonly Mapping[], source: string | undefined, { functions }: Deployment): Evaluation {
  const found = all.filter(
    ({ EventSourceArn, FunctionArn }) =>
      EventSourceArn !== undefined &&
      EventSourceArn === source &&
      functions.some(({ name }) => name === functionOf(FunctionArn)),
  );
  const states = found.map(({ State = 'not set' }) => State);
  return {
    passed: states.length > 0 && states.every((state) => state === 'Enabled'),
    pending: states.length > 0 && states.every((state) => state === 'Enabled' || IN_PROGRESS.includes(state)),
    found: found.map(describe).join('; ') || 'no event source mapping',
  };
}

function describe({ FunctionArn, State, StateTransitionReason }: Mapping): string {
  const reason = State === 'Enabled' || StateTransitionReason === undefined ? '' : ` (${StateTransitionReason})`;
  return `${functionOf(FunctionArn)}: ${facts(State)}${reason}`;
}

/** `arn:aws:lambda:us-east-1:123456789012:function:NAME:ALIAS` → `NAME` */
function functionOf(arn = ''): string | undefined {
  return arn.split(':')[6];
}

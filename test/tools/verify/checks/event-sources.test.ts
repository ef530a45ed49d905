import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import {
  ADMISSION_STREAM,
  type Answers,
  DELIVERY_QUEUE,
  HINT_QUEUE,
  LOG_STREAM,
  mapping,
  MAPPINGS,
  PASSING,
  TABLE,
} from '../passing-deployment';
import { finding, itFailsFor } from '../mocked-aws';

const OF_LOG = 'The stream of log invokes a function of the stack';
const OF_ADMISSION = 'The stream of admission invokes a function of the stack';
const OF_HINTS = 'hints invokes a function of the stack';
const OF_QUEUE = 'deliveries invokes a function of the stack';

const mappings = (...EventSourceMappings: EventSourceMappingConfiguration[]): Partial<Answers> => ({
  ListEventSourceMappings: () => ({ EventSourceMappings }),
});

describe('The checks of the event sources', () => {
  itFailsFor(OF_LOG, [
    ['no mapping', mappings(), 'no event source mapping'],
    ['a mapping of another table', mappings(mapping(ADMISSION_STREAM, 'dispatch')), 'no event source mapping'],
    ['a function of another stack only', mappings(mapping(LOG_STREAM, 'archive')), 'no event source mapping'],
    [
      'a mapping that someone disabled',
      mappings({ ...mapping(LOG_STREAM, 'dispatch', 'Disabled'), StateTransitionReason: 'User action' }),
      'dispatch: Disabled (User action)',
    ],
    ['a mapping that stops', mappings(mapping(LOG_STREAM, 'dispatch', 'Disabling')), 'dispatch: Disabling'],
    ['a mapping that is being deleted', mappings(mapping(LOG_STREAM, 'dispatch', 'Deleting')), 'dispatch: Deleting'],
    [
      'a stream that was replaced after its mapping was created',
      { DescribeTable: () => ({ Table: { ...TABLE, LatestStreamArn: `${LOG_STREAM}-2` } }) },
      'no event source mapping',
    ],
    [
      'a second function of the stack that no longer reads the stream',
      mappings(...MAPPINGS, mapping(LOG_STREAM, 'connect', 'Disabled')),
      'dispatch: Enabled; connect: Disabled',
    ],
  ]);

  itFailsFor(OF_ADMISSION, [
    [
      'no mapping',
      mappings(...MAPPINGS.filter((each) => each.EventSourceArn !== ADMISSION_STREAM)),
      'no event source mapping',
    ],
    [
      'a table without a stream',
      {
        DescribeTable: ({ TableName }) =>
          TableName === 'log' ? PASSING.DescribeTable({ TableName }) : { Table: TABLE },
      },
      'no event source mapping',
    ],
  ]);

  itFailsFor(OF_QUEUE, [
    ['no mapping', mappings(mapping(LOG_STREAM, 'dispatch')), 'no event source mapping'],
    ['another queue', mappings(mapping(`${DELIVERY_QUEUE}-old`, 'deliver')), 'no event source mapping'],
  ]);

  itFailsFor(OF_HINTS, [
    ['no mapping', mappings(mapping(DELIVERY_QUEUE, 'deliver')), 'no event source mapping'],
    ['a mapping that someone disabled', mappings(mapping(HINT_QUEUE, 'push', 'Disabled')), 'push: Disabled'],
  ]);

  it.each(['Creating', 'Enabling', 'Updating'])('are pending in the state %s', async (state) => {
    expect(await finding(OF_LOG, mappings(mapping(LOG_STREAM, 'dispatch', state)))).toMatchObject({
      result: 'pending',
      found: `dispatch: ${state}`,
    });
  });

  it('read every page of the list', async () => {
    const pages = [
      { EventSourceMappings: MAPPINGS.slice(0, 2), NextMarker: 'next' },
      { EventSourceMappings: MAPPINGS.slice(2) },
    ];

    expect(await finding(OF_QUEUE, { ListEventSourceMappings: () => pages.shift() ?? {} })).toMatchObject({
      result: 'passed',
    });
  });
});

import type { GetFunctionConfigurationCommandOutput } from '@aws-sdk/client-lambda';
import { Output } from '../../../../lib/outputs';
import { type Answers, FUNCTION } from '../passing-deployment';
import { itFailsFor } from '../mocked-aws';

const configuration = (changed: Partial<GetFunctionConfigurationCommandOutput>): Partial<Answers> => ({
  GetFunctionConfiguration: () => ({ ...FUNCTION, ...changed }),
});

describe('The checks of the functions', () => {
  itFailsFor('connect uses nodejs24.x on arm64, is active, and has tracing on', [
    [
      'an older runtime',
      configuration({ Runtime: 'nodejs20.x' }),
      'nodejs20.x, arm64, Active, last update Successful, tracing on',
    ],
    [
      'another architecture',
      configuration({ Architectures: ['x86_64'] }),
      'nodejs24.x, x86_64, Active, last update Successful, tracing on',
    ],
    [
      'a failed start',
      configuration({ State: 'Failed' }),
      'nodejs24.x, arm64, Failed, last update Successful, tracing on',
    ],
    [
      'a failed update',
      configuration({ LastUpdateStatus: 'Failed' }),
      'nodejs24.x, arm64, Active, last update Failed, tracing on',
    ],
    [
      'tracing in PassThrough mode',
      configuration({ TracingConfig: { Mode: 'PassThrough' } }),
      'nodejs24.x, arm64, Active, last update Successful, tracing off',
    ],
  ]);

  itFailsFor('connect uses nodejs24.x on arm64, is active, and has tracing off', [
    [
      'tracing of a function that the outputs list as untraced',
      {},
      'nodejs24.x, arm64, Active, last update Successful, tracing on',
      { [Output.UNTRACED_FUNCTIONS]: 'connect' },
    ],
  ]);

  itFailsFor('connect has a reserved concurrency of 50', [
    ['no reservation', { GetFunctionConcurrency: () => ({}) }, 'no reserved concurrency'],
    [
      'a reserved concurrency of 0, which stops the function',
      { GetFunctionConcurrency: () => ({ ReservedConcurrentExecutions: 0 }) },
      'a reserved concurrency of 0',
    ],
  ]);

  itFailsFor('deliver has no reserved concurrency', [
    [
      'a reservation',
      { GetFunctionConcurrency: () => ({ ReservedConcurrentExecutions: 1 }) },
      'a reserved concurrency of 1',
    ],
  ]);
});

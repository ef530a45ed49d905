import type { GetFunctionConfigurationCommandOutput } from '@aws-sdk/client-lambda';
import { type Answers, FUNCTION } from '../kept-promises';
import { itIsBrokenBy } from '../mocked-aws';

const configuration = (changed: Partial<GetFunctionConfigurationCommandOutput>): Partial<Answers> => ({
  GetFunctionConfiguration: () => ({ ...FUNCTION, ...changed }),
});

describe('functions', () => {
  itIsBrokenBy('connect runs on nodejs24.x and arm64, active and traced', [
    [
      'an older runtime',
      configuration({ Runtime: 'nodejs20.x' }),
      'nodejs20.x, arm64, Active, last update Successful, traced',
    ],
    [
      'another architecture',
      configuration({ Architectures: ['x86_64'] }),
      'nodejs24.x, x86_64, Active, last update Successful, traced',
    ],
    ['a failed start', configuration({ State: 'Failed' }), 'nodejs24.x, arm64, Failed, last update Successful, traced'],
    [
      'a failed update',
      configuration({ LastUpdateStatus: 'Failed' }),
      'nodejs24.x, arm64, Active, last update Failed, traced',
    ],
    [
      'traces that are only passed through',
      configuration({ TracingConfig: { Mode: 'PassThrough' } }),
      'nodejs24.x, arm64, Active, last update Successful, not traced',
    ],
  ]);

  itIsBrokenBy('connect has a concurrency of 50 reserved', [
    ['no reservation', { GetFunctionConcurrency: () => ({}) }, 'no concurrency reserved'],
    [
      'a reservation of nothing, which stops the function',
      { GetFunctionConcurrency: () => ({ ReservedConcurrentExecutions: 0 }) },
      'a concurrency of 0 reserved',
    ],
  ]);

  itIsBrokenBy('deliver has no concurrency reserved', [
    [
      'a reservation',
      { GetFunctionConcurrency: () => ({ ReservedConcurrentExecutions: 1 }) },
      'a concurrency of 1 reserved',
    ],
  ]);
});

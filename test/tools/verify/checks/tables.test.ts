import { itIsBrokenBy } from '../mocked-aws';

describe('tables', () => {
  itIsBrokenBy('log can be restored to any second', [
    [
      'recovery switched off',
      {
        DescribeContinuousBackups: () => ({
          ContinuousBackupsDescription: {
            ContinuousBackupsStatus: 'ENABLED',
            PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
          },
        }),
      },
      'point-in-time recovery DISABLED',
    ],
    ['an answer without it', { DescribeContinuousBackups: () => ({}) }, 'point-in-time recovery DISABLED'],
  ]);

  itIsBrokenBy('connections removes what has expired', [
    [
      'time to live switched off',
      { DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }) },
      'time to live DISABLED',
    ],
    ['an answer without it', { DescribeTimeToLive: () => ({}) }, 'time to live DISABLED'],
  ]);

  itIsBrokenBy('log streams its changes', [
    ['no stream', { DescribeTable: () => ({ Table: { DeletionProtectionEnabled: true } }) }, 'no stream'],
  ]);

  itIsBrokenBy('admission streams its changes', [
    ['no stream', { DescribeTable: () => ({ Table: { DeletionProtectionEnabled: true } }) }, 'no stream'],
  ]);

  itIsBrokenBy('log refuses deletion', [['no protection', { DescribeTable: () => ({ Table: {} }) }, 'not protected']]);

  itIsBrokenBy('connections refuses deletion', [
    [
      'no protection of this one table',
      { DescribeTable: ({ TableName }) => ({ Table: { DeletionProtectionEnabled: TableName !== 'connections' } }) },
      'not protected',
    ],
  ]);
});

import { itFailsFor } from '../mocked-aws';

describe('The checks of the tables', () => {
  itFailsFor('log has point-in-time recovery', [
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

  itFailsFor('connections has time to live', [
    [
      'time to live switched off',
      { DescribeTimeToLive: () => ({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }) },
      'time to live DISABLED',
    ],
    ['an answer without it', { DescribeTimeToLive: () => ({}) }, 'time to live DISABLED'],
  ]);

  itFailsFor('log has a stream', [
    ['no stream', { DescribeTable: () => ({ Table: { DeletionProtectionEnabled: true } }) }, 'no stream'],
  ]);

  itFailsFor('admission has a stream', [
    ['no stream', { DescribeTable: () => ({ Table: { DeletionProtectionEnabled: true } }) }, 'no stream'],
  ]);

  itFailsFor('log has deletion protection', [
    ['no protection', { DescribeTable: () => ({ Table: {} }) }, 'not protected'],
  ]);

  itFailsFor('connections has deletion protection', [
    [
      'no protection of this one table',
      { DescribeTable: ({ TableName }) => ({ Table: { DeletionProtectionEnabled: TableName !== 'connections' } }) },
      'not protected',
    ],
  ]);
});

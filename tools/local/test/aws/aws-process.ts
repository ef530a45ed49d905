import { startAws } from '../../aws/aws';
import { queue, table } from './fixture';

/** Runs the endpoint with the table `log` and the queue `work` in a separate process. Its argument is the data folder. */
startAws({
  blueprint: {
    accountId: '000000000000',
    tables: [table('log', { streamViewType: 'NEW_IMAGE' })],
    queues: [queue('work')],
    userPools: [],
  },
  port: 0,
  data: process.argv[2],
  streams: { delayMs: 0 },
  authorizer: { authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) },
  log: ({ text }) => console.error(text),
}).then(({ endpoint }) => process.send?.(endpoint));

/** A task of the lane. */
import { randomUUID } from 'node:crypto';
import { EmbeddedMetrics } from '../../../../lambda/embedded-metrics';
import { AdmissionTable } from '../../../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../../../lambda/adapters/connection-opener';
import { TaskTable } from '../../../../lambda/adapters/task-table';
import { RecentHeads } from '../../../../lambda/realtime/recent-heads';
import { systemClock } from '../../../../lambda/system-clock';
import { LIMITS } from '../../../../service/websocket/limits';
import { WebSocketTask } from '../../../../service/websocket/websocket-task';
import { answerRequests } from '../../isolation/benchmark-process';
import { messageLog, TABLES, tableOf } from '../lane';
import { type Use, useOf, type UseRequest } from '../use';

export type ServerRequest = UseRequest | { readonly action: 'serve' };

export interface ServerAnswer extends Use {
  readonly port?: number;
}

const HOST = '127.0.0.1';
const frames = { perSecond: 20, burst: 200 };

answerRequests<ServerRequest, ServerAnswer>(async (request) =>
  request.action === 'serve' ? { port: await serve() } : useOf(request),
);

/** @returns the port, once the task has its lease */
async function serve(): Promise<number> {
  const table = new TaskTable(tableOf('connections'), systemClock);
  const admission = tableOf('admission');
  return new Promise((resolve) => {
    const task = new WebSocketTask({
      ...{ table, frames, clock: systemClock, metrics: new EmbeddedMetrics('bench'), drainSeconds: 1 },
      logger: ({ event, ...line }) => {
        if (event === 'serving') {
          resolve(task.port);
        } else {
          console.error(JSON.stringify({ event, ...line }));
        }
      },
      connectionOpener: new DynamoConnectionOpener({
        connections: table,
        admission: { table: admission, name: TABLES.admission },
        connectionsPerSubject: 20,
        frames,
        clock: systemClock,
      }),
      session: {
        log: new RecentHeads(messageLog(), systemClock),
        rateLimits: new AdmissionTable(admission, systemClock, { perSecond: 100, burst: 200 }),
        clock: systemClock,
        newId: randomUUID,
      },
      allowedOrigins: [],
      ownOrigin: `https://${HOST}`,
      path: '/',
      connectionsPerTask: 20_000,
      limits: LIMITS,
    });
    void task.serve({ port: 0, postsPort: 0, address: HOST, host: HOST });
  });
}

import { list, milliseconds } from '../../words';
import { NOTICEABLE } from '../diagnosis/thresholds';
import type { Costs } from './costs';
import { processCost, processVerdict } from './process-verdict';
import type { Restart } from './restarts';
import type { SocketVerdict } from './socket-verdict';

/** The answer in a few plain sentences. Pure. */
export function answerOf(restarts: readonly Restart[], costs: Costs, sockets: SocketVerdict): string {
  return [times(restarts), ofTheProcess(costs, sockets), ...ofTheSocket(costs, sockets)].join(' ');
}

function times(restarts: readonly Restart[]): string {
  const [alone] = restarts;
  const second = milliseconds(alone?.requests.second.ms ?? 0);
  if (alone?.socket === undefined) {
    const firsts = restarts.map(({ requests }) => milliseconds(requests.first.ms));
    return `After three restarts, the first request took ${list(firsts)}, the second ${second}.`;
  }
  return `After a restart, the first request took ${milliseconds(alone.requests.first.ms)}, the second ${second}.`;
}

function ofTheProcess(costs: Costs, { shares = 0 }: SocketVerdict): string {
  const cost = processCost(costs);
  switch (processVerdict(costs)) {
    case 'cold':
      return shares === 0
        ? `${milliseconds(cost)} belong to the process: it was cold.`
        : `${milliseconds(cost)} belong to the process: it was cold, and ${milliseconds(Math.min(shares, cost))} of them are paid by the socket instead if it comes first.`;
    case 'fast':
      return 'A new process is not slow by itself.';
    case 'sometimes':
      return 'That is no cold process, which is slow after each restart.';
  }
}

function ofTheSocket(
  { atOnce, socketFirst = 0, manyCold }: Costs,
  { adds, shares, unexplained }: SocketVerdict,
): string[] {
  if (adds !== undefined) {
    return [`A request at the same time as the first socket waits ${milliseconds(adds)} longer.`];
  }
  if (atOnce === undefined || shares !== undefined || unexplained !== undefined || manyCold) {
    return [];
  }
  return socketFirst >= NOTICEABLE
    ? [`The first use of the socket takes ${milliseconds(socketFirst)}, and delays no request.`]
    : ['The socket adds nothing to it.'];
}

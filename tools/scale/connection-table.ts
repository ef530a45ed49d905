import { framesOfClients, renewalsPerSecond } from './clients';
import { Cost, Servers } from './facts';
import type { Load } from './load';
import { posting } from './posting';
import { recipientsOf } from './recipients';
import { entriesOf } from './shards';
import { tasksOf } from './tasks';

/** Write units a second of the connection table. With servers, only slots are those of connections. */
export function connectionWrites(load: Load): number {
  const renewals = renewalsPerSecond(load);
  if (load.entry === 'apiGateway') {
    return (
      framesOfClients(load) * Cost.frameWrites.value +
      renewals * (Cost.connectWrites.value + Cost.disconnectWrites.value)
    );
  }
  const slots = renewals * (Servers.openWrites.value + Servers.closeWrites.value);
  return slots + tasksOf(load) / Servers.leaseSeconds.value + subscriptionWrites(load);
}

/** Writes of the tasks' subscriptions: renewed each hour, and with each new number of subscribers, but not more than once a second. */
function subscriptionWrites(load: Load): number {
  const rows = load.topics * recipientsOf(load).count;
  const changes = (2 * renewalsPerSecond(load)) / rows;
  const counts = changes / (1 + changes * Servers.countSeconds.value);
  return rows * Math.max(counts, 1 / Servers.renewalSeconds.value);
}

/** Read units a second of the connection table for the recipients of messages. A read of a shard is at least one unit. */
export function subscriptionReads(load: Load): number {
  const { hints, batches } = posting(load);
  const { count } = recipientsOf(load);
  return load.topics * (hints + batches) * Math.max(entriesOf(count), (count * Cost.rowBytes.value) / 4096);
}

import { framesOfClients, renewalsPerSecond } from './clients';
import { Quota, Servers } from './facts';
import { leastWhole } from './least';
import type { Load } from './load';
import { posting } from './posting';

/** Least number of tasks whose connections and CPU time are within the target of the scaling. */
export function tasksOf(load: Load): number {
  const target = Servers.targetShare.value;
  const byConnections = Math.ceil(load.connections / (load.connectionsPerTask * target));
  const least = Math.max(Servers.leastTasks.value, byConnections);
  const suffice = (tasks: number) => cpuOfTasks(load, tasks) <= tasks * vcpusOf(load) * target;
  // With any number of tasks, there are not more posts than with one connection on each.
  const most = Math.ceil(cpuOfTasks(load, Number.POSITIVE_INFINITY) / (vcpusOf(load) * target));
  return leastWhole(least, Math.max(least, most), suffice) ?? most;
}

/** vCPUs of a task. */
export function vcpusOf({ taskCpu }: Pick<Load, 'taskCpu'>): number {
  return taskCpu / 1024;
}

/** CPU seconds that all tasks together use each second. */
export function cpuOfTasks(load: Load, tasks: number): number {
  const posts = load.topics * tasksWithTopic(load, tasks) * postsToTask(load);
  return (
    framesPerSecond(load) * load.connections * sendCpuOf(load) +
    (posts + renewalsPerSecond(load)) * handshakeCpuOf(load) +
    framesOfClients(load) * answerCpuOf(load)
  );
}

/** CPU seconds of a new connection: its handshake and its subscription. */
export function connectCpuOf(load: Load): number {
  return handshakeCpuOf(load) + answerCpuOf(load);
}

/** CPU seconds in which a task sends a frame. */
export function sendCpuOf({ sendCpu }: Load): number {
  return sendCpu * 1e-6;
}

function handshakeCpuOf({ handshakeCpu }: Load): number {
  return handshakeCpu * 1e-6;
}

/** CPU seconds of a client's frame: it is received and answered, each as if it were sent. */
function answerCpuOf(load: Load): number {
  return 2 * sendCpuOf(load);
}

/** Expected number of tasks that have a connection of a topic, if each connection is on a random task. */
export function tasksWithTopic({ connections, topics }: Load, tasks: number): number {
  const each = connections / topics;
  return tasks === Number.POSITIVE_INFINITY ? each : tasks * (1 - (1 - 1 / tasks) ** each);
}

/** Posts a second to a task for one of its topics. */
function postsToTask(load: Load): number {
  const { hints, batches, bytesOfBatch } = posting(load);
  return hints + batches * Math.ceil(bytesOfBatch / Servers.postBytes.value);
}

/** Frames a second to a connection: a message after a pause, or a batch of the others. */
function framesPerSecond(load: Load): number {
  const { hints, batches, bytesOfBatch } = posting(load);
  return hints + batches * Math.ceil(bytesOfBatch / Quota.frameBytes.value);
}

/** LCUs of the load balancer: the largest of its connections, its new connections, and the bytes of messages. */
export function lcusOf(load: Load): number {
  const { connections, rate, bytes } = load;
  const { lcuConnections, lcuConnects, lcuBytes } = Servers;
  return Math.max(
    connections / lcuConnections.value,
    renewalsPerSecond(load) / lcuConnects.value,
    (3600 * bytes * connections * rate) / lcuBytes.value,
  );
}

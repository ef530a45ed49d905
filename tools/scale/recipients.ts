import { Quota, Servers } from './facts';
import type { Load } from './load';
import { posting } from './posting';
import { tasksOf, tasksWithTopic } from './tasks';

/** Rows of a topic, each of which gets posts: its connections, or with servers the tasks that have some of them. */
export interface Recipients {
  /** Number for one topic. With servers, an expected value. */
  readonly count: number;
  readonly name: 'connections' | 'tasks';
}

export function recipientsOf(load: Load): Recipients {
  return load.entry === 'apiGateway'
    ? { count: load.connections / load.topics, name: 'connections' }
    : { count: tasksWithTopic(load, tasksOf(load)), name: 'tasks' };
}

/** Posts a second to the recipients of all topics. */
export interface Posts {
  /** Of messages after a pause. */
  readonly hintPosts: number;
  /** Of batches from the stream. */
  readonly batchPosts: number;
}

/** A post to a connection is a frame. A post to a task has more room, and contains several. */
export function postsOf(load: Load): Posts {
  const { hints, batches, bytesOfBatch } = posting(load);
  const recipients = load.topics * recipientsOf(load).count;
  const room = load.entry === 'apiGateway' ? Quota.frameBytes.value : Servers.postBytes.value;
  return { hintPosts: recipients * hints, batchPosts: recipients * batches * Math.ceil(bytesOfBatch / room) };
}

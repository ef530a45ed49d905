import { type Json, type Message, type Position, START } from '../../client/protocol';
import { AccessChecker } from './access-checker';
import type { Event, History } from './history';
import { RateChecker } from './rate-checker';

/** A guarantee that was violated. */
export interface Violation {
  /** Milliseconds since 1970. */
  at: number;
  what: string;
}

type Of<Type extends Event['type']> = Extract<Event, { type: Type }>;

/** @returns all violations of the guarantees in docs/protocol.md, in the order in which they were detected. */
export function check(history: History): Violation[] {
  const checker = new Checker(history);
  for (const event of history.events) {
    checker.see(event);
  }
  checker.end();
  return checker.violations;
}

/** Maximum milliseconds between the time in a message and its write to the log: an attempt can wait for a slow table. */
const SLACK = 10_000;

/** Maximum milliseconds until a delivery that fails is given up: it is received 20 times, with 3 minutes between two receptions. */
const REDELIVERY = 3_600_000;

/** Maximum latency of a message without faults. Most messages take less than 1.5 s. Milliseconds. */
const PROMPTLY = 5000;

/**
 * Maximum of the 95th percentile of a run's latencies, with any faults but an outage. A lost push is detected by the next ping, after at
 * most 288 s, or by the one after it. Two failed attempts to reconnect take at most 70 s each: a timeout of 10 s and a
 * backoff of 60 s. Milliseconds.
 */
const USUALLY = 720_000;

/**
 * Maximum of the median latency of messages with hints, in a run without faults, in milliseconds. The stream alone takes 50 to
 * 350 ms.
 */
const SHORTLY = 180;

/** Milliseconds by which a pause between two writes can differ from the one that the message log measures. */
const PAUSE_SLACK = 1000;

/** Number of latencies from which on their median is checked. */
const SOME = 5;

/** Number of latencies from which on their 95th percentile is checked. */
const ENOUGH = 20;

/** State of one handler of a topic. */
interface Reader {
  name: string;
  topic: string;
  /** Position of the last handled message. Undefined until the first position is known. */
  position: Position | undefined;
  since: number;
  ready: boolean;
  left: boolean;
}

class Checker {
  readonly violations: Violation[] = [];
  /** All messages that were ever appended, by topic and position. */
  private readonly committed = new Map<string, { message: Message; at: number; paused: boolean }>();
  /** Messages of each topic, without those that a restore removed. Includes expired messages. */
  private readonly kept = new Map<string, Message[]>();
  private readonly heads = new Map<string, Position>();
  /** Latencies of messages that were appended while a handler was ready, in milliseconds. */
  private readonly latencies: number[] = [];
  /** The same, only of messages after a pause. */
  private readonly afterPause: number[] = [];
  private readonly writtenAt = new Map<string, number>();
  private readonly readers = new Map<string, Reader>();
  private now = 0;
  private restoredAt = Number.NEGATIVE_INFINITY;
  /** Time at which a restore ended each epoch. */
  private readonly endedAt = new Map<string, number>();
  private readonly access: AccessChecker;
  private readonly rates = new RateChecker((what) => this.violated(what));

  constructor(private readonly history: History) {
    this.access = new AccessChecker((what) => this.violated(what), history.servers);
  }

  see(event: Event): void {
    this.now = event.at;
    this.access.see(event);
    this.rates.see(event);
    switch (event.type) {
      case 'committed':
        this.commit(event);
        break;
      case 'marked':
        this.marked(event);
        break;
      case 'restored':
        this.restore(event);
        break;
      case 'acknowledged':
        this.acknowledged(event);
        break;
      case 'refused':
        this.refused(event);
        break;
      case 'subscribed':
        this.readers.set(event.reader, {
          name: event.reader,
          topic: event.topic,
          position: event.after,
          since: event.at,
          ready: false,
          left: false,
        });
        break;
      case 'ready':
        this.ready(event);
        break;
      case 'handled':
        this.handled(event);
        break;
      case 'recovered':
        this.recovered(event);
        break;
      case 'left':
        this.left(this.reader(event.reader));
        break;
      case 'failed':
        this.violated(`${event.where} threw ${event.error instanceof Error ? event.error.stack : event.error}`);
    }
  }

  /** Compares the final state, after all faults have stopped and pending work has completed. */
  end(): void {
    const { end, log, heads, outage = false } = this.history;
    this.now = end;
    this.access.end();
    const usually = this.latencies.sort((one, other) => one - other)[Math.floor(0.95 * this.latencies.length)] ?? 0;
    if (!outage && this.latencies.length >= ENOUGH && usually > USUALLY) {
      this.violated(`The 95th percentile of ${this.latencies.length} latencies is ${usually} ms`);
    }
    const shortly = this.afterPause.sort((one, other) => one - other)[Math.floor(0.5 * this.afterPause.length)] ?? 0;
    if (this.afterPause.length >= SOME && shortly > SHORTLY) {
      this.violated(`The median of ${this.afterPause.length} latencies after a pause is ${shortly} ms`);
    }
    const expected = [...this.kept.values()].flat().filter((message) => !this.mayBeExpired(message));
    const found = new Set(log.map(placeOf));
    for (const message of expected.filter((each) => !found.has(placeOf(each)))) {
      this.violated(`The log has lost ${placeOf(message)}`);
    }
    for (const { name, topic, position, left } of this.readers.values()) {
      const head = heads[topic] ?? START;
      if (!left && !same(position, head)) {
        this.violated(`The position of ${name} in ${topic} is ${written(position)}, but the head is ${written(head)}`);
      }
    }
  }

  private commit({ message }: Of<'committed'>): void {
    const { topic, epoch, sequence, id } = message;
    const head = this.head(topic);
    if (this.committed.has(placeOf(message))) {
      this.violated(`${placeOf(message)} was assigned twice`);
    } else if (sequence !== head.sequence + 1 || (head.epoch !== '' && epoch !== head.epoch)) {
      this.violated(`${placeOf(message)} follows ${written(head)}`);
    }
    const kept = this.kept.get(topic) ?? [];
    // After a restore, the ids of the epochs that it ended are forgotten.
    const twin = kept.find((each) => each.id === id && !this.endedAt.has(each.epoch) && !this.mayBeExpired(each));
    if (twin) {
      this.violated(`The id ${id} was appended twice: as ${placeOf(twin)} and as ${placeOf(message)}`);
    }
    this.committed.set(placeOf(message), { message, at: this.now, paused: this.hasPaused(topic) });
    this.writtenAt.set(topic, this.now);
    this.kept.set(topic, [...kept, message]);
    this.heads.set(topic, { epoch, sequence });
  }

  /** @returns true if the next message of a topic is hinted */
  private hasPaused(topic: string): boolean {
    const { hintAfter = Number.POSITIVE_INFINITY } = this.history;
    return this.now - (this.writtenAt.get(topic) ?? 0) > hintAfter + PAUSE_SLACK;
  }

  private restore({ heads }: Of<'restored'>): void {
    this.restoredAt = this.now;
    for (const [topic, kept] of this.kept) {
      const head = heads[topic] ?? START;
      const { epoch } = this.head(topic);
      if (epoch !== head.epoch) {
        this.endedAt.set(epoch, this.now);
      }
      this.kept.set(
        topic,
        kept.filter(({ sequence }) => sequence <= head.sequence),
      );
      this.heads.set(topic, head);
    }
  }

  private marked({ topic, epoch, first, missing }: Of<'marked'>): void {
    if (missing.length > 0) {
      this.violated(`${placeOf({ topic, epoch, sequence: first })} was marked, but has not reached ${missing.join()}`);
    }
  }

  private acknowledged({ data, answer }: Of<'acknowledged'>): void {
    const durable = this.committed.get(placeOf(answer))?.message;
    if (!durable || !sameMessage(durable, { ...answer, data })) {
      this.violated(`${placeOf(answer)} was acknowledged for ${answer.id}, but is ${durable?.id ?? 'not in the log'}`);
    }
  }

  /** A `conflict` requires a message with the same id and other data. Other transient errors are always possible. */
  private refused({ topic, id, data, code }: Of<'refused'>): void {
    const other = [...this.committed.values()].some(
      ({ message }) => message.topic === topic && message.id === id && !sameData(message.data, data),
    );
    if (code === 'conflict' && !other) {
      this.violated(`${id} of ${topic} was refused as a conflict without one`);
    }
    if (code === 'unavailable' && this.isHealthy(this.now)) {
      this.violated(`${id} of ${topic} was refused without faults: ${code}`);
    }
    if (!['conflict', 'unavailable', 'rate_limited'].includes(code)) {
      this.violated(`${id} of ${topic} was refused: ${code}`);
    }
  }

  private ready({ reader: name, position }: Of<'ready'>): void {
    const reader = this.reader(name);
    const head = this.head(reader.topic);
    reader.ready = true;
    reader.position ??= position;
    if (!same(reader.position, position)) {
      this.violated(`${name} is ready at ${written(position)}, but its position is ${written(reader.position)}`);
    }
    if (position.epoch === head.epoch && position.sequence > head.sequence) {
      this.violated(`${name} starts at ${written(position)} in ${reader.topic}, but the head is ${written(head)}`);
    }
  }

  private handled({ reader: name, message }: Of<'handled'>): void {
    const reader = this.reader(name);
    const durable = this.committed.get(placeOf(message));
    const { position } = reader;
    if (reader.left) {
      this.violated(`${name} handled ${placeOf(message)} after it had unsubscribed`);
    }
    if (message.topic !== reader.topic) {
      this.violated(`${name} of ${reader.topic} handled ${placeOf(message)}`);
    } else if (!durable || !sameMessage(durable.message, message)) {
      this.violated(`${name} handled ${placeOf(message)}, which ${durable ? 'is different' : 'does not exist'}`);
    }
    if (position && !follows(message, position)) {
      this.violated(`${name} handled ${placeOf(message)} after ${written(position)}`);
    }
    if (reader.since > (this.endedAt.get(message.epoch) ?? Number.POSITIVE_INFINITY) + REDELIVERY) {
      this.violated(`${name} handled ${placeOf(message)}, whose epoch ended before it subscribed`);
    }
    if (durable?.paused && reader.ready && this.isHealthy(durable.at) && durable.at > reader.since) {
      this.afterPause.push(this.now - durable.at);
    }
    if (durable && this.isLate(durable.at, reader)) {
      this.violated(`${name} handled ${placeOf(message)} ${this.now - durable.at} ms after it was appended`);
    }
    reader.position = { epoch: message.epoch, sequence: message.sequence };
  }

  private left(reader: Reader): void {
    const { name, topic, position } = reader;
    reader.left = true;
    const next = this.kept.get(topic)?.find((message) => position && follows(message, position));
    const at = next && this.committed.get(placeOf(next))?.at;
    if (next && at !== undefined && this.isLate(at, reader)) {
      this.violated(`${name} did not handle ${placeOf(next)}, ${this.now - at} ms after it was appended`);
    }
  }

  /** Counts a latency. @returns true if a handler that gets a message now, which was appended at a time, gets it too late */
  private isLate(appendedAt: number, { ready, since }: Reader): boolean {
    const { promptly = Number.POSITIVE_INFINITY } = this.history;
    const maximum = this.isHealthy(appendedAt) ? PROMPTLY : promptly;
    const latency = this.now - Math.max(appendedAt, since);
    if (ready) {
      this.latencies.push(latency);
    }
    return ready && latency > maximum;
  }

  private isHealthy(at: number): boolean {
    return at >= (this.history.healthySince ?? Number.POSITIVE_INFINITY);
  }

  private recovered({ reader: name, recovered, position }: Of<'recovered'>): void {
    const reader = this.reader(name);
    if (recovered && !same(reader.position, position)) {
      this.violated(`${name} recovered up to ${written(position)}, but its position is ${written(reader.position)}`);
    }
    // A response from before a restore can arrive after it, and messages can be missing because of the restore.
    const overtaken = position.epoch !== this.head(reader.topic).epoch && this.now - this.restoredAt <= SLACK;
    if (!recovered && !overtaken && !this.isMissing(reader)) {
      this.violated(`${name} got recovered: false after ${written(reader.position)}, but no message is missing`);
    }
    reader.position = position;
  }

  /** @returns true if messages after a reader's position are missing because of a restore or the retention */
  private isMissing({ topic, position }: Reader): boolean {
    const head = this.head(topic);
    if (!position || position.sequence === head.sequence) {
      return position?.epoch !== head.epoch;
    }
    const next = this.committed.get(placeOf({ topic, epoch: head.epoch, sequence: position.sequence + 1 }))?.message;
    return (position.epoch !== '' && position.epoch !== head.epoch) || !next || this.mayBeExpired(next);
  }

  /** @returns true if the retention of a message may have ended: it begins shortly before the write, in whole seconds */
  private mayBeExpired(message: Message): boolean {
    const at = this.committed.get(placeOf(message))?.at ?? 0;
    return at + this.history.retention <= this.now + SLACK;
  }

  private head(topic: string): Position {
    return this.heads.get(topic) ?? START;
  }

  private reader(name: string): Reader {
    const reader = this.readers.get(name);
    if (!reader) {
      throw new Error(`The history has no reader ${name}`);
    }
    return reader;
  }

  private violated(what: string): void {
    this.violations.push({ at: this.now, what });
  }
}

const placeOf = ({ topic, epoch, sequence }: Position & { topic: string }): string => `${topic} ${epoch} ${sequence}`;

const written = (position: Position | undefined): string =>
  position ? `${position.epoch || "''"} ${position.sequence}` : 'nothing';

const same = (one: Position | undefined, other: Position | undefined): boolean =>
  one?.epoch === other?.epoch && one?.sequence === other?.sequence;

/** @returns true if a message is the next one after a position. The first message of a topic sets its epoch. */
const follows = (message: Message, { epoch, sequence }: Position): boolean =>
  message.sequence === sequence + 1 && (epoch === '' || message.epoch === epoch);

const sameData = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other);

const sameMessage = (one: Message, other: Message): boolean =>
  placeOf(one) === placeOf(other) &&
  one.id === other.id &&
  one.publishedAt === other.publishedAt &&
  sameData(one.data, other.data);

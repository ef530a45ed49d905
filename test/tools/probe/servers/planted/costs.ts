import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { block } from '../api';
import type { PlantedOptions } from './options';

/** Costs of requests before their responses. One object is one process: a restarted server has a new one. */
export class Costs {
  private imported = false;
  private connected: Promise<unknown> | undefined;
  private readonly urls = new Map<string, Promise<unknown>>();
  private readonly connections = new WeakSet<Socket>();
  private readonly workers: Worker[];
  private accepted = 0;
  private readonly workerOf = new WeakMap<Socket, Worker>();
  private lastEnd: number | undefined;

  constructor(private readonly options: PlantedOptions) {
    this.workers = Array.from({ length: options.workers ?? 0 }, () => new Worker(options));
  }

  /** Pays every cost that this request is the first to meet. */
  async pay({ url = '/', socket }: IncomingMessage): Promise<void> {
    const { perUrl, perConnection, always, afterRest } = this.options;
    const rested = this.lastEnd === undefined ? 0 : performance.now() - this.lastEnd;
    if (this.workers.length > 0) {
      await this.worker(socket).pay();
    } else {
      await this.payOnce();
    }
    if (perConnection !== undefined && !this.connections.has(socket)) {
      this.connections.add(socket);
      await sleep(perConnection);
    }
    if (perUrl !== undefined) {
      const paid = this.urls.get(url) ?? sleep(perUrl);
      this.urls.set(url, paid);
      await paid;
    }
    if (afterRest !== undefined && rested >= afterRest.seconds * 1000) {
      await sleep(afterRest.ms);
    }
    if (always !== undefined) {
      await sleep(always);
    }
    this.lastEnd = performance.now();
  }

  private async payOnce(): Promise<void> {
    if (this.options.import !== undefined && !this.imported) {
      this.imported = true;
      block(this.options.import);
    }
    if (this.options.database !== undefined) {
      this.connected ??= sleep(this.options.database);
      await this.connected;
    }
  }

  private worker(socket: Socket): Worker {
    const known = this.workerOf.get(socket);
    const worker = known ?? (this.workers[this.accepted++ % this.workers.length] as Worker);
    this.workerOf.set(socket, worker);
    return worker;
  }
}

/** A worker in a process of its own: while it starts, its requests wait, and the requests of others do not. */
class Worker {
  private started: Promise<unknown> | undefined;

  constructor(private readonly options: PlantedOptions) {}

  async pay(): Promise<void> {
    this.started ??= sleep((this.options.import ?? 0) + (this.options.database ?? 0));
    await this.started;
  }
}

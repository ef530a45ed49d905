import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint, Setup } from '../setup';

/** Maximum number of positions of a mapping. A stream has about 14 shards: two for each four of its last 24 hours. */
const MAX_SHARDS = 200;

/** Positions of the event sources, for a process that restarts and, with `data`, for the next run. */
export class Checkpoints {
  private readonly file: string | undefined;
  private readonly positions: Record<string, Record<string, string>>;

  /** @param folder - data folder; undefined if the positions are only in memory */
  constructor(folder: string | undefined) {
    this.file = folder && join(folder, 'checkpoints.json');
    this.positions = this.file && existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : {};
  }

  get all(): NonNullable<Setup['checkpoints']> {
    return this.positions;
  }

  remember({ mapping, shardId, sequenceNumber }: Checkpoint): void {
    const { [shardId]: _earlier, ...others } = this.positions[mapping] ?? {};
    const kept = Object.entries(others).slice(1 - MAX_SHARDS);
    this.positions[mapping] = { ...Object.fromEntries(kept), [shardId]: sequenceNumber };
    if (this.file) {
      // Renaming is atomic: if the process is killed here, either the old or the new file remains.
      writeFileSync(`${this.file}.new`, JSON.stringify(this.positions));
      renameSync(`${this.file}.new`, this.file);
    }
  }
}

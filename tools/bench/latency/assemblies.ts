import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import cdk from '../../../cdk.json';
import { outputOf, TYPESCRIPT } from '../processes';
import { withoutHints } from './without-hints';

/** Folders of two cloud assemblies of the dev stage. */
export interface Assemblies {
  /** The app as it is. */
  readonly hints: string;
  /** The app without hints: the stream pushes all messages. */
  readonly stream: string;
  /** Deletes both. */
  remove(): void;
}

/** Synthesizes the app as `npm start` does, and derives the assembly without hints from it. */
export async function synthesize(): Promise<Assemblies> {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-latency-'));
  const [hints, stream] = [join(folder, 'hints'), join(folder, 'stream')];
  const remove = () => rmSync(folder, { recursive: true });
  try {
    await outputOf({
      args: [...TYPESCRIPT, 'bin/twinlane.ts'],
      env: { CDK_OUTDIR: hints, CDK_CONTEXT_JSON: JSON.stringify(cdk.context) },
    });
    cpSync(hints, stream, { recursive: true });
    for (const file of readdirSync(stream).filter((name) => name.endsWith('.template.json'))) {
      const path = join(stream, file);
      writeFileSync(path, JSON.stringify(withoutHints(JSON.parse(readFileSync(path, 'utf8')))));
    }
    return { hints, stream, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

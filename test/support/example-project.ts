import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import project from '../../cdk.json';
import example from './example-cdk.json';

/**
 * The project's cdk.json with the stages that the tests are about. The project has these stages until it is set up for an account, and
 * then stages of its own, with which the tests must still pass.
 */
export const cdk = { ...project, context: { ...project.context, twinlane: example.context.twinlane } };

/** The stages in a cdk.json that Prettier has formatted. */
const STAGES = /^ {4}"twinlane": \{\n[^]*?^ {4}\}/m;

/** @returns the text of {@link cdk}, with the layout of the project's cdk.json, which the guides change. Throws if it has another layout */
export function textOfCdk(): string {
  const [text, stages] = ['../../cdk.json', 'example-cdk.json'].map((file) =>
    readFileSync(join(__dirname, file), 'utf8'),
  );
  const [block] = STAGES.exec(stages ?? '') ?? [];
  if (!text || !block || !STAGES.test(text)) {
    throw new Error('cdk.json must be formatted, to find its stages. Fix: run npx prettier --write cdk.json');
  }
  return text.replace(STAGES, () => block);
}

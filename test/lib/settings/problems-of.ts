import { cdk } from '../../support/example-project';
import { type Problem, readSettings } from '../../../lib/settings/settings';

/**
 * The problems of the repository's dev block with some values replaced, each named by its path (`hosts.http`);
 * `undefined` removes a value.
 */
export function problemsOf(changes: Record<string, unknown>): Problem[] {
  const dev: object = structuredClone(cdk.context.twinlane.dev);
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const parent = keys.slice(0, -1).reduce((node, key) => Reflect.get(node, key), dev);
    Reflect.set(parent, keys.at(-1) ?? '', value);
  }
  const result = readSettings({ dev }, 'dev');
  return 'problems' in result ? result.problems : [];
}

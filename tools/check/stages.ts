import { CommandError } from '../cli';

/**
 * @param text - a cdk.json
 * @returns the names of its stages, in its order
 * @throws CommandError if it has none
 */
export function stagesIn(text: string): string[] {
  const stages = Object.keys((JSON.parse(text) as Configuration).context?.twinlane ?? {});
  if (stages.length === 0) {
    throw new CommandError(
      'cdk.json has no stages. Fix: add "twinlane": { "dev": { ... } } to its context; see docs/settings.md',
    );
  }
  return stages;
}

interface Configuration {
  readonly context?: { readonly twinlane?: Readonly<Record<string, unknown>> };
}

import type { SsmParameterBlueprint } from '../../blueprint';

export type ParameterType = SsmParameterBlueprint['type'];
export type Tier = NonNullable<SsmParameterBlueprint['tier']>;

/** A version of a parameter. */
export interface Version {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly number: number;
  readonly tier: Tier;
  readonly dataType: string;
  readonly description?: string;
  readonly allowedPattern?: string;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Maximum number of versions of a parameter; a further one deletes the oldest. */
const KEPT = 100;

/** The parameters of one account and Region. Names with and without a slash in front of a single level are different. */
export class ParameterStore {
  private readonly parameters = new Map<string, readonly Version[]>();

  /** Names and last versions of all parameters, by name. */
  get latest(): readonly Version[] {
    return [...this.parameters.values()]
      .flatMap((versions) => versions.at(-1) ?? [])
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  versions(name: string): readonly Version[] {
    return this.parameters.get(name) ?? [];
  }

  add(version: Omit<Version, 'number'>): Version {
    const versions = this.versions(version.name);
    const added = { ...version, number: (versions.at(-1)?.number ?? 0) + 1 };
    this.parameters.set(version.name, [...versions, added].slice(-KEPT));
    return added;
  }

  /** @returns false if there is no such parameter */
  delete(name: string): boolean {
    return this.parameters.delete(name);
  }
}

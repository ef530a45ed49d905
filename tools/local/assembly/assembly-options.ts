import type { Values } from '../given-values';

/** The part of an assembly that runs, and what the assembly leaves open. */
export interface AssemblyOptions {
  /**
   * Stacks to run, together with those that they depend on: by name, by path in the app (`Prod/Api`), or by id in the assembly. `*` stands
   * for any characters but a slash, `**` for any characters.
   *
   * @default - all stacks
   */
  readonly stacks?: readonly string[];
  /** Region of stacks without a Region: `eu-west-1`. @default 'us-east-1' */
  readonly region?: string;
  /** Account of stacks without an account, 12 digits. @default '000000000000' */
  readonly account?: string;
  /**
   * Values that a deployment takes from outside the assembly, by name: template parameters, parameters of Systems Manager, secrets,
   * exports of other stacks, attributes. `{ ImageUri: 'web:1', '/shop/host': 'localhost', 'secretsmanager:shop/key': 'k1' }`; an env file
   * is read by `parseEnv` of `node:util`.
   *
   * @default - the values in the assembly
   */
  readonly values?: Values;
}

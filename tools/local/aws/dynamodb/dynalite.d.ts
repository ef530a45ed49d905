/** Types for the parts of dynalite 4 that {@link file://./engine.ts} uses. The package has no types. */
declare module 'dynalite/db' {
  import type { Attributes, DynaliteError, KeySchema, Store, TableDescription } from './engine';

  export function create(options: { path?: string; createTableMs: number }): Store;
  export function itemSize(item: Attributes): number;
  export function checkConditional(data: object, existing: Attributes | undefined): DynaliteError | null | undefined;
  export function validateKey(
    key: Attributes,
    table: TableDescription,
    schema?: KeySchema,
  ): DynaliteError | null | undefined;
  export function createKey(item: Attributes, table: TableDescription, schema?: KeySchema): string;
}

declare module 'dynalite/validations' {
  import type { Store } from './engine';

  export function checkTypes(data: object, types: object): Record<string, unknown>;
  export function checkValidations(data: object, types: object, custom: unknown, store: Store): void;
}

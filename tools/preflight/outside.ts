import type { Aws } from './aws';
import type { Delegation } from '../aws-checks/dns';

/** Everything outside the repository that the checks query. Tests replace it. */
export interface Outside {
  connect(region: string): Aws;
  /** Resolves to undefined if Docker responds, and otherwise to the reason why it does not. */
  docker(): Promise<string | undefined>;
  nameServers(host: string): Promise<Delegation | undefined>;
  /** Synthesizes the app with this context (`key=value`) into a new folder, calls `use` with it, and deletes it. */
  synthesize<Result>(context: readonly string[], use: (folder: string) => Result): Promise<Awaited<Result>>;
}

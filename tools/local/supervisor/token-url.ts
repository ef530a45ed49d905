import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';

/** @returns where the first user pool gives tokens in this run: `http://127.0.0.1:4512/us-east-1_abcdefghi/token`. */
export function tokenUrl({ userPools: [pool] }: Blueprint, { awsEndpoint }: Addresses): string | undefined {
  return pool && `${awsEndpoint}/${pool.userPoolId}/token`;
}

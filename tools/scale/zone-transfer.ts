import type { Load } from './load';
import { recipientsOf } from './recipients';

/** Bytes a second of posts to tasks in another zone than that of the function, which is in a random one. */
export function bytesBetweenZones(load: Load, zones: number): number {
  const messages = load.topics * recipientsOf(load).count * load.rate;
  return messages * load.bytes * ((zones - 1) / zones);
}

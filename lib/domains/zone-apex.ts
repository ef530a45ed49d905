import type { LaneDomain } from './lane-domain';

/**
 * @returns true if the host that clients use is the zone itself. A browser that receives `includeSubDomains` from it uses https for all
 *   hosts of the zone, also for those of other apps
 */
export function isZoneApex({
  hostName,
  hostedZone,
  gateway,
}: Pick<LaneDomain, 'hostName' | 'hostedZone' | 'gateway'>): boolean {
  return (gateway?.hostName ?? hostName) === hostedZone?.zoneName;
}

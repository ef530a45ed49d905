import type { Stack } from 'aws-cdk-lib';
import { IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LaneNetwork } from '../../../../lib/network/lane-network';
import { retentionOf } from '../../../../lib/storage/retention';
import type { ServersEntryProps } from '../../../../lib/websocket-lane/servers/servers-entry-props';
import type { WebSocketServers } from '../../../../lib/websocket-lane/servers/websocket-servers';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import type { WebSocketLane, WebSocketLaneProps } from '../../../../lib/websocket-lane/websocket-lane';
import { exampleVpc, webSocketLane } from '../../lanes';

/** Servers of a WebSocket lane that stands alone. */
export function servers(
  stack: Stack,
  props: ServersEntryProps = {},
  lane: Partial<WebSocketLaneProps> = {},
): WebSocketServers {
  const retention = retentionOf({});
  return serversOf(
    webSocketLane(stack, {
      entry: WebSocketEntry.servers(props),
      network:
        lane.network ??
        LaneNetwork.fromVpc(exampleVpc(stack), { ipAddressType: IpAddressType.DUAL_STACK }).bind(stack, retention),
      ...lane,
    }),
  );
}

/** @returns the servers of the lane. Throws if the lane has another entry */
export function serversOf(lane: WebSocketLane): WebSocketServers {
  if (!lane.servers) {
    throw new Error(`${lane.node.path} has no servers`);
  }
  return lane.servers;
}

import type { Sound } from './check-shape';
import type { StageSettings } from './shape';

type WebSocketSettings = StageSettings['capacity']['websocket'];
type ServersSettings = Extract<WebSocketSettings, { readonly type: 'servers' }>;
type ApiGatewaySettings = Exclude<WebSocketSettings, ServersSettings>;

/** @returns the settings of the WebSocket lane's servers; undefined if its entry is an API Gateway API */
export function serversOf({ capacity }: Sound<StageSettings>): Sound<ServersSettings> | undefined {
  return capacity?.websocket?.type === 'servers' ? capacity.websocket : undefined;
}

/** @returns the settings of the API; undefined if the entry has servers. Without a sound type, it is an API */
export function apiGatewayOf(settings: Sound<StageSettings>): Sound<ApiGatewaySettings> | undefined {
  return serversOf(settings) ? undefined : (settings.capacity?.websocket as Sound<ApiGatewaySettings> | undefined);
}

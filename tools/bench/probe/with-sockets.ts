/** Arguments for a server that also answers WebSocket handshakes, and few requests before them. */
export function socket(url: string, ...options: readonly string[]): readonly string[] {
  return [url, '--websocket', url.replace(/^http/, 'ws'), '--fresh', '--rest', 'none', '--rounds', '5', ...options];
}

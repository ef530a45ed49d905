/** Configuration of the page, from the file `config.json` in its folder. */
export interface Config {
  /** URL of the HTTP lane: `https://api.example.com`. */
  http: string;
  /** URL of the WebSocket lane: `wss://ws.example.com`. */
  websocket: string;
  /** URL that returns `{"id_token"}` for `?subject=&tenant=`. Without it, the user enters a token. */
  tokenUrl?: string;
  /** URL of a server for HTTP and WebSockets in one process, for comparison: `http://127.0.0.1:PORT`. */
  comparison?: string;
}

/** Loads the configuration. Rejects with a message for the user if it is incomplete. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('config.json');
  const config: Partial<Config> = response.ok ? await response.json() : {};
  if (!config.http || !config.websocket) {
    throw new Error(
      'config.json is missing or incomplete. Fix: put it in the folder of this page, with the URLs of both lanes as "http" and "websocket".',
    );
  }
  return { ...config, http: absolute(config.http), websocket: absolute(config.websocket).replace(/^http/, 'ws') };
}

/** A URL can be relative to the page, which has the host of both lanes behind a gateway. */
function absolute(url: string): string {
  return new URL(url, location.href).href.replace(/\/$/, '');
}

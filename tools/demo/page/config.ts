/** Configuration of the page: `config.json` beside it. */
export interface Config {
  /** The HTTP lane: `https://api.example.com`. */
  http: string;
  /** The WebSocket lane: `wss://ws.example.com`. */
  websocket: string;
  /** Gives `{"access_token"}` for `?subject=&tenant=`. Without it the page asks for a token. */
  tokenUrl?: string;
  /** A server of HTTP and sockets in one process, to storm for comparison: `http://127.0.0.1:PORT`. */
  comparison?: string;
}

/** Rejects with a sentence for a person. */
export async function loadConfig(): Promise<Config> {
  const response = await fetch('config.json');
  const config: Partial<Config> = response.ok ? await response.json() : {};
  if (!config.http || !config.websocket) {
    throw new Error('config.json must be beside this page, with the URLs of both lanes as "http" and "websocket".');
  }
  return { ...config, http: config.http, websocket: config.websocket };
}

/** The address that clients connect to. */
export interface ClientAddress {
  /** Origin that a page of this host has: `https://app.example.com`. */
  readonly ownOrigin: string;
  /** Path of handshakes: `/`, or `/socket` behind a gateway. */
  readonly path: string;
}

/** @param url URL that clients connect to: `wss://ws.example.com`, `wss://app.example.com/socket`, or locally `ws://ws.localhost:4511` */
export function addressOf(url: string): ClientAddress {
  const { protocol, host, pathname } = new URL(url);
  return { ownOrigin: `${protocol.replace('ws', 'http')}//${host}`, path: pathname };
}

import type { Urls } from '../local';

/** A command to paste into a shell. */
export interface Example {
  readonly title: string;
  readonly command: string;
}

/** @returns the commands that `npm start` prints, in the order in which to run them; none without a local issuer of tokens */
export function examples({ http, websocket, token }: Pick<Urls, 'http' | 'websocket' | 'token'>): Example[] {
  if (token === undefined) {
    return [];
  }
  return [
    {
      title: 'Get a token (in two terminals)',
      command: `TOKEN=$(curl -s '${token}?subject=alice&tenant=acme' | sed 's/.*"id_token":"\\([^"]*\\)".*/\\1/')`,
    },
    {
      title: 'Subscribe to a topic (in the first)',
      command: `npx --yes wscat -c ${websocket} -s twinlane.v1 -s ticket.$(curl -sX POST ${http}/v1/tickets -H "authorization: Bearer $TOKEN" | grep -oE '[A-Za-z0-9_-]{43}') -w 3600 -x '{"action":"subscribe","topic":"news"}'`,
    },
    {
      title: 'Publish to it (in the second)',
      command: `curl -X POST ${http}/v1/topics/news/messages -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -d '{"data":"hello"}'`,
    },
  ];
}

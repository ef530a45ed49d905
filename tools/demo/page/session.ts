import { TwinlaneClient } from '../../../client';
import type { Config } from './config';

/** Access of the signed-in user. */
export interface Session {
  /** Description of the user: `alice (tenant acme)`. */
  readonly name: string;
  readonly client: TwinlaneClient;
  /**
   * @returns tokens for the WebSockets of a load test: of separate subjects if the page has an issuer; none if authentication is
   * disabled
   */
  stormTokens(count: number): Promise<string[]>;
}

export interface User {
  readonly subject: string;
  readonly tenant: string;
}

/** Signs in with the issuer of the configuration. Rejects if it returns no token. */
export async function signIn(config: Config, { subject, tenant }: User): Promise<Session> {
  const tokenFor = async (name: string): Promise<string> => {
    const response = await fetch(`${config.tokenUrl}?${new URLSearchParams({ subject: name, tenant })}`);
    if (!response.ok) {
      throw new Error(`The issuer returned no token: HTTP ${response.status}.`);
    }
    return (await response.json()).access_token;
  };
  const first = await tokenFor(subject);
  let fresh: string | undefined = first;
  return {
    name: `${subject} (tenant ${tenant})`,
    client: newClient(config, () => {
      const token = fresh ?? tokenFor(subject);
      fresh = undefined;
      return token;
    }),
    stormTokens: (count) =>
      Promise.all(Array.from({ length: count }, (_, index) => tokenFor(`${subject}-storm-${index}`))),
  };
}

/** Signs in with a token that the user entered; with an empty one if authentication is disabled. */
export function signInWith(config: Config, token: string): Session {
  return {
    name: token ? 'Signed in with a token' : 'Anonymous',
    client: newClient(config, token ? () => token : undefined),
    stormTokens: async () => (token ? [token] : []),
  };
}

function newClient({ http, websocket }: Config, token?: () => string | Promise<string>): TwinlaneClient {
  return new TwinlaneClient({ httpUrl: http, webSocketUrl: websocket, ...(token && { token }) });
}

import { TwinlaneClient } from '../../../client';
import type { Config } from './config';
import type { Identity } from './kept';

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

/** Signs in with the issuer of the configuration, or with a token. Rejects if the issuer returns no token. */
export async function signIn(config: Config, identity: Identity): Promise<Session> {
  return 'token' in identity ? signInWith(config, identity.token) : signInAs(config, identity.subject, identity.tenant);
}

async function signInAs(config: Config, subject: string, tenant: string): Promise<Session> {
  const tokenFor = async (name: string): Promise<string> => {
    const response = await fetch(`${config.tokenUrl}?${new URLSearchParams({ subject: name, tenant })}`);
    if (!response.ok) {
      throw new Error(`The issuer returned no token: HTTP ${response.status}.`);
    }
    return (await response.json()).id_token;
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

/** With an empty token if authentication is disabled. */
function signInWith(config: Config, token: string): Session {
  return {
    name: token ? 'Signed in with a token' : 'Anonymous',
    client: newClient(config, token ? () => token : undefined),
    stormTokens: async () => (token ? [token] : []),
  };
}

function newClient({ http, websocket }: Config, token?: () => string | Promise<string>): TwinlaneClient {
  return new TwinlaneClient({ httpUrl: http, webSocketUrl: websocket, ...(token && { token }) });
}

import { TwinlaneClient } from '../../../client';
import type { Config } from './config';

/** The user who is signed in, and the page's access. */
export interface Session {
  /** `alice of acme` */
  readonly name: string;
  readonly client: TwinlaneClient;
  /** @returns tokens for a storm's sockets: of subjects of its own where the issuer gives them; none where nobody signs in */
  stormTokens(count: number): Promise<string[]>;
}

export interface Person {
  readonly subject: string;
  readonly tenant: string;
}

/** Signs in with the issuer of the configuration. Rejects with a sentence if it gives no token. */
export async function signIn(config: Config, { subject, tenant }: Person): Promise<Session> {
  const tokenOf = async (of: string): Promise<string> => {
    const response = await fetch(`${config.tokenUrl}?${new URLSearchParams({ subject: of, tenant })}`);
    if (!response.ok) {
      throw new Error(`The issuer gave no token: HTTP ${response.status}`);
    }
    return (await response.json()).access_token;
  };
  const first = await tokenOf(subject);
  let fresh: string | undefined = first;
  return {
    name: `${subject} of ${tenant}`,
    client: newClient(config, () => {
      const token = fresh ?? tokenOf(subject);
      fresh = undefined;
      return token;
    }),
    stormTokens: (count) =>
      Promise.all(Array.from({ length: count }, (_, index) => tokenOf(`${subject}-storm-${index}`))),
  };
}

/** Signs in with a token that was got elsewhere; an empty one where nobody signs in. */
export function signInWith(config: Config, token: string): Session {
  return {
    name: token ? 'signed in with a token' : 'anonymous',
    client: newClient(config, token ? () => token : undefined),
    stormTokens: async () => (token ? [token] : []),
  };
}

function newClient({ http, websocket }: Config, token?: () => string | Promise<string>): TwinlaneClient {
  return new TwinlaneClient({ httpUrl: http, webSocketUrl: websocket, ...(token && { token }) });
}

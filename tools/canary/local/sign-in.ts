import { z } from 'zod';
import type { SignIn } from '../../../lambda/canary/canary';
import { CanarySocket } from '../../../lambda/canary/canary-socket';
import { CheckFailure, plainUrl } from '../../../lambda/canary/check-failure';
import { HttpRequests } from '../../../lambda/canary/http-requests';

/** Milliseconds in which an issuer, or a lane, on this machine responds. */
const TIMEOUT = 5000;

const Token = z.object({ id_token: z.string() });

/**
 * Gets the token of the subject `canary` of the tenant `canary` from the issuer of `npm start`.
 *
 * @param tokenUrl - undefined for an app without authentication
 */
export function signInAt(tokenUrl: string | undefined): SignIn {
  return async () => {
    if (tokenUrl === undefined) {
      return undefined;
    }
    const http = new HttpRequests(TIMEOUT);
    try {
      const { status, body } = await http.send({ method: 'GET', url: `${tokenUrl}?subject=canary&tenant=canary` });
      const token = Token.safeParse(parsed(body));
      if (status !== 200 || !token.success) {
        const problem = status === 200 ? 'answered without a token' : `answered with ${status}`;
        throw new CheckFailure(`GET ${plainUrl(tokenUrl)}: ${problem}`);
      }
      return token.data.id_token;
    } finally {
      http.close();
    }
  };
}

/**
 * Needs no token. Fails if the WebSocket lane requires one: with the status 401 alone, the lane would seem to fail.
 *
 * @param webSocketUrl - `ws://localhost:4511`
 */
export function withoutToken(webSocketUrl: string): SignIn {
  return async () => {
    const answer = await CanarySocket.open(webSocketUrl, undefined, AbortSignal.timeout(TIMEOUT)).catch(
      () => undefined,
    );
    if (answer === 401) {
      throw new CheckFailure(
        'The lanes require a token, and none is requested. Fix: pass --token with the endpoint that issues one',
      );
    }
    if (answer instanceof CanarySocket) {
      await answer.close(TIMEOUT);
    }
    return undefined;
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // Not JSON: an answer without a token, too.
    return undefined;
  }
}

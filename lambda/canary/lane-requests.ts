import { CheckFailure } from './check-failure';
import { type Answer, type HttpRequests, nameOf, type Request } from './http-requests';

/** A request that is refused because its subject, or its address, sent too many. */
class RateLimited extends CheckFailure {}

/** @returns the result of a measurement; undefined if a rate limit allows fewer requests than it needs */
export async function unlessRateLimited<T>(measurement: Promise<T>): Promise<T | undefined> {
  try {
    return await measurement;
  } catch (error) {
    if (error instanceof RateLimited) {
      return undefined;
    }
    throw error;
  }
}

/** Requests of the canary to the HTTP lane. All throw CheckFailure. */
export class LaneRequests {
  private token?: string;

  /** @param httpUrl - `https://api.example.com` */
  constructor(
    private readonly httpUrl: string,
    private readonly http: HttpRequests,
  ) {}

  /** Sends a token with the requests that follow. */
  authorize(token: string): void {
    this.token = token;
  }

  /** Requests the health of the lane, which needs no token. A page of another server can have the same status. */
  async health(signal: AbortSignal): Promise<Answer> {
    const request: Request = { method: 'GET', url: this.urlOf('/health') };
    const answer = expectAnswer(200, request, await this.http.send(request, signal));
    if (parsed(answer).status !== 'ok') {
      throw new CheckFailure(`${nameOf(request)}: answered 200 without the status ok of the lane`);
    }
    return answer;
  }

  async ticket(signal: AbortSignal): Promise<string> {
    const request = this.post('/v1/tickets');
    const answer = await this.http.send(request, signal);
    return ticketIn(this.accepted(request, answer), request);
  }

  async publish(topic: string, message: { id: string; data: object }, signal: AbortSignal): Promise<void> {
    const request = this.post(`/v1/topics/${topic}/messages`, message);
    this.accepted(request, await this.http.send(request, signal));
  }

  private post(path: string, body: object = {}): Request {
    return {
      method: 'POST',
      url: this.urlOf(path),
      headers: {
        'content-type': 'application/json',
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify(body),
    };
  }

  private accepted(request: Request, answer: Answer): Answer {
    if (refusesToken(answer)) {
      throw new CheckFailure(`${nameOf(request)}: refused the token with ${answer.status}`, 'signIn');
    }
    return expectAnswer(201, request, answer);
  }

  private urlOf(path: string): string {
    return this.httpUrl.replace(/\/+$/, '') + path;
  }
}

/** @returns the response. Throws CheckFailure if it has another status, or RateLimited */
function expectAnswer(status: number, request: Request, answer: Answer): Answer {
  if (answer.status === 429) {
    throw new RateLimited(`${nameOf(request)}: refused with 429, because of a rate limit`);
  }
  if (answer.status !== status) {
    throw new CheckFailure(`${nameOf(request)}: answered ${answer.status} instead of ${status}`);
  }
  return answer;
}

/** @returns true for a status that is about the token. A firewall also answers with 403, but without the type of the service's problems. */
function refusesToken({ status, body }: Answer): boolean {
  return status === 401 || (status === 403 && body.includes('urn:twinlane:problem:forbidden'));
}

function ticketIn(answer: Answer, request: Request): string {
  const { ticket } = parsed(answer);
  if (typeof ticket === 'string' && /^[\w-]+$/.test(ticket)) {
    return ticket;
  }
  throw new CheckFailure(`${nameOf(request)}: answered without a ticket`);
}

/** @returns the members of a body; none if it is not a JSON object. The error of JSON.parse would contain a part of the body */
function parsed({ body }: Answer): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(body) };
  } catch {
    return {};
  }
}

import type { Measurements } from '../measurements';
import type { Endpoint } from '../network/endpoint';
import type { Opening } from '../network/web-socket';
import type { Plan } from '../plan';

/** Everything that a step works with. A step adds its results to `found` immediately, so that an interrupted probe can report them. */
export interface Context {
  readonly plan: Plan;
  readonly found: Measurements;
  /** The server that answers the page's request. */
  readonly server: Endpoint;
  /** The server of the page's WebSocket. */
  readonly socketServer?: Endpoint;
  /** Settings with which the page opens its WebSocket. */
  readonly opening?: Opening;
  /** Shows the progress: `request 3 of 8`. */
  show(text: string): void;
}

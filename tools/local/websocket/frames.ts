import type { Connection } from './connection';
import { gatewayFrame } from './gateway-responses';
import { newId } from './id';
import { routeSelection } from './route-selection';
import type { Stage } from './stage';

/** Handles the messages of clients concurrently, because API Gateway guarantees no order among the messages of a connection. */
export function frameHandler(stage: Stage): (from: Connection, text: string) => Promise<void> {
  const routeOf = routeSelection(stage.api.routeSelectionExpression, stage.api.routes);
  return async (from, text) => {
    const { facts } = from;
    const { connectionId } = facts;
    const request = { requestId: newId(), time: Date.now() };
    const refuse = (message: string) => reply(stage, from, gatewayFrame(message, connectionId, request.requestId));
    if (!stage.takeRequest()) {
      stage.log('warn', `${connectionId} throttled: more messages than the stage's rate and burst allow`);
      refuse('Too Many Requests');
      return;
    }
    const route = routeOf(text);
    if (!route) {
      stage.log('warn', `${connectionId} sent a frame that matches no route, and there is no $default route`);
      refuse('Forbidden');
      return;
    }
    const result = await stage.integrate(route, facts, stage.events.message(facts, request, route.routeKey, text));
    if ('failure' in result) {
      refuse('Internal server error');
    } else if (route.returnsResponse && result.body) {
      reply(stage, from, result.body);
    }
  };
}

/** Sends an answer. If a slow client's buffer is full, the answer is lost and logged. AWS's behavior is unverified. */
function reply(stage: Stage, to: Connection, text: string): void {
  const { connectionId } = to.facts;
  if (Buffer.byteLength(text) > stage.limits.messageBytes) {
    stage.log('error', `${connectionId} an answer of more than ${stage.limits.messageBytes} bytes was not sent`);
  } else if (to.send(text) === 'full') {
    stage.log('warn', `${connectionId} reads too slowly: an answer was not sent`);
  }
}

import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import type { Terminal } from './terminal';
import { tokenUrl } from './token-url';

/**
 * JSON lines: `{"event":"progress","time","step"}`, `{"event":"log","time","lane","level","text","of"?,"requestId"?}`, and once
 * `{"event":"ready","endpoints","awsEndpoint","tokenUrl"?,"pageUrl"?}`.
 */
export function jsonTerminal(write: (line: string) => void): Terminal {
  const print = (object: object) => write(`${JSON.stringify(object)}\n`);
  const time = () => new Date().toISOString();
  return {
    progress: (step) => print({ event: 'progress', time: time(), step }),
    log: (line) => print({ event: 'log', time: time(), ...line }),
    ready(blueprint, addresses) {
      for (const { type, meaning } of blueprint.notEmulated) {
        print({ event: 'log', time: time(), lane: 'runner', level: 'info', text: `Not emulated: ${type}: ${meaning}` });
      }
      print(readyEvent(blueprint, addresses));
    },
  };
}

/** One object that says where everything is. */
function readyEvent(blueprint: Blueprint, addresses: Addresses): object {
  const { loadBalancers, webSocketApis } = blueprint;
  return {
    event: 'ready',
    endpoints: [
      ...loadBalancers.flatMap(({ listeners }) =>
        listeners.map(({ logicalId }) => ({ kind: 'http', logicalId, url: addresses.loadBalancers[logicalId]?.url })),
      ),
      ...webSocketApis.map(({ logicalId }) => ({
        kind: 'websocket',
        logicalId,
        url: addresses.webSocketApis[logicalId]?.url,
        managementUrl: addresses.webSocketApis[logicalId]?.managementUrl,
      })),
    ],
    awsEndpoint: addresses.awsEndpoint,
    tokenUrl: tokenUrl(blueprint, addresses),
    pageUrl: addresses.page?.url,
  };
}

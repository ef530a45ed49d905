import type { Terminal } from './terminal';

/**
 * Terminal output as JSON lines: `{"event":"progress","time","step"}`,
 * `{"event":"log","time","process","level","text","of"?,"requestId"?}`, and once
 * `{"event":"ready","endpoints","awsEndpoint","tokenUrl"?}` with the URLs of the servers that run beside the app.
 */
export function jsonTerminal(write: (line: string) => void): Terminal {
  const print = (object: object) => write(`${JSON.stringify(object)}\n`);
  return {
    event: print,
    ready({ blueprint, urls }, { links, notes = [] }) {
      const time = new Date().toISOString();
      const notEmulated = blueprint.notEmulated.map(({ type, meaning }) => `Not emulated: ${type}: ${meaning}`);
      for (const text of [...notEmulated, ...notes]) {
        print({ event: 'log', time, process: 'runner', level: 'info', text });
      }
      print({
        event: 'ready',
        endpoints: urls.endpoints,
        awsEndpoint: urls.aws,
        tokenUrl: urls.token,
        ...Object.fromEntries(links.map(({ key, url }) => [key, url])),
      });
    },
  };
}

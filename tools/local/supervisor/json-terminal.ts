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
    ready({ blueprint, urls }, { links }) {
      const time = new Date().toISOString();
      for (const { type, meaning } of blueprint.notEmulated) {
        print({ event: 'log', time, process: 'runner', level: 'info', text: `Not emulated: ${type}: ${meaning}` });
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

import type { Terminal } from './terminal';

/**
 * Terminal output as JSON lines: `{"event":"progress","time","step"}`,
 * `{"event":"log","time","process","level","text","of"?,"requestId"?,"denied"?}`, and once
 * `{"event":"ready","endpoints","problems","awsEndpoint","tokenUrl"?,"consoleUrl"?}` with the URLs of the servers that run beside the app.
 */
export function jsonTerminal(write: (line: string) => void): Terminal {
  const print = (object: object) => write(`${JSON.stringify(object)}\n`);
  return {
    event(event) {
      // The console shows them; a line for each would drown the log.
      if (event.event !== 'invocation') {
        print(event);
      }
    },
    ready({ blueprint, urls, problems }, { links, notes = [] }) {
      const time = new Date().toISOString();
      const notEmulated = blueprint.notEmulated.map(({ type, meaning }) => `Not emulated: ${type}: ${meaning}`);
      for (const text of [...notEmulated, ...notes]) {
        print({ event: 'log', time, process: 'runner', level: 'info', text });
      }
      print({
        event: 'ready',
        endpoints: urls.endpoints,
        problems,
        awsEndpoint: urls.aws,
        tokenUrl: urls.token,
        ...(urls.console !== undefined && { consoleUrl: urls.console }),
        ...Object.fromEntries(links.map(({ key, url }) => [key, url])),
      });
    },
  };
}

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Answers } from './passing-deployment';

/** AWS on loopback in each service's own protocol, to test the real clients with AWS_ENDPOINT_URL. */
export interface LoopbackAws {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param answers responses; undefined for a server that never responds
 * @param onRequest called with each command on arrival
 */
export async function loopbackAws(
  answers: Partial<Answers> | undefined,
  onRequest: (command: string) => void = () => undefined,
): Promise<LoopbackAws> {
  const server = createServer(async (request, response) => {
    const { command, input, wire } = parseCall(request, await text(request));
    onRequest(command);
    if (answers) {
      const answer: ((input: never) => object) | undefined = answers[command as keyof Answers];
      if (!answer) {
        throw new Error(`No answer is prepared for ${command}`);
      }
      response.end(wire(command, answer(input as never)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Call {
  readonly command: string;
  readonly input: unknown;
  readonly wire: (command: string, answer: object) => string;
}

function parseCall({ url = '', headers }: IncomingMessage, body: string): Call {
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return { command: target.replace(/^.*\./, ''), input: JSON.parse(body), wire: json };
  }
  if (body !== '') {
    const form = Object.fromEntries(new URLSearchParams(body));
    return { command: form.Action ?? '', input: form, wire: query };
  }
  for (const [path, command, wire] of REST) {
    const match = path.exec(url);
    if (match) {
      return { command, input: { FunctionName: match[1] }, wire };
    }
  }
  throw new Error(`No service answers ${url}`);
}

const REST: [path: RegExp, command: keyof Answers, wire: Call['wire']][] = [
  [/^\/v2\/apis\/api1$/, 'GetApi', camelJson],
  [/^\/v2\/apis\/api1\/routes$/, 'GetRoutes', camelJson],
  [/^\/v2\/apis\/api1\/routes\/[^/]+\/routeresponses$/, 'GetRouteResponses', camelJson],
  [/^\/v2\/apis\/api1\/stages\/live$/, 'GetStage', camelJson],
  [/^\/v2\/domainnames\/ws\.example\.com$/, 'GetDomainName', camelJson],
  [/^\/v2\/domainnames\/ws\.example\.com\/apimappings$/, 'GetApiMappings', camelJson],
  [/^\/2015-03-31\/functions\/([^/]+)\/configuration$/, 'GetFunctionConfiguration', json],
  [/^\/2019-09-30\/functions\/([^/]+)\/concurrency$/, 'GetFunctionConcurrency', json],
  [/^\/2015-03-31\/functions\/([^/]+)\/aliases/, 'ListAliases', json],
  [/^\/2015-03-31\/event-source-mappings/, 'ListEventSourceMappings', json],
  [/^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency\?/, 'GetProvisionedConcurrencyConfig', json],
  [/^\/2013-04-01\/hostedzone\/Z0EXAMPLE\/rrset\?name=/, 'ListResourceRecordSets', restXml],
];

/** AWS JSON protocol. Times are seconds since 1970. */
function json(_: string, answer: object): string {
  return JSON.stringify(answer, function (this: Record<string, unknown>, key, value) {
    const original = this[key];
    return original instanceof Date ? original.getTime() / 1000 : value;
  });
}

/** JSON of API Gateway, whose names begin with a lower-case letter. */
function camelJson(command: string, answer: object): string {
  return json(command, answer).replaceAll(
    /"([A-Z])(\w*)":/g,
    (_, first: string, rest) => `"${first.toLowerCase()}${rest}":`,
  );
}

/** AWS Query protocol: a result within a response, list items named `member`. */
function query(command: string, answer: object): string {
  return xml(`${command}Response`, { [`${command}Result`]: answer }, () => 'member');
}

/** REST XML of Route 53: list items have the singular name of the list. */
function restXml(command: string, answer: object): string {
  return xml(`${command}Response`, answer, (list) => list.replace(/s$/, ''));
}

function xml(name: string, value: unknown, itemOf: (list: string) => string): string {
  return `<${name}>${content(name, value, itemOf)}</${name}>`;
}

function content(name: string, value: unknown, itemOf: (list: string) => string): string {
  if (Array.isArray(value)) {
    return value.map((item) => xml(itemOf(name), item, itemOf)).join('');
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (name === 'Attributes' && typeof value === 'object') {
    // A map of the AWS Query protocol.
    return Object.entries(value ?? {})
      .map(([key, one]) => xml('entry', { key, value: one }, itemOf))
      .join('');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, child]) => xml(key, child, itemOf))
      .join('');
  }
  return String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

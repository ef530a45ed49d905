import { stripVTControlCharacters } from 'node:util';
import type { LogLine, RunnerEvent } from '../../log-line';
import { humanTerminal } from '../../supervisor/human-terminal';
import { jsonTerminal } from '../../supervisor/json-terminal';
import type { Shown } from '../../supervisor/terminal';
import { urlsOf } from '../../urls';
import type { Blueprint } from '../../blueprint';
import { blueprintOf, ENTRY_POINTS } from './blueprint-of';

const ADDRESSES = {
  awsEndpoint: 'http://127.0.0.1:4512',
  loadBalancers: { Https: { port: 4510, url: 'http://api.localhost:4510' } },
  webSocketApis: {
    Api12345678: { port: 4511, url: 'ws://ws.localhost:4511', managementUrl: 'http://127.0.0.1:4511' },
  },
};

function human(options: { colour?: boolean; columns?: number } = {}) {
  let written = '';
  const terminal = humanTerminal({
    write: (text) => {
      written += text;
    },
    colour: false,
    ...options,
  });
  return { terminal, written: () => written };
}

/** An app with these resources, running. */
function appOf(given: Partial<Blueprint>) {
  const blueprint = blueprintOf(given);
  const { loadBalancers = [], webSocketApis = [] } = given;
  return {
    blueprint,
    urls: urlsOf(blueprint, {
      ...ADDRESSES,
      ...(loadBalancers.length === 0 && { loadBalancers: {} }),
      ...(webSocketApis.length === 0 && { webSocketApis: {} }),
    }),
  };
}

const NOTHING: Shown = { links: [], examples: [] };
const PAGE: Shown = { links: [{ title: 'Page', key: 'pageUrl', url: 'http://app.localhost:4513' }], examples: [] };

function line(given: Partial<LogLine>): RunnerEvent {
  return { event: 'log', time: '2026-11-01T12:00:00.000Z', process: 'http', level: 'info', text: '', ...given };
}

const USER_POOL = {
  logicalId: 'Pool',
  name: 'pool',
  arn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc',
  userPoolId: 'us-east-1_abc',
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc',
  clientIds: ['client'],
};

describe('for a machine', () => {
  it('one object says where everything is', () => {
    const lines: string[] = [];
    const app = appOf({ ...ENTRY_POINTS, userPools: [USER_POOL] });
    jsonTerminal((text) => lines.push(text)).ready(app, NOTHING, 500);
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      {
        event: 'ready',
        endpoints: [
          { kind: 'http', logicalId: 'Https', url: 'http://api.localhost:4510' },
          {
            kind: 'websocket',
            logicalId: 'Api12345678',
            url: 'ws://ws.localhost:4511',
            managementUrl: 'http://127.0.0.1:4511',
          },
          { kind: 'token', logicalId: 'Pool', url: 'http://127.0.0.1:4512/us-east-1_abc/token' },
        ],
        awsEndpoint: 'http://127.0.0.1:4512',
        tokenUrl: 'http://127.0.0.1:4512/us-east-1_abc/token',
      },
    ]);
  });

  it('it says where everything is that runs beside the app', () => {
    const lines: string[] = [];
    jsonTerminal((text) => lines.push(text)).ready(appOf(ENTRY_POINTS), PAGE, 500);
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'ready', pageUrl: 'http://app.localhost:4513' });
  });

  it('a line stays one line, whatever is in it', () => {
    const lines: string[] = [];
    jsonTerminal((text) => lines.push(text)).event(line({ text: 'one\ntwo' }));
    expect(lines.join('').match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'log', process: 'http', text: 'one\ntwo' });
  });
});

describe('for a person', () => {
  it('a line has the time, the process, the resource as its author named it, and the fields that were printed', () => {
    const { terminal, written } = human();
    terminal.event(line({ text: '{"event":"request","status":201}', of: 'Service82312991' }));
    expect(written()).toMatch(/^\d\d:\d\d:\d\d http {6}Service event=request status=201\n$/);
  });

  it.each([
    'bye\r\n12:00:00 http forged',
    '{"note":"bye\\r\\n12:00:00 http forged"}',
    'bye\x1b[1A\x9b2K\n12:00:00 forged',
  ])('no text looks like another line, or moves the cursor: %j', (text) => {
    const { terminal, written } = human();
    terminal.event(line({ process: 'websocket', text }));
    const [first, second, ...rest] = written().split('\n');
    expect(first).toMatch(/^\d\d:\d\d:\d\d websocket /);
    expect(second).toMatch(/^ {9}12:00:00/);
    expect(rest).toEqual(['']);
    expect(written()).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('colours are for the eye only', () => {
    const broken = line({ process: 'websocket', level: 'error', text: 'broken', of: 'Api' });
    const plain = human();
    const coloured = human({ colour: true });
    plain.terminal.event(broken);
    coloured.terminal.event(broken);
    expect(plain.written()).toBe(stripVTControlCharacters(plain.written()));
    expect(coloured.written()).not.toBe(plain.written());
    expect(stripVTControlCharacters(coloured.written()).slice(8)).toBe(plain.written().slice(8));
  });

  it('a step of the start is one line', () => {
    const { terminal, written } = human();
    terminal.event({ event: 'progress', time: '2026-11-01T12:00:00.000Z', step: 'reading cdk.out' });
    expect(written()).toBe('  reading cdk.out ...\n');
  });

  it('the commands to try are those of the program, as they are', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), { links: [], examples: [{ title: 'Try', command: 'curl http://a' }] }, 500);
    expect(written()).toContain('  Try\n  curl http://a\n');
    expect(written()).not.toContain('wscat');
  });

  it('the token endpoint of a user pool is shown', () => {
    const { terminal, written } = human();
    terminal.ready(appOf({ ...ENTRY_POINTS, userPools: [USER_POOL] }), NOTHING, 500);
    const url = `${ADDRESSES.awsEndpoint}/us-east-1_abc/token`;
    expect(written()).toContain(`  Tokens         ${url}?subject=alice&tenant=acme\n`);
  });

  it('what runs beside the app is shown first', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), PAGE, 500);
    expect(written()).toContain(
      '  Page           http://app.localhost:4513\n  HTTP           http://api.localhost:4510\n',
    );
  });

  it('an app of which nothing else is known can be tried, too', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), NOTHING, 500);
    expect(written()).toContain('  npx wscat -c ws://ws.localhost:4511\n');
    expect(written()).toContain('  curl -i http://api.localhost:4510/\n');
  });

  it.each([40, 80, 120])('what is not emulated fits %i columns', (columns) => {
    const { terminal, written } = human({ columns });
    const meaning = 'There is no network to build, and no security group or route stops a connection. '
      .repeat(3)
      .trim();
    terminal.ready(appOf({ notEmulated: [{ type: 'AWS::EC2::*', logicalIds: [], meaning }] }), NOTHING, 1);
    const told = /Not emulated.*?(?=\n\n)/s.exec(written())?.[0] ?? '';
    expect(told.replace(/\s+/g, ' ')).toBe(`Not emulated: AWS::EC2::*. ${meaning}`);
    expect(
      Math.max(
        ...written()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(columns);
  });
});

import { stripVTControlCharacters } from 'node:util';
import type { LogLine, RunnerEvent } from '../../log-line';
import { humanTerminal } from '../../supervisor/human-terminal';
import { jsonTerminal } from '../../supervisor/json-terminal';
import type { Shown } from '../../supervisor/terminal';
import { urlsOf } from '../../urls';
import type { Blueprint } from '../../blueprint';
import { distribution, originOf } from '../cloudfront/distribution-of';
import { blueprintOf, ENTRY_POINTS } from './blueprint-of';
import { PLACE } from '../place';

const ADDRESSES = {
  awsEndpoint: 'http://127.0.0.1:4512',
  loadBalancers: { Https: { port: 4510, url: 'http://api.localhost:4510' } },
  webSocketApis: {
    Api12345678: { port: 4511, url: 'ws://ws.localhost:4511', managementUrl: 'http://127.0.0.1:4511' },
  },
};

function human(options: { color?: boolean; columns?: number } = {}) {
  let written = '';
  const terminal = humanTerminal({
    write: (text) => {
      written += text;
    },
    color: false,
    ...options,
  });
  return { terminal, written: () => written };
}

/** A running app with these resources. */
function appOf(given: Partial<Blueprint>) {
  const blueprint = blueprintOf(given);
  const { loadBalancers = [], webSocketApis = [] } = given;
  return {
    blueprint,
    problems: [],
    urls: urlsOf(blueprint, {
      ...ADDRESSES,
      ...(loadBalancers.length === 0 && { loadBalancers: {} }),
      ...(webSocketApis.length === 0 && { webSocketApis: {} }),
    }),
  };
}

/** An app whose distribution is in front of its listener and its API. */
function appBehindDistribution() {
  const blueprint = blueprintOf({
    ...ENTRY_POINTS,
    distributions: [distribution({ origins: [originOf({ target: { listener: 'Https' } }), originOf({ id: 'Api' })] })],
  });
  const Edge = { port: 4509, url: 'http://app.localhost:4509', webSocketUrl: 'ws://app.localhost:4509/socket' };
  return { blueprint, problems: [], urls: urlsOf(blueprint, { ...ADDRESSES, distributions: { Edge } }) };
}

const NOTHING: Shown = { links: [], examples: [] };
const PAGE: Shown = { links: [{ title: 'Page', key: 'pageUrl', url: 'http://app.localhost:4513' }], examples: [] };

function line(given: Partial<LogLine>): RunnerEvent {
  return { event: 'log', time: '2026-11-01T12:00:00.000Z', process: 'http', level: 'info', text: '', ...given };
}

const USER_POOL = {
  ...PLACE,
  logicalId: 'Pool',
  name: 'pool',
  arn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc',
  userPoolId: 'us-east-1_abc',
  issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc',
  clientIds: ['client'],
};

describe('the JSON terminal', () => {
  it('prints all addresses in one object', () => {
    const lines: string[] = [];
    const app = {
      ...appOf({ ...ENTRY_POINTS, userPools: [USER_POOL] }),
      problems: ['Web: no task is healthy: exit code 1'],
    };
    jsonTerminal((text) => lines.push(text)).ready(app, NOTHING, 500);
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      {
        event: 'ready',
        endpoints: [
          { kind: 'http', logicalId: 'Https', stack: 'App', url: 'http://api.localhost:4510' },
          {
            kind: 'websocket',
            logicalId: 'Api12345678',
            stack: 'App',
            url: 'ws://ws.localhost:4511',
            managementUrl: 'http://127.0.0.1:4511',
          },
          { kind: 'token', logicalId: 'Pool', stack: 'App', url: 'http://127.0.0.1:4512/us-east-1_abc/token' },
        ],
        awsEndpoint: 'http://127.0.0.1:4512',
        problems: ['Web: no task is healthy: exit code 1'],
        tokenUrl: 'http://127.0.0.1:4512/us-east-1_abc/token',
      },
    ]);
  });

  it('prints the URLs of pages that are served beside the app', () => {
    const lines: string[] = [];
    jsonTerminal((text) => lines.push(text)).ready(appOf(ENTRY_POINTS), PAGE, 500);
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'ready', pageUrl: 'http://app.localhost:4513' });
  });

  it('prints a note as a line of the runner', () => {
    const lines: string[] = [];
    jsonTerminal((text) => lines.push(text)).ready(appOf(ENTRY_POINTS), { ...NOTHING, notes: ['No page.'] }, 500);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'log', process: 'runner', text: 'No page.' });
  });

  it('prints a log line on one line, even if its text contains line breaks', () => {
    const lines: string[] = [];
    jsonTerminal((text) => lines.push(text)).event(line({ text: 'one\ntwo' }));
    expect(lines.join('').match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'log', process: 'http', text: 'one\ntwo' });
  });
});

describe('the human-readable terminal', () => {
  it('prints only the URLs of a distribution, not those of the entry points behind it', () => {
    const { terminal, written } = human();
    terminal.ready(appBehindDistribution(), NOTHING, 500);
    expect(written()).toContain('HTTP           http://app.localhost:4509');
    expect(written()).toContain('WebSocket      ws://app.localhost:4509/socket');
    expect(written()).not.toMatch(/4510|4511/);
  });

  it('prints a log line with its time, process, construct id and printed fields', () => {
    const { terminal, written } = human();
    terminal.event(line({ text: '{"event":"request","status":201}', of: 'Service82312991' }));
    expect(written()).toMatch(/^\d\d:\d\d:\d\d http {7}Service event=request status=201\n$/);
  });

  it('prints the values of metrics without their metadata', () => {
    const { terminal, written } = human();
    terminal.event(line({ text: '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"Lane":"one","Gaps":[0,1]}' }));
    expect(written()).toMatch(/ Lane=one Gaps=\[0,1\]\n$/);
  });

  it.each([
    'bye\r\n12:00:00 http forged',
    '{"note":"bye\\r\\n12:00:00 http forged"}',
    'bye\x1b[1A\x9b2K\n12:00:00 forged',
  ])('does not let text imitate another line or move the cursor: %j', (text) => {
    const { terminal, written } = human();
    terminal.event(line({ process: 'websocket', text }));
    const [first, second, ...rest] = written().split('\n');
    expect(first).toMatch(/^\d\d:\d\d:\d\d websocket /);
    expect(second).toMatch(/^ {9}12:00:00/);
    expect(rest).toEqual(['']);
    expect(written()).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('prints the same text with and without colors', () => {
    const broken = line({ process: 'websocket', level: 'error', text: 'broken', of: 'Api' });
    const plain = human();
    const colored = human({ color: true });
    plain.terminal.event(broken);
    colored.terminal.event(broken);
    expect(plain.written()).toBe(stripVTControlCharacters(plain.written()));
    expect(colored.written()).not.toBe(plain.written());
    expect(stripVTControlCharacters(colored.written()).slice(8)).toBe(plain.written().slice(8));
  });

  it('prints each startup step on one line', () => {
    const { terminal, written } = human();
    terminal.event({ event: 'progress', time: '2026-11-01T12:00:00.000Z', step: 'reading cdk.out' });
    expect(written()).toBe('  reading cdk.out ...\n');
  });

  it("prints the program's example commands unchanged and no others", () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), { links: [], examples: [{ title: 'Try', command: 'curl http://a' }] }, 500);
    expect(written()).toContain('  Try\n  curl http://a\n');
    expect(written()).not.toContain('wscat');
  });

  it('prints the stack of each entry point if there are several stacks', () => {
    const { terminal, written } = human();
    const webSocketApis = ENTRY_POINTS.webSocketApis.map((api) => ({ ...api, stack: 'dev-App' }));
    const loadBalancers = ENTRY_POINTS.loadBalancers.map((balancer) => ({ ...balancer, stack: 'prod-App' }));
    terminal.ready(appOf({ webSocketApis, loadBalancers }), NOTHING, 500);
    expect(written()).toContain('  HTTP           http://api.localhost:4510  prod-App\n');
    expect(written()).toContain('  WebSocket      ws://ws.localhost:4511  dev-App\n');
  });

  it('prints no stack if all entry points have the same', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), NOTHING, 500);
    expect(written()).toContain('  HTTP           http://api.localhost:4510\n');
  });

  it('prints the token endpoint of a user pool', () => {
    const { terminal, written } = human();
    terminal.ready(appOf({ ...ENTRY_POINTS, userPools: [USER_POOL] }), NOTHING, 500);
    const url = `${ADDRESSES.awsEndpoint}/us-east-1_abc/token`;
    expect(written()).toContain(`  Tokens         ${url}?subject=alice&tenant=acme\n`);
  });

  it('prints pages that are served beside the app first', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), PAGE, 500);
    expect(written()).toContain(
      '  Page           http://app.localhost:4513\n  HTTP           http://api.localhost:4510\n',
    );
  });

  it('prints default example commands if the program has none', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), NOTHING, 500);
    expect(written()).toContain('  npx --yes wscat -c ws://ws.localhost:4511\n');
    expect(written()).toContain('  curl -i http://api.localhost:4510/\n');
  });

  it('prints notes before the URLs', () => {
    const { terminal, written } = human();
    terminal.ready(appOf(ENTRY_POINTS), { ...NOTHING, notes: ['No page.'] }, 500);
    expect(written()).toMatch(/  No page\.\n[^]*HTTP {11}http:/);
  });

  it.each([40, 80, 120])('wraps the list of resources that are not emulated to %i columns', (columns) => {
    const { terminal, written } = human({ columns });
    const meaning = 'There is no network to build, and no security group or route stops a connection. '
      .repeat(3)
      .trim();
    terminal.ready(appOf({ notEmulated: [{ type: 'AWS::EC2::*', logicalIds: [], meaning }] }), NOTHING, 1);
    const printed = /Not emulated.*?(?=\n\n)/s.exec(written())?.[0] ?? '';
    expect(printed.replace(/\s+/g, ' ')).toBe(`Not emulated: AWS::EC2::*. ${meaning}`);
    expect(
      Math.max(
        ...written()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(columns);
  });
});

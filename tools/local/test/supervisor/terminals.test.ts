import { stripVTControlCharacters } from 'node:util';
import { humanTerminal } from '../../supervisor/human-terminal';
import { jsonTerminal } from '../../supervisor/json-terminal';
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
    jsonTerminal((line) => lines.push(line)).ready(blueprintOf(ENTRY_POINTS), ADDRESSES, 500);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
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
        ],
        awsEndpoint: 'http://127.0.0.1:4512',
      },
    ]);
  });

  it('says where the page is, if there is one', () => {
    const lines: string[] = [];
    const page = { port: 4513, url: 'http://app.localhost:4513' };
    jsonTerminal((line) => lines.push(line)).ready(blueprintOf(ENTRY_POINTS), { ...ADDRESSES, page }, 500);
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'ready', pageUrl: page.url });
  });

  it('a line stays one line, whatever is in it', () => {
    const lines: string[] = [];
    jsonTerminal((line) => lines.push(line)).log({ lane: 'http', level: 'info', text: 'one\ntwo' });
    expect(lines.join('').match(/\n/g)).toHaveLength(1);
    expect(JSON.parse(lines.join(''))).toMatchObject({ event: 'log', lane: 'http', text: 'one\ntwo' });
  });
});

describe('for a person', () => {
  it('a line has the time, the lane, the resource as its author named it, and the fields that were printed', () => {
    const { terminal, written } = human();
    terminal.log({ lane: 'http', level: 'info', text: '{"event":"request","status":201}', of: 'Service82312991' });
    expect(written()).toMatch(/^\d\d:\d\d:\d\d http {6}Service event=request status=201\n$/);
  });

  it.each([
    'bye\r\n12:00:00 http forged',
    '{"note":"bye\\r\\n12:00:00 http forged"}',
    'bye\x1b[1A\x9b2K\n12:00:00 forged',
  ])('no text looks like another line, or moves the cursor: %j', (text) => {
    const { terminal, written } = human();
    terminal.log({ lane: 'websocket', level: 'info', text });
    const [first, second, ...rest] = written().split('\n');
    expect(first).toMatch(/^\d\d:\d\d:\d\d websocket /);
    expect(second).toMatch(/^ {9}12:00:00/);
    expect(rest).toEqual(['']);
    expect(written()).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it('colours are for the eye only', () => {
    const line = { lane: 'websocket', level: 'error', text: 'broken', of: 'Api' } as const;
    const plain = human();
    const coloured = human({ colour: true });
    plain.terminal.log(line);
    coloured.terminal.log(line);
    expect(plain.written()).toBe(stripVTControlCharacters(plain.written()));
    expect(coloured.written()).not.toBe(plain.written());
    expect(stripVTControlCharacters(coloured.written()).slice(8)).toBe(plain.written().slice(8));
  });

  it("the app's own examples have this run's URLs", () => {
    const { terminal, written } = human();
    const examples = [{ title: 'Try', command: 'curl {http}/a {websocket}' }];
    terminal.ready(blueprintOf({ ...ENTRY_POINTS, examples }), ADDRESSES, 500);
    expect(written()).toContain('  Try\n  curl http://api.localhost:4510/a ws://ws.localhost:4511\n');
  });

  it('whoever wants to be somebody is told where tokens are', () => {
    const { terminal, written } = human();
    const examples = [{ title: 'Be', command: 'curl {tokens}?subject=alice' }];
    terminal.ready(blueprintOf({ ...ENTRY_POINTS, examples, userPools: [USER_POOL] }), ADDRESSES, 500);
    const url = `${ADDRESSES.awsEndpoint}/us-east-1_abc/token`;
    expect(written()).toContain(`  Tokens         ${url}?subject=alice&tenant=acme\n`);
    expect(written()).toContain(`  curl ${url}?subject=alice\n`);
  });

  it('whoever looks for the page is told where it is', () => {
    const { terminal, written } = human();
    const page = { port: 4513, url: 'http://app.localhost:4513' };
    terminal.ready(blueprintOf(ENTRY_POINTS), { ...ADDRESSES, page }, 500);
    expect(written()).toContain('  Page           http://app.localhost:4513\n');
  });

  it('an app without examples can be tried, too', () => {
    const { terminal, written } = human();
    terminal.ready(blueprintOf(ENTRY_POINTS), ADDRESSES, 500);
    expect(written()).toContain('  npx wscat -c ws://ws.localhost:4511\n');
    expect(written()).toContain('  curl -i http://api.localhost:4510/\n');
  });

  it.each([40, 80, 120])('what is not emulated fits %i columns', (columns) => {
    const { terminal, written } = human({ columns });
    const meaning = 'There is no network to build, and no security group or route stops a connection. '
      .repeat(3)
      .trim();
    terminal.ready(blueprintOf({ notEmulated: [{ type: 'AWS::EC2::*', logicalIds: [], meaning }] }), ADDRESSES, 1);
    const told = /Not emulated.*?(?=\n\n)/s.exec(written())?.[0] ?? '';
    expect(told.replace(/\s+/g, ' ')).toBe(`Not emulated: AWS::EC2::*. ${meaning}`);
    expect(
      Math.max(
        ...written()
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(columns);
  });
});

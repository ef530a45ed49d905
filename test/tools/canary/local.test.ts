import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CanaryReport, CanaryTarget, SignIn } from '../../../lambda/canary/canary';
import { command } from '../../../tools/canary/local/command';
import { verdict } from '../../../tools/canary/local/verdict';
import { recordingTerminal } from '../recording-terminal';

const PASSED = { outcome: 'passed' } as const;
const FAILED = { outcome: 'failed', reason: 'GET http://localhost:4510/health: connection refused' } as const;
const NOT_TRIED = { outcome: 'notTried', because: 'the HTTP lane failed' } as const;

const GOOD: CanaryReport = {
  checks: { signIn: PASSED, http: PASSED, webSocket: PASSED, delivery: PASSED },
  measurements: {
    firstRequest: 3.21,
    secondRequest: 0.9,
    firstRequestRatio: 3.566,
    besideSocketsRatio: 1.02,
    publishToPush: 1254,
  },
};

const CUT: CanaryReport = {
  checks: { signIn: PASSED, http: FAILED, webSocket: PASSED, delivery: NOT_TRIED },
  measurements: {},
};

const URLS = ['--http', 'http://localhost:4510', '--websocket', 'ws://localhost:4511'];

/** Runs the command with a canary that has this report. */
async function run(args: readonly string[], report = GOOD, like?: { isTTY: boolean }) {
  const terminal = recordingTerminal(like);
  const runs: { target: CanaryTarget; signIn: SignIn }[] = [];
  const exitCode = await command(args, terminal, async (target, signIn) => {
    runs.push({ target, signIn });
    return report;
  });
  return { exitCode, printed: terminal.printed(), errors: terminal.errors(), runs };
}

describe('npm run canary:local', () => {
  it('prints the checks and the measurements with their units, and exits with 0 if all checks passed', async () => {
    expect(await run(URLS)).toMatchObject({
      exitCode: 0,
      errors: '',
      printed: `Both lanes work. A published message arrives.
http://localhost:4510 and ws://localhost:4511

  ✓ passed     sign-in
  ✓ passed     HTTP lane
  ✓ passed     WebSocket lane
  ✓ passed     delivery

  first request on a new connection                 3.2 ms
  second request on the same connection             0.9 ms
  first ÷ second request                              3.57
  requests beside 5 sockets ÷ without sockets         1.02
  publish over HTTP until the push arrives        1,254 ms
`,
    });
  });

  it('prints the reasons of failed checks, and exits with 1', async () => {
    expect(await run(URLS, CUT)).toMatchObject({
      exitCode: 1,
      printed: `The HTTP lane fails. The WebSocket lane works.
http://localhost:4510 and ws://localhost:4511

  ✓ passed     sign-in
  ✗ failed     HTTP lane       GET http://localhost:4510/health: connection refused
  ✓ passed     WebSocket lane
  - not tried  delivery        because the HTTP lane failed
`,
    });
  });

  it('prints no user and password of a URL', async () => {
    const urls = ['--http', 'http://user:p@ss@localhost:4510', '--websocket', 'ws://user:p@ss@localhost:4511'];
    for (const json of [[], ['--json']]) {
      const { printed } = await run([...urls, ...json]);

      expect(printed).toContain('http://localhost:4510');
      expect(printed).toContain('ws://localhost:4511');
      expect(printed).not.toContain('p@ss');
      expect(printed).not.toContain('user:');
    }
  });

  it('prints one JSON object with --json', async () => {
    const { exitCode, printed } = await run([...URLS, '--json'], CUT);

    expect(exitCode).toBe(1);
    expect(JSON.parse(printed)).toEqual({
      target: { httpUrl: 'http://localhost:4510', webSocketUrl: 'ws://localhost:4511' },
      ...CUT,
    });
  });

  it('shows its progress on a terminal, and clears it', async () => {
    const { errors } = await run(URLS, GOOD, { isTTY: true });

    expect(errors).toMatch(/Checking both lanes, 0 s \(at most 60 s\)/);
    expect(errors.endsWith('\r\u001B[K')).toBe(true);
  });

  it.each([
    [['--http', 'http://localhost:4510'], '--http and --websocket belong together, got no --websocket.'],
    [['--token', 'http://localhost:4512/token'], '--http and --websocket belong together, got no --http.'],
    [['--http', 'localhost:4510'], "argument 'localhost:4510' is invalid. Fix: use a URL"],
    [['--websocket', 'http://localhost:4511'], 'is invalid. Fix: use a URL'],
    [['--token', 'http://localhost:4512/token?subject=alice'], 'is invalid. Fix: use a URL without a query'],
    [['--http', 'http://localhost:4510/#'], 'is invalid. Fix: use a URL without a query and a fragment'],
    [['--websocket', 'ws://localhost:4511/?'], 'is invalid. Fix: use a URL without a query and a fragment'],
    [['--port', '0'], 'Fix: use a whole number from 1 to 65000.'],
    [['--port', '4510', ...URLS], "option '--port <base>' cannot be used with option '--http <url>'"],
  ])('refuses %j with one error, and runs nothing', async (args, error) => {
    const { exitCode, printed, errors, runs } = await run(args);

    expect([exitCode, printed, runs]).toEqual([2, '', []]);
    expect(errors).toContain(error);
  });
});

describe('The sign-in of npm run canary:local', () => {
  let server: Server | undefined;
  afterEach(
    () =>
      new Promise<void>((resolve) =>
        server ? server.close(() => resolve()) && server.closeAllConnections() : resolve(),
      ),
  );

  /** Starts an issuer. @returns its URL, and the URLs that it was asked for */
  const issuer = async (status: number, body: string) => {
    const asked: (string | undefined)[] = [];
    server = createServer(({ url }, response) => {
      asked.push(url);
      response.writeHead(status).end(body);
    });
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return { asked, url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/token` };
  };

  const signInAt = async (url: string) => {
    const { runs } = await run([...URLS, '--token', url]);
    return runs[0]?.signIn();
  };

  it('gets a token of the subject canary of the tenant canary', async () => {
    const { url, asked } = await issuer(200, '{"id_token":"eyJ"}');

    expect(await signInAt(url)).toBe('eyJ');
    expect(asked).toEqual(['/token?subject=canary&tenant=canary']);
  });

  /** Starts a WebSocket lane that answers handshakes with a status. @returns its URL */
  const webSocketLane = async (status: number) => {
    server = createServer().on('upgrade', (_, socket) =>
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
    );
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  };

  it('gets no token without the URL of an issuer, also if the WebSocket lane fails', async () => {
    const websocket = await webSocketLane(503);
    const { runs } = await run(['--http', 'http://localhost:4510', '--websocket', websocket]);

    expect(await runs[0]?.signIn()).toBeUndefined();
  });

  it('fails without the URL of an issuer if the WebSocket lane requires a token', async () => {
    const websocket = await webSocketLane(401);
    const { runs } = await run(['--http', 'http://localhost:4510', '--websocket', websocket]);

    await expect(runs[0]?.signIn()).rejects.toThrow(
      'The lanes require a token, and none is requested. Fix: pass --token with the endpoint that issues one',
    );
  });

  it('follows no redirects, and reads no long response', async () => {
    const redirecting = await issuer(302, '');
    await expect(signInAt(redirecting.url)).rejects.toThrow(`GET ${redirecting.url}: answered with 302`);
    await new Promise((resolve) => server?.close(resolve));
    const { url } = await issuer(200, JSON.stringify({ id_token: 'x'.repeat(70_000) }));
    await expect(signInAt(url)).rejects.toThrow(`GET ${url}: a response of more than 65536 bytes`);
  });

  it.each([
    [503, '', 'answered with 503'],
    [401, '{"id_token":"eyJ"}', 'answered with 401'],
    [200, '{}', 'answered without a token'],
    [200, '<html>', 'answered without a token'],
  ])('fails after the status %i with the body %j', async (status, body, reason) => {
    const { url } = await issuer(status, body);

    await expect(signInAt(url)).rejects.toThrow(`GET ${url}: ${reason}`);
  });

  it('fails if the issuer refuses connections', async () => {
    const { url } = await issuer(200, '');
    await new Promise((resolve) => server?.close(resolve));

    await expect(signInAt(url)).rejects.toThrow(`GET ${url}: connection refused (ECONNREFUSED)`);
  });
});

describe('The app of npm start', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** Starts a server on a free port of both loopback addresses that `localhost` can have. @returns the port */
  const listening = async (answer: (url: string) => [status: number, body: string] | undefined) => {
    const server = createServer(({ url = '' }, response) => {
      const answered = answer(url);
      if (answered) {
        response.writeHead(answered[0]).end(answered[1]);
      }
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return (server.address() as AddressInfo).port;
  };

  it('is found by the configuration of its page', async () => {
    const port = await listening((url) => [
      url === '/config.json' ? 200 : 404,
      '{"http":"http://localhost:4510/","websocket":"ws://localhost:4511","tokenUrl":"/token"}',
    ]);
    const { exitCode, runs } = await run(['--port', `${port}`]);

    expect(exitCode).toBe(0);
    expect(runs[0]?.target).toEqual({ httpUrl: 'http://localhost:4510', webSocketUrl: 'ws://localhost:4511' });
  });

  it('has its lanes at the host of the page if a gateway serves it', async () => {
    const port = await listening(() => [200, '{"http":"/","websocket":"/socket"}']);
    const { runs } = await run(['--port', `${port}`]);

    expect(runs[0]?.target).toEqual({
      httpUrl: `http://localhost:${port}`,
      webSocketUrl: `ws://localhost:${port}/socket`,
    });
  });

  it.each([
    ['answers with 404', () => [404, '{"title":"Not found"}'] as [number, string]],
    ['answers with something else', () => [200, '<html>'] as [number, string]],
  ])('is not found at a server that %s', async (_, answer) => {
    const port = await listening(answer);
    const { exitCode, errors, runs } = await run(['--port', `${port}`]);

    expect([exitCode, runs]).toEqual([2, []]);
    expect(errors).toBe(
      `No app of npm start was found on the ports ${port} to ${port + 7}. Fix: run npm start in another terminal, or pass its URLs with --http, --websocket and --token.\n`,
    );
  });
});

describe('The verdict', () => {
  it.each([
    [{ http: FAILED, webSocket: FAILED, delivery: NOT_TRIED }, 'Both lanes fail.'],
    [{ webSocket: FAILED, delivery: NOT_TRIED }, 'The HTTP lane works. The WebSocket lane fails.'],
    [{ delivery: FAILED }, 'Both lanes work. But a published message does not arrive.'],
    [{ signIn: FAILED, delivery: NOT_TRIED }, 'The canary cannot sign in. Both lanes work.'],
  ])('of %j is one or two sentences', (changed, sentence) => {
    expect(verdict({ ...GOOD.checks, ...changed })).toBe(sentence);
  });
});

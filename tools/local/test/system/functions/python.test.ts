import { installedPython } from '../../../assembly/python';
import type { Outcome } from '../../../functions/outcome';
import { answerOf, type Code, cleanUp, filesOf, poolOf } from '../../functions/function-of';

const VERSIONS = ['3.13', '3.12', '3.11', '3.10', '3.9'];

const version = VERSIONS.find((one) => installedPython(one)) ?? '';
const interpreter = installedPython(version)?.path;

/** Skipped on a machine without Python. */
const describePython = interpreter ? describe : describe.skip;

const settings = {
  runtime: `python${version}`,
  handler: 'index.handler',
  ...(interpreter && { interpreter }),
};

afterEach(cleanUp);

describePython(`a Python function (with one of ${VERSIONS.join(', ')})`, () => {
  const answer = (code: Code, others: object = {}, event: unknown = {}): Promise<Outcome> =>
    answerOf(code, { ...settings, ...others }, event);

  const ANSWER = 'def handler(event, context):\n  return {"got": event}';

  test.each<[string, Code, string]>([
    ['inline code', ANSWER, 'index.handler'],
    ['a file in a folder', { 'src/api.py': ANSWER }, 'src/api.handler'],
    ['a package', { 'app/__init__.py': '', 'app/api.py': ANSWER }, 'app.api.handler'],
    ['a file that imports another', { 'index.py': 'from a import handler', 'a.py': ANSWER }, 'index.handler'],
  ])('runs a handler in %s', async (_, code, handler) => {
    expect(await answer(code, { handler }, { text: 'é𝄞', list: [1, null] })).toEqual({
      payload: { got: { text: 'é𝄞', list: [1, null] } },
    });
  });

  test.each<[string, Code, string, string, string]>([
    [
      'is missing',
      { 'a.py': '' },
      'index.handler',
      'Runtime.ImportModuleError',
      "Unable to import module 'index': No module named 'index'",
    ],
    [
      'imports a module that is missing',
      'import nowhere',
      'index.handler',
      'Runtime.ImportModuleError',
      "Unable to import module 'index': No module named 'nowhere'",
    ],
    [
      'has a syntax error',
      'def handler(',
      'index.handler',
      'Runtime.UserCodeSyntaxError',
      "Syntax error in module 'index': ",
    ],
    [
      'has no such function',
      'other = 1',
      'index.handler',
      'Runtime.HandlerNotFound',
      "Handler 'handler' missing on module 'index'",
    ],
    [
      'has no name of a function',
      ANSWER,
      'index',
      'Runtime.MalformedHandlerName',
      "Bad handler 'index': not enough values to unpack (expected 2, got 1)",
    ],
    ['raises an error while it loads', 'raise KeyError("no table")', 'index.handler', 'KeyError', "'no table'"],
    [
      'returns what cannot be JSON',
      'def handler(event, context):\n  return {1, 2}',
      'index.handler',
      'Runtime.MarshalError',
      'Unable to marshal response: Object of type set is not JSON serializable',
    ],
    [
      'returns more than 6 MB',
      'def handler(event, context):\n  return "x" * 6300000',
      'index.handler',
      'Function.ResponseSizeTooLarge',
      'Response payload size (6300002 bytes) exceeded maximum allowed payload size (6291556 bytes).',
    ],
    [
      'calls a system exit',
      'import sys\ndef handler(event, context):\n  sys.exit(3)',
      'index.handler',
      'Runtime.ExitError',
      'Runtime exited with error: exit status 3',
    ],
  ])('that %s is reported as on Lambda', async (_, code, handler, errorType, errorMessage) => {
    expect(await answer(code, { handler, memoryMiB: 256 })).toMatchObject({
      error: 'Unhandled',
      payload: { errorType, errorMessage: expect.stringContaining(errorMessage) },
    });
  });

  test('that raises an error answers with its type, message, request and the stack of its own frames', async () => {
    const code = 'def check(n):\n  raise ValueError(f"no {n}")\n\ndef handler(event, context):\n  check(event["n"])\n';
    expect(await answer({ 'index.py': code }, {}, { n: 7 })).toMatchObject({
      error: 'Unhandled',
      payload: {
        errorType: 'ValueError',
        errorMessage: 'no 7',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        stackTrace: [
          expect.stringMatching(/^ {2}File ".*index\.py", line 5, in handler\n/),
          expect.stringMatching(/^ {2}File ".*index\.py", line 2, in check\n/),
        ],
      },
    });
  });

  test('survives an error, and keeps its state for the next invocation', async () => {
    const code = 'calls = 0\ndef handler(event, context):\n  global calls\n  calls += 1\n  return calls / event';
    const { pool } = poolOf(code, settings);
    expect(await pool.invoke(1)).toEqual({ payload: 1 });
    expect(await pool.invoke(0)).toMatchObject({ payload: { errorType: 'ZeroDivisionError' } });
    expect(await pool.invoke(1)).toEqual({ payload: 3 });
  });

  test('has the context of Lambda, and a trace of X-Ray', async () => {
    const code = `import os
def handler(event, context):
  names = [name for name in dir(context) if not name.startswith('_')]
  return [context.function_name, context.function_version, context.memory_limit_in_mb, context.invoked_function_arn,
    context.aws_request_id, context.get_remaining_time_in_millis(), os.environ['_X_AMZN_TRACE_ID'], names]`;
    expect(await answer(code)).toEqual({
      payload: [
        'function',
        '$LATEST',
        '256',
        'arn:aws:lambda:us-east-1:000000000000:function:function',
        expect.stringMatching(/^[0-9a-f-]{36}$/),
        expect.any(Number),
        expect.stringMatching(/^Root=1-/),
        expect.arrayContaining(['client_context', 'identity', 'log', 'log_group_name', 'log_stream_name']),
      ],
    });
  });

  test('that takes longer than its timeout is killed', async () => {
    const code = 'import time\ndef handler(event, context):\n  time.sleep(60)';
    expect(await answer(code, { timeoutSeconds: 1 })).toMatchObject({
      error: 'TimedOut',
      payload: { errorMessage: expect.stringContaining('Task timed out after 1.00 seconds') },
    });
  });

  test('that takes more than its memory is killed', async () => {
    const code = 'def handler(event, context):\n  return len(bytearray(b"x" * 400_000_000))';
    expect(await answer(code, { memoryMiB: 128, timeoutSeconds: 20 })).toMatchObject({ error: 'OutOfMemory' });
  });

  test('prints each line, and each record of a logger, as one line of the log', async () => {
    const code = `import logging, sys
logging.getLogger().setLevel('INFO')
def handler(event, context):
  print('a\\nb', end='')
  print('to stderr', file=sys.stderr)
  logging.info('two\\nlines')
  logging.error('bad')`;
    const { pool, lines } = poolOf(code, settings);
    await pool.invoke({});
    const record = (level: string, text: string) =>
      expect.stringMatching(new RegExp(`^\\[${level}\\]\\t\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\t[0-9a-f-]{36}\\t${text}$`));
    expect(lines.map(({ level, text }) => [level, text])).toEqual([
      ['info', 'a'],
      ['warn', 'to stderr'],
      ['info', record('INFO', 'two\nlines')],
      ['error', record('ERROR', 'bad')],
      ['info', 'b'],
    ]);
  });

  test('finds its own modules and those of its layers, and not those that are installed for the interpreter', async () => {
    const layersFolder = filesOf({
      'python/from_layer.py': 'NAME = "layer"',
      [`python/lib/python${version}/site-packages/deep.py`]: 'NAME = "deep"',
    });
    const code = `import own, from_layer, deep
def handler(event, context):
  try:
    import pip
    return 'pip was found'
  except ImportError:
    return [own.NAME, from_layer.NAME, deep.NAME]`;
    const files = { 'index.py': code, 'own.py': 'NAME = "own"' };
    expect(await answer(files, { layersFolder })).toEqual({ payload: ['own', 'layer', 'deep'] });
  });

  test('leaves no process when its pool closes during an invocation', async () => {
    const code =
      'import os, time\ndef handler(event, context):\n  print(os.getpid())\n  time.sleep(60 if event else 0)';
    const { pool, lines } = poolOf(code, settings);
    await pool.invoke(0);
    const running = pool.invoke(1);
    await pool.close();
    expect(await running).toMatchObject({ error: 'Unhandled' });
    expect(() => process.kill(Number(lines[0]?.text), 0)).toThrow('ESRCH');
  });
});

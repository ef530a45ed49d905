/**
 * One execution environment: a process that loads one handler and calls it, one invocation at a time. Plain JavaScript, so
 * that nothing stands between the function and Node. `execution-environment.ts` is the other end of its channel.
 *
 * Its argument is JSON: `{opt, sdkFolders}`, as of `confineRequire`.
 *
 * In:  `{requestId, functionArn, traceId, deadline, event}`
 * Out: `{output: {level, text}}` at any time; `{ready: true}` once; then for each invocation `{answer}` (JSON) or
 *      `{failed: {errorType, errorMessage, trace}}`; before it ends itself, `{died}`, such an error, or `{outOfMemory: true}`.
 */
const { invoke } = require('./invocation');
const { loadHandler } = require('./load-handler');
const { captureOutput } = require('./output');
const { payloadOf, runtimeError } = require('./runtime-error');

// The channel is the runtime's: the function must neither see it nor be kept alive by it.
const { channel } = process;
const send = process.send.bind(process);
process.send = undefined;

// Nor its argument.
const [places] = process.argv.splice(2);

const flush = captureOutput((output) => send({ output }));

/** Of Node.js there: 24 for `AWS_Lambda_nodejs24.x`. */
const version = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)?.[1]);

/** Memory limit of the process in bytes. The heap has its own limit, by a flag. */
const memory = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE) * 1024 * 1024;
/** Milliseconds between two looks at the memory while the function runs. */
const MEMORY_WATCH = 50;

function watchMemory() {
  if (process.memoryUsage.rss() > memory) {
    send({ outOfMemory: true }, () => process.exit(137));
    return false;
  }
  return true;
}

/** Ends with an error that nobody caught; the codes are those of Lambda's runtime. */
function die(error, code) {
  flush();
  send({ died: payloadOf(error) }, () => process.exit(code));
}

process.on('uncaughtException', (error) => die(error, 129));
process.on('unhandledRejection', (reason) => die(runtimeError('UnhandledPromiseRejection', String(reason)), 128));
process.on('disconnect', () => process.exit());

async function answer(handler, invocation) {
  const watch = setInterval(watchMemory, MEMORY_WATCH).unref();
  // Without the channel, an event loop that holds nothing ends: 'beforeExit' is where a silent handler is answered for.
  channel.unref();
  const idle = new Promise((resolve) => process.once('beforeExit', () => resolve(null)));
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  let report;
  try {
    report = { answer: await invoke(handler, version, invocation, idle) };
  } catch (error) {
    report = { failed: payloadOf(error) };
  }
  channel.ref();
  clearInterval(watch);
  process.removeAllListeners('beforeExit');
  flush();
  if (watchMemory()) {
    send(report);
  }
}

loadHandler(process.env._HANDLER, { ...JSON.parse(places), taskRoot: process.env.LAMBDA_TASK_ROOT, version })
  .then((handler) => {
    process.on('message', (invocation) => answer(handler, invocation));
    send({ ready: true });
  })
  .catch((error) => die(error, 1));

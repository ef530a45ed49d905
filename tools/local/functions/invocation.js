const { runtimeError } = require('./runtime-error');

/** Bytes of JSON that a function may take or answer: 6 MB, as Lambda counts it in its message. */
const MAXIMUM_PAYLOAD = 6291556;

/**
 * Calls the handler once.
 *
 * @param handler the user's function
 * @param version of Node.js there, such as 24: before it, a handler may answer by a callback
 * @param invocation `{requestId, functionArn, deadline, event}`: the deadline in milliseconds since 1970, the event as JSON
 * @param idle resolves when the process has nothing left to do: a handler that never answers has then answered `null`
 * @returns the answer as JSON; throws what the handler threw
 */
exports.invoke = async (handler, version, { requestId, functionArn, deadline, event }, idle) => {
  const calledBack = version < 24;
  const answered = new Promise((resolve, reject) => {
    const callback = (error, answer) => (error ? reject(error) : resolve(answer));
    const context = contextOf({ requestId, functionArn, deadline });
    const returned = calledBack
      ? handler(JSON.parse(event), { ...context, ...completionsOf(callback) }, callback)
      : handler(JSON.parse(event), context);
    // Until nodejs24.x, what a function returns that is no promise is not its answer.
    if (!calledBack || typeof returned?.then === 'function') {
      resolve(returned);
    }
  });
  return jsonOf(await Promise.race([answered, idle]));
};

function contextOf({ requestId, functionArn, deadline }) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** Members of the context that complete an invocation. They exist until nodejs24.x. */
function completionsOf(callback) {
  return { done: callback, succeed: (answer) => callback(null, answer), fail: (error) => callback(error ?? 'handled') };
}

function jsonOf(answer) {
  const json = stringify(answer) ?? 'null';
  const bytes = Buffer.byteLength(json);
  if (bytes > MAXIMUM_PAYLOAD) {
    throw Object.assign(
      new Error(
        `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAXIMUM_PAYLOAD} bytes).`,
      ),
      { name: 'Function.ResponseSizeTooLarge' },
    );
  }
  return json;
}

function stringify(answer) {
  try {
    return JSON.stringify(answer);
  } catch (error) {
    throw runtimeError('MarshalError', `Unable to stringify response body: ${error.message}`, error);
  }
}

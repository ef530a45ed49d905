/** @returns an error of the runtime itself, named as Lambda names it: `Runtime.HandlerNotFound`. */
exports.runtimeError = (name, message, cause) =>
  Object.assign(new Error(message, cause && { cause }), { name: `Runtime.${name}` });

/** Frames of the runner, which mean nothing to the function's author. */
const isOfRunner = (line) => line.startsWith('    at ') && line.includes(__dirname);

/** @returns what Lambda answers for what a handler threw: `{errorType, errorMessage, trace}`. */
exports.payloadOf = (thrown) =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: linesOf(thrown) }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

function linesOf({ stack = '', cause }) {
  const [first, ...others] = stack.split('\n').filter((line) => !isOfRunner(line));
  // The place of a syntax error is only in its own stack, which begins with it.
  const [, place] = (cause instanceof SyntaxError && /^(.+:\d+)\n/.exec(cause.stack)) || [];
  return [first, ...(place ? [`    at ${place}`] : []), ...others];
}

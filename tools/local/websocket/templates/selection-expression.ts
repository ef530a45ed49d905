/** `\$`, `${variable}` or `$variable`; a variable has names and indexes of lists: `request.body.a[0]`. */
const PART = /\\\$|\$\{([^}]*)\}|\$([\w-]+(?:\.[\w-]+|\[\d+\])*)/g;

/**
 * Evaluates a selection expression: `$request.body.action`, `${integration.response.statuscode}`, `\$default`, or plain text. Variables
 * are replaced once, and not in their values. Source: "WebSocket selection expressions", API Gateway Developer Guide.
 *
 * @param valueOf - the text of a variable: `request.body.action`
 */
export function evaluate(expression: string, valueOf: (variable: string) => string): string {
  return expression.replace(PART, (part, inBraces?: string, plain?: string) => {
    const variable = inBraces ?? plain;
    return variable === undefined ? part.slice(1) : valueOf(variable);
  });
}

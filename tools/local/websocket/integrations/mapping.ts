import type { MappingBlueprint } from '../../blueprint';
import { parseJson, valueAt } from '../templates/json-path';
import { javaText } from '../templates/java-text';
import { render, type TemplateInput } from '../templates/mapping-template';
import { evaluate } from '../templates/selection-expression';

/** The event of a route, as a function with a proxy integration receives it. */
export interface RouteEvent {
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly stageVariables?: Readonly<Record<string, string>>;
}

/** The request that an integration receives. */
export interface IntegrationRequest {
  readonly body: string;
  /** True if a template created the body; otherwise it is that of the client. */
  readonly isMapped: boolean;
  /** Names in the case of the template. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The response of an integration. */
export interface IntegrationResponse {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Text that selects the integration response. @default - the status code */
  readonly key?: string;
}

/** An expected failure of an integration: its message is for the log, and the client receives Internal server error. */
export class IntegrationFailure extends Error {
  constructor(
    message: string,
    readonly timedOut = false,
  ) {
    super(message);
  }
}

/**
 * Creates the request of a MOCK or AWS integration from that of the route, with its templates and request parameters. Throws an
 * {@link IntegrationFailure} if the passthrough behavior refuses the request. Its form on AWS is unverified for WebSocket APIs.
 */
export function requestOf(mapping: MappingBlueprint, event: RouteEvent): IntegrationRequest {
  const { requestTemplates, templateSelectionExpression, passthroughBehavior, requestParameters } = mapping;
  const input = templateInput(event);
  const expression = templateSelectionExpression ?? 'application/json';
  const template = templateFor(requestTemplates, expression, (variable) => requestValue(variable, event));
  const hasTemplates = Object.keys(requestTemplates).length > 0;
  const refuses = passthroughBehavior === 'NEVER' || (passthroughBehavior === 'WHEN_NO_TEMPLATES' && hasTemplates);
  if (template === undefined && refuses) {
    throw new IntegrationFailure(`no request template matches, and PassthroughBehavior is ${passthroughBehavior}`);
  }
  return {
    body: template === undefined ? input.body : rendered(template, input),
    isMapped: template !== undefined,
    headers: parametersOf(requestParameters, 'integration.request.header.', event),
    query: parametersOf(requestParameters, 'integration.request.querystring.', event),
  };
}

/**
 * Creates the response of the route from that of its integration. The key of an integration response is `$default`, a text, or a regular
 * expression between slashes for the whole text.
 *
 * @returns undefined if no integration response matches
 */
export function responseOf(
  { responses }: MappingBlueprint,
  event: RouteEvent,
  answer: IntegrationResponse,
): { body: string; headers: Record<string, string> } | undefined {
  const key = answer.key ?? String(answer.statusCode);
  const response =
    responses.find((one) => one.key !== '$default' && matchesKey(one.key, key)) ??
    responses.find((one) => one.key === '$default');
  if (!response) {
    return undefined;
  }
  const valueOf = (variable: string) => responseValue(variable, answer) ?? requestValue(variable, event);
  const expression = response.templateSelectionExpression ?? '\\$default';
  const template = templateFor(response.templates, expression, valueOf);
  const headers = Object.entries(response.parameters).flatMap(([name, source]): [string, string][] => {
    const header = /^(?:route|method)\.response\.header\.(.+)$/.exec(name)?.[1];
    return header === undefined ? [] : [[header, staticText(source) ?? valueOf(source)]];
  });
  return {
    body: template === undefined ? answer.body : rendered(template, { ...templateInput(event), body: answer.body }),
    headers: Object.fromEntries(headers),
  };
}

/** The template that the expression selects, or else that of `$default`. */
function templateFor(
  templates: Readonly<Record<string, string>>,
  expression: string,
  valueOf: (variable: string) => string,
): string | undefined {
  return templates[evaluate(expression, valueOf)] ?? templates.$default;
}

function matchesKey(key: string, text: string): boolean {
  const pattern = /^\/(.*)\/$/s.exec(key)?.[1];
  return pattern === undefined ? key === text : new RegExp(`^(?:${pattern})$`, 's').test(text);
}

function rendered(template: string, input: TemplateInput): string {
  try {
    return render(template, input);
  } catch (error) {
    throw new IntegrationFailure(`a mapping template failed: ${(error as Error).message}`);
  }
}

function templateInput({ body, headers, queryStringParameters, requestContext, stageVariables }: RouteEvent) {
  return {
    body: body ?? '',
    parameters: { path: {}, querystring: queryStringParameters ?? {}, header: headers ?? {} },
    context: requestContext,
    stageVariables: stageVariables ?? {},
  };
}

function parametersOf(
  parameters: Readonly<Record<string, string>>,
  prefix: string,
  event: RouteEvent,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, source]): [string, string][] => {
      const value = staticText(source) ?? requestValue(source, event);
      return name.startsWith(prefix) && value !== '' ? [[name.slice(prefix.length), value]] : [];
    }),
  );
}

/** @returns the text of `'text'`; undefined for any other source */
function staticText(source: string): string | undefined {
  return /^'(.*)'$/s.exec(source)?.[1];
}

/**
 * The value of a variable in a selection expression or a data mapping: `request.body.a`, `route.request.querystring.token`,
 * `context.connectionId`, `stageVariables.color`. '' if there is none.
 */
function requestValue(variable: string, event: RouteEvent): string {
  const [, kind = '', name = ''] =
    /^(?:route\.)?(request\.body|request\.header|request\.querystring|context|stageVariables)\.(.+)$/.exec(variable) ??
    [];
  switch (kind) {
    case 'request.body':
      return jsonText(event.body ?? '', name);
    case 'request.header':
      return valueOfHeader(event.headers ?? {}, name);
    case 'request.querystring':
      return event.queryStringParameters?.[name] ?? '';
    case 'context':
      return text(valueAt(`$.${name}`, event.requestContext));
    case 'stageVariables':
      return event.stageVariables?.[name] ?? '';
    default:
      return '';
  }
}

/** @returns undefined for a variable that is not about the integration's response */
function responseValue(variable: string, { statusCode, headers, body }: IntegrationResponse): string | undefined {
  const [, kind, name = ''] = /^integration\.response\.(statuscode|header|body)\.?(.*)$/.exec(variable) ?? [];
  switch (kind) {
    case 'statuscode':
      return String(statusCode);
    case 'header':
      return headers[name.toLowerCase()] ?? '';
    case 'body':
      return name === '' ? body : jsonText(body, name);
    default:
      return undefined;
  }
}

function valueOfHeader(headers: Readonly<Record<string, string>>, name: string): string {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? '';
}

function jsonText(body: string, path: string): string {
  try {
    return text(valueAt(`$.${path}`, parseJson(body)));
  } catch {
    return ''; // Not JSON, so it has no values.
  }
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : javaText(value);
}

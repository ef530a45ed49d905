import type { RuleTargetBlueprint } from '../../blueprint';
import type { EventBridgeEvent } from './event';

/** A rule that an event has matched. */
export interface MatchedRule {
  readonly name: string;
  readonly arn: string;
}

/**
 * The text that a target receives: the event, a constant, a part of the event, or a template with parts of the event.
 *
 * @param rule for `<aws.events.rule-arn>` and `<aws.events.rule-name>`
 */
export function targetInput(
  target: RuleTargetBlueprint,
  event: EventBridgeEvent,
  rule: MatchedRule,
  now: number,
): string {
  if (target.input !== undefined) {
    return target.input;
  }
  if (target.inputPath !== undefined) {
    return JSON.stringify(valueAt(target.inputPath, event)) ?? 'null';
  }
  if (target.inputTransformer === undefined) {
    return JSON.stringify(event);
  }
  const { paths, template } = target.inputTransformer;
  const variables = new Map<string, unknown>([
    ['aws.events.rule-arn', rule.arn],
    ['aws.events.rule-name', rule.name],
    ['aws.events.event.ingestion-time', new Date(now).toISOString()],
    ['aws.events.event', withoutDetail(event)],
    ['aws.events.event.json', event],
    ...Object.entries(paths).map(([name, path]): [string, unknown] => [name, valueAt(path, event)]),
  ]);
  return filled(template, variables);
}

/** Replaces `<name>`: within quotes by the text of the value, elsewhere by its JSON. A variable without a value becomes nothing. */
function filled(template: string, variables: ReadonlyMap<string, unknown>): string {
  return template.replace(/"(?:[^"\\]|\\.)*"|<([\w.-]+)>/g, (part, name?: string) =>
    name === undefined
      ? part.replace(/<([\w.-]+)>/g, (whole, inner: string) =>
          variables.has(inner) ? quoted(variables.get(inner)) : whole,
        )
      : variables.has(name)
        ? (JSON.stringify(variables.get(name)) ?? '')
        : part,
  );
}

/** A value within a JSON text. */
function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return JSON.stringify(text).slice(1, -1);
}

/** @param path `$.detail.items[0].name` or `$.detail['the name']` */
function valueAt(path: string, event: EventBridgeEvent): unknown {
  const names = [...path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g)].map(
    ([, name, index, single, double]) => name ?? index ?? single ?? double ?? '',
  );
  return names.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
    event,
  );
}

function withoutDetail({ detail: _, ...rest }: EventBridgeEvent): object {
  return rest;
}

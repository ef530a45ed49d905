import { Template } from 'aws-cdk-lib/assertions';
import type { Stack } from 'aws-cdk-lib';

/** A widget of a dashboard, in units of its grid. */
export interface Widget {
  readonly type: 'metric' | 'text' | 'alarm';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
    readonly annotations?: { readonly horizontal?: readonly { readonly value: number; readonly label: string }[] };
  };
}

/** A metric of a graph. */
export interface GraphedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
}

/** An expression of a graph. */
export interface GraphedExpression {
  readonly expression: string;
  readonly label: string;
}

/** @returns the widgets of the only dashboard of a stack. A reference to a resource is its JSON with single quotation marks */
export function widgetsOf(stack: Stack): Widget[] {
  const [dashboard] = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Dashboard'));
  const body: string | { 'Fn::Join': [string, unknown[]] } = dashboard?.Properties.DashboardBody;
  const parts = typeof body === 'string' ? [body] : body['Fn::Join'][1];
  const text = parts
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', "'")))
    .join('');
  return JSON.parse(text).widgets;
}

/** @returns the metrics of a widget, also those that only its expressions use */
export function metricsOf({ properties }: Widget): GraphedMetric[] {
  const found: GraphedMetric[] = [];
  for (const entry of properties.metrics ?? []) {
    const options = entry.at(-1);
    const words = (typeof options === 'object' ? entry.slice(0, -1) : entry) as string[];
    const [namespace, name, ...pairs] = words;
    if (namespace !== undefined && name !== undefined) {
      const dimensions = Object.fromEntries(
        pairs.flatMap((word, index) => (index % 2 === 0 ? [[word, pairs[index + 1] ?? '']] : [])),
      );
      found.push({ namespace, name, dimensions, options: (options ?? {}) as Record<string, unknown> });
    }
  }
  return found;
}

/** @returns the expressions of a widget */
export function expressionsOf({ properties }: Widget): GraphedExpression[] {
  return (properties.metrics ?? []).flatMap(([first]) =>
    typeof first === 'object' && first !== null && 'expression' in first ? [first as GraphedExpression] : [],
  );
}

/** @returns the title of a graph, or the heading of a text in place of one */
export function titleOf({ properties: { title, markdown = '' } }: Widget): string {
  return title ?? /^\*\*(.+)\*\*/.exec(markdown)?.[1] ?? '';
}

/** @returns the labels of what a graph shows: expressions, then metrics */
export function labelsOf(widget: Widget): string[] {
  return [
    ...expressionsOf(widget).map(({ label }) => label),
    ...metricsOf(widget)
      .filter(({ options }) => options.visible !== false)
      .map(({ options }) => String(options.label)),
  ];
}

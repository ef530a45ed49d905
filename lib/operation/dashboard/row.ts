import {
  ConcreteWidget,
  GraphWidget,
  type HorizontalAnnotation,
  type IMetric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';

/** Columns of the dashboard, from left to right, with their headings. */
export const COLUMNS = { http: 'HTTP lane', log: 'Message log', webSocket: 'WebSocket lane' } as const;

export type Column = keyof typeof COLUMNS;

/** Rows below the state of the alarms, from top to bottom, with their headings. Each column has all of them. */
export const ROWS = {
  traffic: 'traffic',
  errors: 'errors',
  latency: 'latency',
  saturation: 'saturation',
  throttles: 'throttles',
  refusals: 'refusals',
  cost: 'cost',
} as const;

export type Row = keyof typeof ROWS;

/** One or two axes with metrics. */
export interface Graph {
  /** Heading instead of that of the row. */
  readonly title?: string;
  readonly left: Axis;
  readonly right?: Axis;
}

export interface Axis {
  /** Unit of the values: `requests`. */
  readonly label: string;
  readonly metrics: readonly IMetric[];

  /** Lines to compare the values with. @default - none */
  readonly limits?: readonly HorizontalAnnotation[];
}

/** A graph, or a sentence that says why there is none. */
export type Cell = Graph | string;

/** The cells of a column. They are read when the template is written, because routes can be added until then. */
export type Cells = Readonly<Record<Row, () => Cell>>;

/** Width of a column: a third of the grid of CloudWatch. */
export const COLUMN_WIDTH = 8;

const GRAPH_HEIGHT = 6;

/** A cell of the dashboard. */
export class CellWidget extends ConcreteWidget {
  constructor(
    private readonly heading: string,
    private readonly cell: () => Cell,
  ) {
    super(COLUMN_WIDTH, GRAPH_HEIGHT);
  }

  toJson(): object[] {
    const widget = widgetOf(this.heading, this.cell());
    widget.position(this.x ?? 0, this.y ?? 0);
    return widget.toJson();
  }
}

function widgetOf(heading: string, cell: Cell): ConcreteWidget {
  const size = { width: COLUMN_WIDTH, height: GRAPH_HEIGHT };
  if (typeof cell === 'string') {
    return new TextWidget({ markdown: `**${heading}**\n\n${cell}`, ...size });
  }
  const { title = heading, left, right } = cell;
  return new GraphWidget({
    title,
    ...size,
    left: [...left.metrics],
    leftYAxis: yAxis(left),
    leftAnnotations: [...(left.limits ?? [])],
    ...(right && {
      right: [...right.metrics],
      rightYAxis: yAxis(right),
      rightAnnotations: [...(right.limits ?? [])],
    }),
  });
}

/** From 0, so that a small change does not look large. */
function yAxis({ label }: Axis) {
  return { label, min: 0, showUnits: false };
}

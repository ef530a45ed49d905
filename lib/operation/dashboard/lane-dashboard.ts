import { Duration } from 'aws-cdk-lib';
import { AlarmStatusWidget, Dashboard, type IWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { CanaryConfig } from '../canary/canary-config';
import { canaryGraphs } from './canary';
import { gatewayGraphs } from './gateway';
import { httpCells } from './http';
import { linksOf } from './links';
import { logCells } from './log';
import { type Cells, CellWidget, type Column, COLUMN_WIDTH, COLUMNS, type Row, ROWS } from './row';
import { webSocketCells } from './websocket';
import type { LaneHealth } from '../lane-health';
import type { Watched } from '../watched';

export interface LaneDashboardProps {
  readonly watched: Watched;

  /** Health of the lanes that exist. */
  readonly health: { readonly http?: LaneHealth; readonly webSocket?: LaneHealth; readonly log?: LaneHealth };

  /** The canary, which has a row. @default - none */
  readonly canary?: CanaryConfig;

  /** Name of the dashboard: unique in an account, in all its Regions. */
  readonly dashboardName: string;

  /** URL of the runbook, or its path in the repository. */
  readonly runbookUrl: string;
}

/** Height of the state of the alarms, and of the links, in rows of the grid. */
const [ALARMS_HEIGHT, LINKS_HEIGHT] = [5, 3];

/**
 * Dashboard with a column for the HTTP lane, the message log between, and the WebSocket lane, and the same rows in each. A lane that
 * is not watched has no column.
 */
export class LaneDashboard extends Construct {
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: LaneDashboardProps) {
    super(scope, id);
    this.dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(3),
    });
    for (const row of rowsOf(this, props)) {
      this.dashboard.addWidgets(...row);
    }
  }
}

function rowsOf(scope: Construct, { watched, health, canary, runbookUrl }: LaneDashboardProps): IWidget[][] {
  const columns = columnsOf(watched);
  const ofCanary = canary && canaryGraphs(canary);
  return [
    [...columns.keys()].map((column) => alarmsOf(column, health[column])),
    [...columns.keys()].map(
      (column) =>
        new TextWidget({
          markdown: linksOf(column, scope, { watched, runbookUrl }),
          width: COLUMN_WIDTH,
          height: LINKS_HEIGHT,
        }),
    ),
    ofCanary
      ? [...columns.keys()].map((column) => new CellWidget(`${COLUMNS[column]}: canary`, () => ofCanary[column]))
      : [],
    gatewayGraphs(watched.gateway).map((graph) => new CellWidget('Gateway', () => graph)),
    ...(Object.keys(ROWS) as Row[]).map((row) =>
      [...columns].map(([column, cells]) => new CellWidget(`${COLUMNS[column]}: ${ROWS[row]}`, cells[row])),
    ),
  ].filter((row) => row.length > 0);
}

/** @returns the columns of what exists, from left to right */
function columnsOf({ httpLane, webSocketLane, messageLog, ...others }: Watched): ReadonlyMap<Column, Cells> {
  const { admission, delivery, revocation } = others;
  const isShared = httpLane !== undefined && webSocketLane?.servers?.loadBalancer === httpLane.loadBalancer;
  const columns: [Column, Cells | undefined][] = [
    ['http', httpLane && httpCells(httpLane, { admission, isShared })],
    [
      'log',
      (messageLog ?? delivery ?? revocation) && logCells({ messageLog, delivery, revocation, webSocketLane, httpLane }),
    ],
    ['webSocket', webSocketLane && webSocketCells({ webSocketLane, admission, isShared })],
  ];
  return new Map(columns.flatMap(([column, cells]) => (cells ? [[column, cells] as const] : [])));
}

/** The composite alarm of a lane, the alarms that it consists of, and those that notify by themselves. */
function alarmsOf(column: Column, health: LaneHealth | undefined): IWidget {
  const size = { width: COLUMN_WIDTH, height: ALARMS_HEIGHT };
  const title = `${COLUMNS[column]}: alarms`;
  return health
    ? new AlarmStatusWidget({
        title,
        alarms: [health.compositeAlarm, ...health.alarms, ...health.lastingAlarms],
        ...size,
      })
    : new TextWidget({ markdown: `**${title}**\n\nNone.`, ...size });
}

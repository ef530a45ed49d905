import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cdk } from './support/example-project';
import { Output } from '../lib/outputs';
import type { Settings } from '../lib/settings/settings';
import { awsCommandsOf, commandsOf } from '../tools/check/runbook-shell';
import { nameOf, problemsOf, type RecordedCli } from '../tools/check/runbook-synopsis';
import recorded from './aws-cli.json';
import { GATEWAY_WITH_SERVERS, SHARED_LOAD_BALANCER, stageTemplate } from './stack/stages';
import { captures, DOCUMENTS } from './support/documents';

const PROJECT = resolve(__dirname, '..');

const RUNBOOK = readFileSync(join(PROJECT, 'docs/runbook.md'), 'utf8');

const { prod } = cdk.context.twinlane;

const OPERATION = { operation: { accountAlarms: true, canary: {} } };

const FUNCTION: Partial<Settings> = {
  capacity: {
    http: { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 },
    websocket: { ...prod.capacity.websocket, type: 'apiGateway' },
  },
};

/** Templates with every alarm of a stage. */
const TEMPLATES = [
  stageTemplate('prod', OPERATION),
  stageTemplate('prod', { ...OPERATION, ...FUNCTION }),
  stageTemplate('servers', OPERATION),
  stageTemplate('servers', { ...OPERATION, ...SHARED_LOAD_BALANCER }),
  stageTemplate('gateway', OPERATION),
  stageTemplate('gateway', { ...OPERATION, ...GATEWAY_WITH_SERVERS }),
].map((template) => template.toJSON());

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

const RESOURCES = TEMPLATES.map(({ Resources }): [string, Resource][] => Object.entries(Resources));

/** Headings of the third level that are in one of the chapters of alarms. */
const SECTIONS = chapters().flatMap(({ title, text }) =>
  ['HTTP lane', 'WebSocket lane', 'Message log and delivery', 'Both lanes'].includes(title) ? sectionsOf(text) : [],
);

function chapters(): { title: string; text: string }[] {
  return RUNBOOK.split(/^## /m).map((chapter) => ({ title: chapter.split('\n')[0] ?? '', text: chapter }));
}

function sectionsOf(chapter: string): { anchor: string; text: string }[] {
  const [, ...sections] = chapter.split(/^### /m);
  return sections.map((section) => ({ anchor: section.split('\n')[0] ?? '', text: section }));
}

/** Anchors of the runbook in the descriptions of the metric alarms. */
function anchorsOfAlarms(): string[] {
  const descriptions = RESOURCES.flat()
    .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => JSON.stringify(Properties.AlarmDescription));
  return captures(/Runbook: [^#\\"\s]+#([\w-]+)/g, descriptions.join('\n'));
}

test('each alarm has a section of the runbook, and each section of an alarm has one', () => {
  const anchors = anchorsOfAlarms();
  expect(anchors.length).toBeGreaterThan(20);
  expect(SECTIONS.map(({ anchor }) => anchor).sort()).toEqual(anchors.sort());
});

test.each(SECTIONS)('the section $anchor answers the six questions, in the same order', ({ text }) => {
  const questions = [...text.matchAll(/^- \*\*([\w ]+)\*\*/gm)].map(([, question]) => question);
  expect(questions).toEqual(['Users notice', 'First look', 'Mitigate', 'Fix', 'Over when', 'Can wait']);
});

/** Operations that change nothing. */
const READS = /^(describe|get|list|receive|scan|query|start-query)/;

const CHANGING = chapters()
  .flatMap(({ text }) => sectionsOf(text))
  .filter(({ text }) => awsCommandsOf(text).some(([, operation = '']) => !READS.test(operation)));

test.each(CHANGING)('the section $anchor, which changes something, says how to undo it', ({ text }) => {
  expect(text).toMatch(/\bUndo\b/);
});

/** Anchor that GitHub gives to a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function anchorsIn(document: string): string[] {
  return captures(/^#+ (.+)$/gm, readFileSync(join(PROJECT, 'docs', document), 'utf8')).map(anchorOf);
}

test('each link of the runbook with an anchor leads to a heading', () => {
  const links = captures(/\]\(([^)\s]*#[^)\s]+)\)/g, RUNBOOK).filter((link) => !link.startsWith('http'));
  const broken = links.filter((link) => {
    const [document = '', anchor = ''] = link.split('#');
    return !anchorsIn(document || 'runbook.md').includes(anchor);
  });
  expect(links.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});

const CALLS = [...RUNBOOK.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].flatMap(([, script = '']) => commandsOf(script));

test('each output that the runbook reads is an output of the stack', () => {
  const names = [
    ...captures(/`(?:output )?([A-Z][a-z]\w+(?:Arn|Urls?|Capacity|Targets?|(?:Rate|Burst)Limit|Id|Table))`/g, RUNBOOK),
    ...CALLS.flatMap(([name, output = '']) => (name === 'output' && /^\w/.test(output) ? [output] : [])),
  ];
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !(Object.values(Output) as string[]).includes(name))).toEqual([]);
});

test('each resource that the runbook names exists in a stage, and only once in each', () => {
  const inFunctions = captures(/"\$\(resource Logs::LogGroup "\$\{part\}LogGroup"\)"/g, RUNBOOK);
  const parts = captures(/^ *for part in ([\w ]+); do$/gm, RUNBOOK).flatMap((list) => list.split(' '));
  const named = [
    ...CALLS.flatMap(([name, type = '', part = '']) => (name === 'resource' && /^\w/.test(part) ? [[type, part]] : [])),
    ...CALLS.flatMap(([name, part = '']) => (name === 'queue_arn' && part ? [['SQS::Queue', part]] : [])),
    ...parts.map((part) => (part.endsWith('Letters') ? ['SQS::Queue', part] : ['Logs::LogGroup', `${part}LogGroup`])),
  ];
  const counts = named.map(([type, part = '']) => ({
    resource: `${type} ${part}`,
    counts: RESOURCES.map(
      (resources) => resources.filter(([id, { Type }]) => Type === `AWS::${type}` && id.includes(part)).length,
    ),
  }));
  expect(inFunctions.length + counts.length).toBeGreaterThan(20);
  expect(counts.filter((each) => Math.max(...each.counts) !== 1)).toEqual([]);
});

/** Events that functions and services log. */
const EVENTS = ['lambda', 'service']
  .flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => captures(/event: '(\w+)'/g, readFileSync(join(PROJECT, file), 'utf8')));

test('the table of log events has those of the code, and no others', () => {
  const [, table = ''] = RUNBOOK.split('## Log events');
  const rows = table.split('\n').filter((line) => line.startsWith('| `') && !line.startsWith('| `event`'));
  const named = rows.flatMap((row) => captures(/`(\w+)`/g, row.split('|')[1] ?? ''));
  expect(named.sort()).toEqual([...new Set(EVENTS)].sort());
});

test('each event in a query of the runbook is one that the code logs', () => {
  const named = [
    ...captures(/event = "(\w+)"/g, RUNBOOK),
    ...captures(/event in \[([^\]]+)\]/g, RUNBOOK).flatMap((list) => captures(/"(\w+)"/g, list)),
  ];
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((event) => !EVENTS.includes(event))).toEqual([]);
});

test('each setting that the runbook names exists', () => {
  const documented = captures(/^\| `([\w.*]+)`/gm, readFileSync(join(PROJECT, 'docs/settings.md'), 'utf8'));
  const named = captures(/`((?:capacity|webAcl|quotas|delivery|operation)\.[\w.]+)`/g, RUNBOOK);
  expect(named.length).toBeGreaterThan(10);
  expect(
    named.filter((name) => !documented.some((setting) => setting === name || setting.startsWith(`${name}.`))),
  ).toEqual([]);
});

const CLI: RecordedCli = recorded;

const COMMANDS = DOCUMENTS.flatMap((document) =>
  awsCommandsOf(readFileSync(join(PROJECT, document), 'utf8')).map((words) => ({ document, words })),
);

test.each([...new Set(COMMANDS.map(({ document }) => document))])(
  'each aws command in %s exists, with its options and all that it requires. After a new one, run: npm run check:runbook -- --update',
  (document) => {
    const commands = COMMANDS.filter((command) => command.document === document);
    expect(commands.flatMap(({ words }) => problemsOf(words, CLI.commands[nameOf(words)]))).toEqual([]);
  },
);

test('the runbook names the version of the AWS CLI that the commands were checked with', () => {
  expect(RUNBOOK).toContain(`version ${CLI.version.split('/')[1]} of the AWS CLI`);
});

test('the record of the AWS CLI has only commands that a document contains', () => {
  expect(Object.keys(CLI.commands)).toEqual([...new Set(COMMANDS.map(({ words }) => nameOf(words)))].sort());
});

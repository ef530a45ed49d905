import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { thresholdProblems } from './alarms/threshold-problems';
import type { OperationOptions } from './operation-options';
import type { Watched } from './watched';

/** Maximum length of the URL of the runbook, so that the descriptions of all alarms have room for it. */
const LONGEST_URL = 400;

/** @returns a problem of options that are no object: a setting such as `true` in JavaScript */
export function shapeProblems(operation: unknown): string[] {
  return isObject(operation)
    ? []
    : [`operation must be an object with options, got ${shown(operation)}. Fix: use {} for the defaults`];
}

/** @returns the problems of the options, each with the value received and a fix */
export function optionProblems(scope: Construct, options: OperationOptions): string[] {
  const { alarmTopic, runbookUrl, thresholds, dashboard, accountAlarms, deploymentAlarms } = options;
  return [
    ...(thresholds === undefined || isObject(thresholds)
      ? thresholdProblems(thresholds ?? {})
      : [`thresholds must be an object, got ${shown(thresholds)}. Fix: use {} for the defaults`]),
    ...urlProblems(runbookUrl),
    ...topicProblems(scope, alarmTopic),
    ...booleanProblems({ dashboard, accountAlarms, deploymentAlarms }),
  ];
}

/** @returns a problem if there is nothing to watch */
export function watchedProblems({ httpLane, webSocketLane, messageLog, delivery, revocation }: Watched): string[] {
  return [httpLane, webSocketLane, messageLog, delivery, revocation].some((construct) => construct)
    ? []
    : ['there must be something to watch, got nothing. Fix: pass httpLane, webSocketLane or messageLog'];
}

function urlProblems(runbookUrl: unknown): string[] {
  return runbookUrl === undefined || (typeof runbookUrl === 'string' && isUrl(runbookUrl))
    ? []
    : [
        `runbookUrl must be a URL without # and spaces, of at most ${LONGEST_URL} characters, got ${shown(runbookUrl)}. Fix: use the URL of the page, such as https://wiki.example.com/runbook: each alarm adds # and its section`,
      ];
}

function isUrl(text: string): boolean {
  return Token.isUnresolved(text) || (/^[^\s#]+$/.test(text) && text.length <= LONGEST_URL);
}

/** CloudWatch notifies only standard topics of the Region of the alarm. */
function topicProblems(scope: Construct, topic: OperationOptions['alarmTopic']): string[] {
  if (topic === undefined) {
    return [];
  }
  if (!isObject(topic) || typeof topic.topicArn !== 'string') {
    return [
      `alarmTopic must be a topic, got ${shown(topic)}. Fix: use new Topic(this, 'Alarms') or Topic.fromTopicArn(this, 'Alarms', arn)`,
    ];
  }
  const { region } = Stack.of(scope);
  const { region: regionOfTopic } = topic.env;
  const isKnown = !Token.isUnresolved(region) && !Token.isUnresolved(regionOfTopic);
  return [
    ...(isKnown && region !== regionOfTopic
      ? [
          `alarmTopic must be in the Region of the stack, ${region}, got ${topic.node.path} in ${regionOfTopic}. Fix: use a topic in ${region}, or remove alarmTopic to have one created`,
        ]
      : []),
    ...(topic.fifo
      ? [
          `alarmTopic must be a standard topic, got the FIFO topic ${topic.node.path}, which CloudWatch cannot notify. Fix: use a standard topic, or remove alarmTopic to have one created`,
        ]
      : []),
  ];
}

function booleanProblems(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined || typeof value === 'boolean'
      ? []
      : [`${name} must be true or false, got ${shown(value)}. Fix: use true or false`],
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? typeof value;
}

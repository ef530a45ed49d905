import { CfnResource, Token } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnDeploymentConfig, type ILambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { Construct } from 'constructs';

/** Options of a gradual deployment. */
const OPTIONS = ['config', 'alarms', 'ignoreAlarms'];

/** Beginning of the names of the configurations that CodeDeploy has for each compute platform. */
const PREDEFINED = 'CodeDeployDefault.';

/** Names of configurations: the rule of the CDK. */
const CONFIG_NAME = /^[\w.+=,@-]{1,100}$/;

/** Region in the ARN of an alarm, whose partition can be a token. */
const REGION = /^arn:[^:]+:cloudwatch:([a-z\d-]+):/;

/** @returns true if the value is an object with options. In JavaScript, it can be anything, such as `true` */
export function isOptions(deployment: unknown): deployment is object {
  return isObject(deployment) && !Array.isArray(deployment);
}

/** @returns problems of the shape of `deployment`, each with the value received and a fix; none without a deployment */
export function shapeProblems(deployment: unknown): string[] {
  if (isMissing(deployment)) {
    return [];
  }
  if (!isOptions(deployment)) {
    return [
      `deployment must be an object with options, got ${shown(deployment)}. Fix: use {} for the defaults, or remove deployment`,
    ];
  }
  const unknown = Object.keys(deployment).filter((name) => !OPTIONS.includes(name));
  return unknown.length > 0
    ? [`deployment must have only the options ${OPTIONS.join(', ')}, got ${unknown.join(', ')}. Fix: remove these`]
    : [];
}

/** @returns problems of `deployment.config`, with the value received and a fix; none without one */
export function configProblems(config: unknown): string[] {
  if (isMissing(config) || isLambdaConfig(config)) {
    return [];
  }
  return [
    `deployment.config must be a deployment configuration for Lambda, got ${shownConfig(config)}. Fix: use one of LambdaDeploymentConfig, such as LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES, or remove config`,
  ];
}

/**
 * The types of the CDK for the three compute platforms are the same to TypeScript, and imported configurations are also the same at run
 * time. So this finds other platforms by the names of CodeDeploy's own configurations, and by the resource of those that an app creates.
 */
function isLambdaConfig(config: unknown): boolean {
  const name = nameOf(config);
  if (name === undefined) {
    return false;
  }
  if (Token.isUnresolved(name) || !name.startsWith(PREDEFINED)) {
    const platform = platformOf(config);
    return (Token.isUnresolved(name) || CONFIG_NAME.test(name)) && (platform === undefined || platform === 'Lambda');
  }
  return name.startsWith(`${PREDEFINED}Lambda`);
}

/** The names of configurations that an app creates are tokens. */
function shownConfig(config: unknown): string {
  const name = nameOf(config);
  return name === undefined || Token.isUnresolved(name) ? shown(config) : name;
}

/** The CDK renders this name. */
function nameOf(config: unknown): string | undefined {
  const name = (config as Partial<ILambdaDeploymentConfig> | null | undefined)?.deploymentConfigRef
    ?.deploymentConfigName;
  return typeof name === 'string' ? name : undefined;
}

/** @returns the compute platform of a configuration that an app creates; undefined if it is not known */
function platformOf(config: unknown): string | undefined {
  const resource = Construct.isConstruct(config) ? (config.node.tryFindChild('Resource') ?? config) : undefined;
  // By its type and not its class, which another copy of the CDK has, too.
  if (!CfnResource.isCfnResource(resource) || resource.cfnResourceType !== CfnDeploymentConfig.CFN_RESOURCE_TYPE_NAME) {
    return undefined;
  }
  const { computePlatform = 'Server' } = resource as CfnDeploymentConfig;
  return Token.isUnresolved(computePlatform) ? undefined : computePlatform;
}

/** @returns a problem of `deployment.ignoreAlarms`, with the value received and a fix */
export function ignoreAlarmsProblems(ignoreAlarms: unknown): string[] {
  return isMissing(ignoreAlarms) || typeof ignoreAlarms === 'boolean'
    ? []
    : [`deployment.ignoreAlarms must be true or false, got ${shown(ignoreAlarms)}. Fix: use true or false`];
}

/** @returns a problem of `deployment.alarms` if it is no list; those of its alarms are in {@link alarmProblems} */
export function listProblems(alarms: unknown): string[] {
  return isMissing(alarms) || Array.isArray(alarms)
    ? []
    : [`deployment.alarms must be a list of alarms, got ${shown(alarms)}. Fix: use [alarm], or remove alarms`];
}

/**
 * CodeDeploy finds alarms by their names, in its own Region.
 *
 * @param name - of the alarm in the message: `deployment.alarms[0]`
 * @param region - of the deployment group, which can be a token
 * @returns problems of an alarm, each with the value received and a fix
 */
export function alarmProblems(name: string, alarm: unknown, region: string): string[] {
  if (!isAlarm(alarm)) {
    return [
      `${name} must be an alarm, got ${shown(alarm)}. Fix: use new Alarm(this, 'Alarm', { … }) or Alarm.fromAlarmName(this, 'Alarm', name)`,
    ];
  }
  const regionOfAlarm = REGION.exec(alarm.alarmRef.alarmArn)?.[1] ?? alarm.env?.region ?? region;
  const isKnown = !Token.isUnresolved(region) && !Token.isUnresolved(regionOfAlarm);
  return isKnown && region !== regionOfAlarm
    ? [
        `${name} must be in the Region of the stack, ${region}, got ${shown(alarm)} in ${regionOfAlarm}. Fix: use an alarm in ${region}`,
      ]
    : [];
}

/** The CDK renders the name in `alarmRef`. */
function isAlarm(value: unknown): value is Pick<IAlarm, 'alarmRef'> & Partial<IAlarm> {
  const reference: Partial<IAlarm['alarmRef']> | undefined = (value as Partial<IAlarm> | null | undefined)?.alarmRef;
  return typeof reference?.alarmName === 'string' && typeof reference.alarmArn === 'string';
}

/** @returns true if CodeDeploy refuses both alarms together, because their names are the same */
export function areTheSame(one: IAlarm, other: IAlarm): boolean {
  const [{ alarmName, alarmArn }, reference] = [one.alarmRef, other.alarmRef];
  // The name of an alarm that is imported by its name contains tokens that differ in each import. Its ARN does not.
  return one === other || alarmName === reference.alarmName || alarmArn === reference.alarmArn;
}

/** The CDK accepts null for undefined. */
function isMissing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** @returns the value on one line, without its properties, which can be getters that throw */
function shown(value: unknown): string {
  if (Construct.isConstruct(value)) return value.node.path;
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'function' ? 'a function' : String(value);
}

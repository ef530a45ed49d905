import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarm, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type ILambdaDeploymentConfig,
  LambdaDeploymentConfig,
  LambdaDeploymentGroup,
} from 'aws-cdk-lib/aws-codedeploy';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import {
  alarmProblems,
  areTheSame,
  configProblems,
  ignoreAlarmsProblems,
  listProblems,
} from './gradual-deployment-problems';

/** Options of a gradual deployment. */
export interface GradualDeployment {
  /**
   * Share of the invocations that the new version gets, and for how long. The previous version answers the others.
   *
   * @default LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES - 10 percent for 5 minutes, then all
   */
  readonly config?: ILambdaDeploymentConfig;

  /**
   * Alarms that roll a deployment back, in addition to the alarm on errors of the function and to those of an operation. CodeDeploy accepts
   * 10 alarms together, in its own Region. An alarm that is listed twice counts once. CodeDeploy's documentation describes alarms on a
   * metric only; composite alarms were not tried.
   *
   * @default - none
   */
  readonly alarms?: readonly IAlarm[];

  /**
   * True to deploy without regard to the alarms. CodeDeploy stops a deployment while one of its alarms is in alarm, also if the previous
   * version is the cause: deploy the fix with `true`, and then remove it.
   *
   * @default false
   */
  readonly ignoreAlarms?: boolean;
}

export interface AliasDeploymentProps extends GradualDeployment {
  /** Alias whose invocations are shifted. */
  readonly alias: Alias;
}

/** Maximum number of alarms of a deployment group: a limit of CodeDeploy. */
const MOST_ALARMS = 10;

const SERVICE_POLICY = 'service-role/AWSCodeDeployRoleForLambdaLimited';

/**
 * Deploys a function by its alias: CodeDeploy shifts invocations from one version to the next, and back if an alarm fires or the deployment
 * fails. CloudFormation waits for it, and only then deletes the previous version. The deployment that creates the alias shifts nothing.
 *
 * Each function has a CodeDeploy application of its own, without a name, so that several functions are deployed at the same time.
 */
export class AliasDeployment extends Construct {
  readonly deploymentGroup: LambdaDeploymentGroup;

  /** Alarm on errors of the alias. It has no actions. */
  readonly errorAlarm: Alarm;

  private readonly alarms: IAlarm[] = [];

  private readonly problems: string[];

  constructor(scope: Construct, id: string, { alias, config, alarms, ignoreAlarms }: AliasDeploymentProps) {
    super(scope, id);
    this.node.addValidation({ validate: () => [...this.problems, ...countProblems(this.alarms.length)] });
    const wrongConfig = configProblems(config);
    this.problems = [...wrongConfig, ...ignoreAlarmsProblems(ignoreAlarms), ...listProblems(alarms)];
    this.errorAlarm = new Alarm(this, 'Errors', {
      alarmDescription: `Invocations of ${alias.lambda.functionName} fail. A deployment of this function is rolled back meanwhile.`,
      metric: alias.metricErrors({ period: Duration.minutes(1), statistic: Stats.SUM }),
      // One failure can be an outage of another service, which does not last. The first step of the default takes 5 minutes.
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      datapointsToAlarm: 2,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    // With problems, too, so that synthesis reports all of them at the same time. In JavaScript, null is undefined.
    const ignored = ignoreAlarms === true;
    this.deploymentGroup = new LambdaDeploymentGroup(this, 'Group', {
      alias,
      deploymentConfig:
        (wrongConfig.length === 0 ? config : undefined) ?? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      ignoreAlarmConfiguration: ignored,
      autoRollback: { failedDeployment: true, deploymentInAlarm: !ignored },
    });
    this.add('deployment.errorAlarm', this.errorAlarm);
    [...(Array.isArray(alarms) ? (alarms as readonly IAlarm[]) : [])].forEach((alarm, index) =>
      this.add(`deployment.alarms[${index}]`, alarm),
    );
    Validations.of(this.deploymentGroup).acknowledge({
      id: `AwsSolutions::AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${SERVICE_POLICY}]`,
      reason:
        'CodeDeploy shifts the invocations of an alias with this role; the managed policy is the one AWS names for it.',
    });
  }

  /** Adds an alarm that rolls a deployment back, unless it is there already. */
  addAlarm(alarm: IAlarm): void {
    this.add('alarm', alarm);
  }

  private add(name: string, alarm: IAlarm): void {
    const found = alarmProblems(name, alarm, Stack.of(this).region);
    this.problems.push(...found);
    if (found.length === 0 && !this.alarms.some((one) => areTheSame(one, alarm))) {
      this.alarms.push(alarm);
      this.deploymentGroup.addAlarm(alarm);
    }
  }
}

function countProblems(count: number): string[] {
  return count > MOST_ALARMS
    ? [
        `deployment.alarms must have at most ${MOST_ALARMS} alarms, with those of the function and of the operation, got ${count}. Fix: remove some of them`,
      ]
    : [];
}

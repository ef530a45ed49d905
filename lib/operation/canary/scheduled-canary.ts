import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { LaneFunction } from '../../functions/lane-function';
import { metricLaneOf } from '../../metrics/lane-metric';
import { scheduledAlarms } from './canary-alarms';
import type { CanaryConfig, CanaryContext } from './canary-config';
import { addCredentials } from './canary-credentials';
import type { CanaryProps } from './canary-props';
import { environmentOf, HANDLER, RUN_TIMEOUT } from './canary-run';
import { propsOf, propsProblems } from './props-problems';
import { everyOf, everyProblems, windowProblems } from './run-problems';

/** A function that a rule invokes. It reserves no concurrency, which it would take from the lanes. */
export class ScheduledCanary {
  private readonly props: CanaryProps;

  /** @param given - of the user. In JavaScript, it can be anything */
  constructor(private readonly given: CanaryProps) {
    this.props = propsOf(given);
  }

  bind(scope: Construct, context: CanaryContext): CanaryConfig {
    scope.node.addValidation({
      validate: () => [
        ...propsProblems(this.given),
        ...everyProblems(this.props.every),
        ...windowProblems(context.batchingWindow, RUN_TIMEOUT),
      ],
    });
    const every = everyOf(this.props.every);
    const name = metricLaneOf(scope);
    const credentials = addCredentials(scope, context, this.props.credentials);
    const fn = new LaneFunction(scope, 'Function', {
      retention: context.retention,
      entry: HANDLER,
      description: 'Canary: checks both lanes as a client',
      timeout: RUN_TIMEOUT,
      tracing: false,
      environment: environmentOf(scope, name, context, credentials),
    });
    credentials.grantSignIn(fn);
    // The next run comes soon. One that is late or repeated would only write more values.
    fn.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new Rule(scope, 'Schedule', {
      description: 'Runs of the canary',
      schedule: Schedule.rate(every),
      targets: [new LambdaFunction(fn.function, { retryAttempts: 0 })],
    });
    return {
      alarms: scheduledAlarms({ name, every, fn }),
      name,
      every,
      credentials: credentials.secret,
      function: fn,
    };
  }
}

import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { IAdmission } from '../../authentication/admission';

/** Limits of the stage for all connections together. */
export interface LaneThrottle {
  /**
   * Handshakes and frames per second. By default, an account has 10,000 per second for all APIs in a Region.
   *
   * @default 1000
   */
  readonly rateLimit?: number;

  /**
   * Maximum burst of handshakes and frames.
   *
   * @default 500
   */
  readonly burstLimit?: number;
}

/** Adds a warning if one subject can use up more than half of the throttle, which all clients of the stage share. */
export function warnOfSubjectRate(lane: Construct, admission: IAdmission, { rateLimit }: Required<LaneThrottle>): void {
  const { connections, frames } = admission.limits;
  const framesPerSecond = connections * frames.perSecond;
  const known = !Token.isUnresolved(rateLimit) && rateLimit >= 1;
  if (admission.authentication && known && framesPerSecond > rateLimit / 2) {
    Annotations.of(lane).addWarningV2(
      'twinlane:subject-rate',
      `limits.connections × limits.frames.perSecond must be at most half of throttle.rateLimit (${rateLimit}), got ${connections} × ${frames.perSecond} = ${framesPerSecond}. One subject can keep the others from the WebSocket lane. Fix: use smaller limits, or a higher throttle.rateLimit`,
    );
  }
}

/** @returns problems of the throttle, each with the value received and a fix */
export function throttleProblems({ rateLimit, burstLimit }: Required<LaneThrottle>): string[] {
  return Object.entries({ rateLimit, burstLimit })
    .filter(([, limit]) => limit < 1)
    .map(([name, limit]) => `throttle.${name} must be 1 or more, got ${limit}. Fix: use 1 or more`);
}

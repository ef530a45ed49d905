import { Token } from 'aws-cdk-lib';
import { isOrigin, originIn } from './host-names';

/** @returns the problems of a lane's allowed origins, each with the value received and a fix */
export function originProblems(allowedOrigins: readonly string[]): string[] {
  if (allowedOrigins.length === 0) {
    return ['allowedOrigins must have at least one origin, got none. Fix: add the origin of a page that uses the lane'];
  }
  return allowedOrigins
    .filter((origin) => !Token.isUnresolved(origin) && !isOrigin(origin))
    .map((origin) => {
      const meant = originIn(origin) ?? 'https://app.example.com';
      return `allowedOrigins must be exact origins, https or localhost, got ${JSON.stringify(origin)}. Fix: use an origin such as ${meant}`;
    });
}

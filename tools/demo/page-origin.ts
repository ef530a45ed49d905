import type { Blueprint } from '../local';
import { Environment } from '../../lambda/environment';

type App = Pick<Blueprint, 'functions' | 'services' | 'loadBalancers' | 'distributions'>;

/**
 * @returns the allowed origin that the page replaces: the first with https, `https://app.example.com`, or else the first, such as the one
 *   of an app; undefined if the app allows no origin but its own
 */
export function pageOrigin(app: App): string | undefined {
  const own = ownOrigins(app);
  const origins = allowedOrigins(app).filter((origin) => !own.includes(origin));
  return origins.find((origin) => origin.startsWith('https:')) ?? origins[0];
}

/** @returns true for an app that allows pages of its gateway only. A gateway without a page of its own serves none here */
export function allowsOnlyItself(app: App): boolean {
  return allowedOrigins(app).length > 0 && pageOrigin(app) === undefined;
}

function ownOrigins({ loadBalancers, distributions }: App): string[] {
  return [...loadBalancers, ...distributions].flatMap(({ hosts }) => hosts.map((host) => `https://${host}`));
}

function allowedOrigins({ functions, services }: App): string[] {
  return [...services.flatMap(({ containers }) => containers), ...functions]
    .flatMap(({ environment }) => environment[Environment.ALLOWED_ORIGINS]?.split(',') ?? [])
    .filter((origin) => URL.canParse(origin));
}

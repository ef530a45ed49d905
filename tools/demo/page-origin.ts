import type { Blueprint } from '@twinlane/local';
import { Environment } from '../../lambda/environment';

/**
 * @returns the allowed origin that the page replaces: the first with https, `https://app.example.com`, or else the first, such as the one
 *   of an app; undefined if the app allows no origin but its own
 */
export function pageOrigin({
  functions,
  services,
  loadBalancers,
  distributions,
}: Pick<Blueprint, 'functions' | 'services' | 'loadBalancers' | 'distributions'>): string | undefined {
  // A gateway has the origin of its pages, and serves no page here.
  const own = [...loadBalancers, ...distributions].flatMap(({ hosts }) => hosts.map((host) => `https://${host}`));
  const origins = [...services.flatMap(({ containers }) => containers), ...functions]
    .flatMap(({ environment }) => environment[Environment.ALLOWED_ORIGINS]?.split(',') ?? [])
    .filter((origin) => URL.canParse(origin) && !own.includes(origin));
  return origins.find((origin) => origin.startsWith('https:')) ?? origins[0];
}

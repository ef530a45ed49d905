import type { Blueprint } from '@twinlane/local';
import { Environment } from '../../lambda/environment';

/**
 * @returns the allowed origin that the page replaces: the first with https, `https://app.example.com`, or else the first, such as the one
 *   of an app; undefined if the app allows no origin
 */
export function pageOrigin({ functions, services }: Pick<Blueprint, 'functions' | 'services'>): string | undefined {
  const origins = [...services.flatMap(({ containers }) => containers), ...functions]
    .flatMap(({ environment }) => environment[Environment.ALLOWED_ORIGINS]?.split(',') ?? [])
    .filter((origin) => URL.canParse(origin));
  return origins.find((origin) => origin.startsWith('https:')) ?? origins[0];
}

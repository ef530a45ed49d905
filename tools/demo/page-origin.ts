import type { Blueprint } from '@twinlane/local';
import { Environment } from '../../lambda/environment';

/** @returns the first allowed origin of the app, `https://app.example.com`; undefined if the app allows no origin */
export function pageOrigin({ functions, services }: Pick<Blueprint, 'functions' | 'services'>): string | undefined {
  return [...services.flatMap(({ containers }) => containers), ...functions]
    .map(({ environment }) => environment[Environment.ALLOWED_ORIGINS]?.split(',')[0])
    .find((origin) => origin !== undefined && URL.canParse(origin));
}

import { isLoopback } from './endpoint';

/**
 * Name of the environment variable by which other programs reach the URL through a proxy. The probe connects directly,
 * because a proxy's own connections would be measured.
 */
export function proxyVariable(
  url: URL,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const names = /^(https|wss):$/.test(url.protocol) ? ['HTTPS_PROXY', 'ALL_PROXY'] : ['HTTP_PROXY', 'ALL_PROXY'];
  return isLoopback(url)
    ? undefined
    : names.flatMap((name) => [name, name.toLowerCase()]).find((name) => environment[name]);
}

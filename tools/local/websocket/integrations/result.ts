/** A response of a route as API Gateway reads it, or the reason why there is none. */
export type IntegrationResult =
  | { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly failure: string; readonly timedOut: boolean };

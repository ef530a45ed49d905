/** Formats a duration: `94 ms`, `1.2 s`, `33 min`, `5.6 h`. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) {
    return milliseconds(seconds);
  }
  if (seconds < 120) {
    return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  }
  return seconds < 7200 ? `${few(seconds / 60)} min` : `${few(seconds / 3600)} h`;
}

/** Formats a duration in whole milliseconds. */
export function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}

/** Formats an amount of money with cents: `$1,829.02`. */
export function dollars(usd: number): string {
  return `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** Formats an amount of money without cents: `$1,829`. */
export function wholeDollars(usd: number): string {
  return `$${count(usd)}`;
}

/** Formats a count with commas. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Formats a share in percent: `0 %`, `0.4 %`, `99 %`. */
export function percent(share: number): string {
  const few = share >= 0.0005 && share < 0.00995;
  return `${few ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
}

/** Formats with one decimal below 10. */
function few(value: number): string {
  return value.toFixed(value < 9.95 ? 1 : 0);
}

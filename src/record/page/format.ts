/** Numbers as a person reads them. Pure, but for the reader's own calendar. */

export function duration(ms: number | undefined): string {
  if (ms === undefined) return '–';
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  if (ms < 3_599_500) return inTwo(Math.round(ms / 1000), 'min', 's');
  if (ms < 86_370_000) return inTwo(Math.round(ms / 60_000), 'h', 'min');
  return `${(ms / 86_400_000).toFixed(1)} days`;
}

function inTwo(small: number, big: string, unit: string): string {
  const rest = small % 60;
  return `${Math.floor(small / 60)} ${big}${rest === 0 ? '' : ` ${rest} ${unit}`}`;
}

export function size(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${(bytes / 1000).toFixed(bytes < 99_500 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(bytes < 99_500_000 ? 1 : 0)} MB`;
}

export function count(number: number): string {
  return number.toLocaleString('en');
}

/** @param one - the word for one of them; the plural takes an s unless it is given */
export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0%';
  const percent = (100 * part) / whole;
  return percent < 1 ? '< 1%' : `${Math.round(percent)}%`;
}

export function clockTime(ms: number, withMs = false): string {
  const date = new Date(ms);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'));
  return parts.join(':') + (withMs ? `.${String(date.getMilliseconds()).padStart(3, '0')}` : '');
}

/** The reader's time zone, as in "GMT+1 (Europe/Berlin)". All times of the page are in it. */
export function timeZone(ms: number): string {
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' }).formatToParts(ms);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local time';
  const { timeZone: name } = new Intl.DateTimeFormat().resolvedOptions();
  return name === undefined || name === offset ? offset : `${offset} (${name})`;
}

export function dayAndTime(ms: number): string {
  const date = new Date(ms).toLocaleDateString('en', { day: 'numeric', month: 'short' });
  return `${date}, ${clockTime(ms).slice(0, 5)}`;
}

export function day(ms: number): string {
  return new Date(ms).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });
}

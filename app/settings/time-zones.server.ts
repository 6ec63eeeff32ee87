import type { Option } from '../components/choice-fields.tsx';

let options: readonly Option[] | null = null;

/** Every time zone this machine knows, Israel's first, the others by their Hebrew names. Made once: it takes a while. */
export function timeZoneOptions(): readonly Option[] {
  options ??= allZones();
  return options;
}

const HOME = 'Asia/Jerusalem';

function allZones(): Option[] {
  const others = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== HOME);
  const named = others.map((zone) => ({ value: zone, label: `${hebrewName(zone)} · ${zone}` }));
  const collator = new Intl.Collator('he');
  return [{ value: HOME, label: `ישראל · ${HOME}` }, ...named.toSorted((a, b) => collator.compare(a.label, b.label))];
}

/** «שעון מזרח ארצות הברית», or the zone's own place where Hebrew has no word for it. */
function hebrewName(zone: string): string {
  const parts = new Intl.DateTimeFormat('he-IL', { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts(0);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

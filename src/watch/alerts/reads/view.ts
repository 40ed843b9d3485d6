import type { Scope } from '#base/access.ts';
import { ancestorOf } from '#base/areas.ts';
import { COLUMN_BY_NAME } from '#base/columns.ts';
import { KIND_BY_NAME } from '#base/kinds.ts';
import type { Words } from '#base/words.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Vault } from '#platform/secrets/index.ts';
import { type AreaDirectory, areaWordsOf } from '#registers/areas/index.ts';
import { personBrief } from '#registers/people/index.ts';
import type { PlaceDirectory } from '#registers/places/index.ts';
import type { EvidenceRecord } from '#watch/signals/index.ts';
import { valueWords } from '#watch/rules/index.ts';
import type { AlertRow, AlertSignal } from '../contract.ts';
import type { Alert } from '../store.ts';

/** The registers an answer takes its words from, and the vault that opens names to mask them. */
export type Registers = {
  readonly areas: AreaDirectory;
  readonly places: PlaceDirectory;
  readonly vault: Vault;
};

/** Where an alert stands on the map: its place, else the middle of its area. */
export function pointOf(
  { areas, places }: Registers,
  at: { placeId: number | null; areaCode: string },
): { lat: number; lon: number; precise: boolean } | undefined {
  const place = at.placeId ? places.byId.get(at.placeId) : undefined;
  if (place) return { lat: place.lat, lon: place.lon, precise: true };
  const code = at.areaCode;
  const area = areas.byCode.get(code) ?? areas.byCode.get(ancestorOf(code, 'community') ?? '');
  return area && { lat: area.lat, lon: area.lon, precise: false };
}

/** Rows of the queue with words: masked names of persons, names of places and areas. */
export async function rowsOf(
  tx: Tx,
  scope: Scope,
  registers: Registers,
  alerts: readonly Alert[],
): Promise<AlertRow[]> {
  const ids = [...new Set(alerts.flatMap((a) => a.personId ?? []))];
  const briefs = await personBrief(tx, registers.vault, scope, ids);
  const persons = new Map(briefs.map((brief) => [brief.id, brief.name]));
  return alerts.map((alert) => rowOf(registers, persons, alert));
}

function rowOf(registers: Registers, persons: ReadonlyMap<number, string>, alert: Alert): AlertRow {
  const place = alert.placeId ? registers.places.byId.get(alert.placeId) : undefined;
  const point = pointOf(registers, alert);
  const areaWords = areaWordsOf(registers.areas, alert.areaCode);
  const name = alert.personId ? (persons.get(alert.personId) ?? `#${alert.personId}`) : '';
  const about: Record<Alert['subject'], Words> = {
    person: { zh: name, en: name },
    place: place?.name ?? areaWords,
    area: areaWords,
  };
  return {
    ...alert,
    subjectWords: about[alert.subject],
    placeName: place?.name.zh ?? null,
    areaWords,
    lat: point?.lat ?? null,
    lon: point?.lon ?? null,
    assignedTo:
      alert.assignedTo === null
        ? null
        : { id: alert.assignedTo, name: alert.assignedName ?? `#${alert.assignedTo}` },
  };
}

/** A record as evidence: its columns by their words, in the order of the kind. */
export function evidenceOf(
  { places }: Registers,
  record: EvidenceRecord,
): AlertSignal['records'][number] {
  const place = record.placeId ? places.byId.get(record.placeId) : undefined;
  return {
    recordId: record.id,
    kind: record.kind,
    kindWords: KIND_BY_NAME[record.kind]?.words ?? { zh: record.kind, en: record.kind },
    at: record.at,
    placeName: place?.name.zh ?? null,
    shown: Object.entries(record.columns).map(([name, value]) => ({
      name,
      words: COLUMN_BY_NAME[name]?.words ?? { zh: name, en: name },
      value: `${value}${unitOf(name)}`,
      valueWords: valueWords(name, String(value)) ?? null,
    })),
  };
}

const unitOf = (name: string): string => {
  const unit = COLUMN_BY_NAME[name]?.unit;
  return unit ? ` ${unit}` : '';
};

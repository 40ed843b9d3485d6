import { COLUMN_NAMES, COLUMNS, type ColumnName } from '#base/columns.ts';
import type { LakeStep, NativeType } from '#platform/lake/index.ts';

/**
 * How records lie in the lake. Missing values: '' for texts, codes and days, NaN for numbers, -1 for
 * counts, 255 for flags and ages, 0 for ids. Names and document numbers never come here.
 */
export type LakeColumn = {
  readonly name: string;
  readonly type: NativeType;
  readonly codec: string;
};

const BY_TYPE: Record<(typeof COLUMNS)[ColumnName]['type'], Omit<LakeColumn, 'name'>> = {
  text: { type: 'String', codec: 'ZSTD(3)' },
  code: { type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  day: { type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  number: { type: 'Float64', codec: 'ZSTD(1)' },
  count: { type: 'Int32', codec: 'ZSTD(1)' },
  flag: { type: 'UInt8', codec: 'ZSTD(1)' },
};

export const HEAD_COLUMNS: readonly LakeColumn[] = [
  { name: 'id', type: 'UInt64', codec: 'Delta, ZSTD(1)' },
  { name: 'kind', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'at', type: 'DateTime64(3)', codec: 'Delta, ZSTD(1)' },
  { name: 'person', type: 'UInt64', codec: 'Delta, ZSTD(1)' },
  { name: 'personArea', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'unit', type: 'Int32', codec: 'ZSTD(1)' },
  { name: 'place', type: 'Int32', codec: 'Delta, ZSTD(1)' },
  { name: 'placeArea', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
  { name: 'source', type: 'Int32', codec: 'ZSTD(1)' },
  { name: 'age', type: 'UInt8', codec: 'ZSTD(1)' },
  { name: 'sex', type: 'LowCardinality(String)', codec: 'ZSTD(1)' },
];

export const OWN_COLUMNS: readonly LakeColumn[] = COLUMN_NAMES.map((name) => ({
  name,
  ...BY_TYPE[COLUMNS[name].type],
}));

export const LAKE_COLUMNS = [...HEAD_COLUMNS, ...OWN_COLUMNS];
export const LAKE_TABLE = 'records_by_person';

const table = (name: string, order: string, granularity: number): string => `
create table if not exists ${name} (
  ${LAKE_COLUMNS.map((it) => `\`${it.name}\` ${it.type} codec(${it.codec})`).join(',\n  ')},
  index by_id id type bloom_filter(0.01) granularity 1
) engine = MergeTree partition by toMonday(at) order by (${order})
settings index_granularity = ${granularity}, non_replicated_deduplication_window = 10000`;

/** Both orders of the records: everything about a person, everyone at a place; weekly partitions. */
export const LAKE_STEPS: readonly LakeStep[] = [
  { name: '001 records by person', sql: table('records_by_person', 'person, at, id', 8192) },
  { name: '002 records by place', sql: table('records_by_place', 'place, at, id', 1024) },
  {
    name: '003 feed of records by place',
    sql: `create materialized view if not exists records_by_place_feed to records_by_place as
      select ${LAKE_COLUMNS.map((it) => `\`${it.name}\``).join(', ')} from records_by_person`,
  },
];

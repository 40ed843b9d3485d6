/**
 * Rows of one segment at most: a record id is `segment * SEGMENT_ROWS_MAX + row`, exact in a JS
 * number.
 */
const ROWS = 2 ** 20;

export const recordIdOf = (segment: number, row: number): number => segment * ROWS + row;
export const segmentOfRecord = (id: number): number => Math.floor(id / ROWS);
export const rowOfRecord = (id: number): number => id % ROWS;

/**
 * Whom a transaction works for: the second wall (`docs/decisions/0005-two-walls.md`) shows it the
 * rows of this area, and nothing when nobody says.
 */
export type Sight = {
  /** Significant digits; '' for the house itself: everything. */
  readonly areaPrefix: string;
  /** Persons seen besides the area's: break-glass, or a resident's own files. */
  readonly persons?: readonly number[] | undefined;
  readonly actorId: number;
};

/** The house acting by itself: directories, sign-in, reactions, clocks. */
export const HOUSE_SIGHT: Sight = { areaPrefix: '', actorId: 0 };

/** A city's four digits or fewer: everybody, guests and people whose area nobody said too. */
const CITY_DIGITS = 4;
/** Behind every area code, in the order of code points. */
const LAST = '~';

/** Whether a sight is the whole city. A prefix that is no digits ('-', '!') is nowhere. */
export const isHouseSight = ({ areaPrefix }: Sight): boolean =>
  areaPrefix.length <= CITY_DIGITS && /^\d*$/.test(areaPrefix);

export const TAKE_HOUSE = 'set local role fenghuo_house';
export const LEAVE_HOUSE = 'set local role none';

/**
 * The statements that open a transaction with this sight, in one round trip. Every value is digits
 * here, so the text is safe as it stands; all of it ends with the transaction.
 */
export function opening(begin: string, sight: Sight): string {
  const isHouse = isHouseSight(sight);
  const isArea = /^\d+$/.test(sight.areaPrefix);
  const from = isHouse ? '' : isArea ? sight.areaPrefix : LAST;
  const until = isHouse || !isArea ? LAST : `${sight.areaPrefix}${LAST}`;
  const ids = (sight.persons ?? []).map(digits);
  const lines = [
    begin,
    `set local fenghuo."from" = '${from}'`,
    `set local fenghuo.until = '${until}'`,
    `set local fenghuo.persons = '{${ids.join(',')}}'`,
    `set local fenghuo.actor = '${digits(sight.actorId)}'`,
  ];
  if (isHouse) lines.push(TAKE_HOUSE);
  return lines.join('; ');
}

function digits(id: number): string {
  if (!Number.isSafeInteger(id)) throw new Error('database: an id of a sight is no integer');
  return String(id);
}

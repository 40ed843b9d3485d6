import type { Words } from '#base/words.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#base/time.ts';
import type { Role } from './contract.ts';

export const ROLE_WORDS: Record<Role, Words> = {
  commander: { zh: '市指挥部指挥长', en: 'City commander' },
  desk_officer: { zh: '市指挥部专班', en: 'City desk officer' },
  epidemiologist: { zh: '疾控流行病学人员', en: 'Epidemiologist' },
  rule_reviewer: { zh: '规则审核员', en: 'Rule reviewer' },
  data_steward: { zh: '数据管理员', en: 'Data steward' },
  district_officer: { zh: '区级调度员', en: 'District officer' },
  street_officer: { zh: '街道（乡镇）调度员', en: 'Street officer' },
  community_worker: { zh: '社区网格员', en: 'Community worker' },
  investigator: { zh: '流调员', en: 'Investigator' },
  checkpoint_staff: { zh: '卡口值守人员', en: 'Checkpoint staff' },
  guard_device: { zh: '数字哨兵', en: 'Digital guard' },
  isolation_staff: { zh: '隔离点工作人员', en: 'Isolation-site staff' },
  sampling_head: { zh: '采样点点长', en: 'Sampling-point head' },
  sampler: { zh: '采样员', en: 'Sampler' },
  driver: { zh: '转运司机', en: 'Transport driver' },
  laboratory: { zh: '检测实验室', en: 'Laboratory' },
  hospital_reporter: { zh: '医院直报员', en: 'Hospital reporter' },
  pharmacy: { zh: '药店', en: 'Pharmacy' },
  unit_contact: { zh: '单位联系人', en: 'Unit contact' },
  hotline_operator: { zh: '12345 话务员', en: 'Hotline operator' },
  supplies_manager: { zh: '物资管理员', en: 'Supplies manager' },
  port_desk: { zh: '口岸专班', en: 'Flight and port desk' },
  supervisor: { zh: '督查员', en: 'Supervisor' },
  data_protection_officer: { zh: '个人信息保护负责人', en: 'Data-protection officer' },
  administrator: { zh: '系统管理员', en: 'Administrator' },
  resident: { zh: '居民', en: 'Resident' },
};

/** A session ends after this long without a request, and after this long at all: one long shift. */
export const SESSION_IDLE_MS = 2 * HOUR;
export const SESSION_LIFE_MS = 16 * HOUR;
/** The last-seen mark moves at most this often, so that reading costs no write per request. */
export const SESSION_TOUCH_MS = MINUTE;
/** One person's browsers and phones; the oldest session ends when another begins. */
export const SESSIONS_PER_ACTOR_MAX = 8;

export type Bucket = { readonly capacity: number; readonly refillMs: number };
/** Wrong passwords of one login from one address: colleagues behind the same address go on. */
export const LOGIN_BUCKET: Bucket = { capacity: 5, refillMs: 2 * MINUTE };
/**
 * All wrong passwords of one address: wide, so that an office's morning fits and spraying does
 * not.
 */
export const ADDRESS_BUCKET: Bucket = { capacity: 200, refillMs: 3 * SECOND };

/** Guesses at one login from everywhere: after so many each waits, up to the longest wait. */
const SLOW_AFTER = 10;
const SLOW_DELAY_MS_MAX = 5 * MINUTE;
export const SLOW_FORGET_MS = HOUR;
/** How long the next guess waits after `count` of them. */
export const slowDelayMs = (count: number): number =>
  count <= SLOW_AFTER ? 0 : Math.min(SLOW_DELAY_MS_MAX, SECOND * 2 ** (count - SLOW_AFTER));

/** A password somebody else chose waits so long to be changed, and opens nothing afterwards. */
export const GIVEN_LIFE_MS = 7 * DAY;

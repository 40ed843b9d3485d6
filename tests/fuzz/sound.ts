import { COMMUNITY, DISTRICT, ruleDoc, T0 } from '../builders/loop.ts';
import { BODIES } from '../golden/scope/declared.ts';

const DAY = 86_400_000;
const reason = '核查本区疫情，逐一电话核实';
const order = {
  functions: ['bulk_lists'],
  authority: '江州市疫情防控指挥部',
  documentNo: '江防指〔2026〕1号',
  articles: ['ids2025-13', 'pipl-13-4'],
  areas: [DISTRICT],
  disease: null,
  population: '密切接触者',
  startsAt: T0,
  endsAt: T0 + 10 * DAY,
  reviewAt: T0 + 5 * DAY,
  reason,
  retention: {},
};

/**
 * Bodies that are taken when the state allows: schemas alone say too little of what fits together,
 * and what is always refused at the door is never tried behind it.
 */
export const SOUND: Readonly<Record<string, object>> = {
  ...BODIES,
  'POST /api/mandates': order,
  'POST /api/mandates/:id/decide': { approve: true, note: reason },
  'POST /api/mandates/:id/revoke': { reason },
  'POST /api/mandates/:id/witness': { name: '王证', organisation: '市公证处', statement: reason },
  'POST /api/grants': {
    person: { id: 7 },
    purpose: 'case-investigation',
    reason,
    hours: 3,
  },
  'POST /api/exports': { subject: 'alerts', filter: {}, purpose: reason },
  'POST /api/exports/:id/decide': { approve: true, note: reason },
  'POST /api/retention/holds': { personId: 7, reason, until: T0 + 30 * DAY },
  'POST /api/retention/holds/:id/end': { reason },
  'POST /api/retention/dry-run': { on: '2026-03-02' },
  'POST /api/lists/:id/import': {
    format: 'csv',
    text: `idType,idNo,name,areaCode,reason\npassport,AB1234567,张三,${COMMUNITY},${reason}\n`,
    source: 'case:1',
    incident: 'alert:1',
    purpose: reason,
  },
  'POST /api/rules': { doc: ruleDoc({ id: 'fuzz-rule' }) },
  'POST /api/rules/check': { doc: ruleDoc({ id: 'fuzz-rule' }) },
  'POST /api/sources': {
    code: 'another-source',
    words: { zh: '源', en: 'Source' },
    owner: '市卫健委',
    formats: ['ndjson'],
    kind: 'pharmacy_sale',
    placeCode: 'NEAR',
  },
  'POST /api/alerts/bulk/preview': { filter: {}, action: { move: 'acknowledge' } },
  'POST /api/tasks/bulk/preview': { filter: {}, action: { move: 'accept' } },
  'POST /api/people/search': { name: '张三' },
  'POST /api/quarantine/:id/mend': { fields: { name: '张三' } },
};

export const zh = {
  'nav.trust': '监督与权利',
} as const;
export const en: Record<keyof typeof zh, string> = {
  'nav.trust': 'Oversight',
};

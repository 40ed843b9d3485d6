import { changeLanguage, use } from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Words } from '#base/words.ts';
import { CallError } from './api.ts';
import { en } from './strings.en.ts';
import { zh } from './strings.zh.ts';

export type Lang = 'zh' | 'en';
export type KitKey = keyof typeof zh;
type Table = Record<string, string>;

const STORED = 'fenghuo.lang';

function firstLang(): Lang {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(STORED);
  if (asked === 'zh' || asked === 'en') return asked;
  return navigator.language.startsWith('en') ? 'en' : 'zh';
}

/** Starts the languages of one face: its own table above the kit's. Called once by each entry. */
export function startWords(face: { zh: Table; en: Table }): void {
  const lng = firstLang();
  void use(initReactI18next).init({
    lng,
    fallbackLng: 'zh',
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    resources: {
      zh: { translation: { ...zh, ...face.zh } },
      en: { translation: { ...en, ...face.en } },
    },
  });
  document.documentElement.lang = lng === 'zh' ? 'zh-CN' : 'en';
}

export function switchLang(): void {
  const lang: Lang = document.documentElement.lang === 'en' ? 'zh' : 'en';
  localStorage.setItem(STORED, lang);
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
  void changeLanguage(lang);
}

export type Speech<K extends string> = {
  lang: Lang;
  /** A string of the face or the kit; `{{name}}` filled from vars. */
  t: (key: K | KitKey, vars?: Record<string, string | number>) => string;
  /** The same by a name that came from the house; the name itself when no string is known. */
  word: (prefix: string, name: string) => string;
  /** The words of the house in the reader's language. */
  say: (words: Words | null | undefined) => string;
  /** What went wrong, as a sentence. */
  sorry: (error: unknown) => string;
};

/** The words of the reader's language. `K` is the key type of the face's own table. */
export function useWords<K extends string = KitKey>(): Speech<K> {
  const { t, i18n } = useTranslation();
  const raw = t as (key: string, vars: object) => string;
  const lang: Lang = i18n.language === 'en' ? 'en' : 'zh';
  return useMemo(() => {
    const say = (words: Words | null | undefined): string => (words ? words[lang] : '');
    return {
      lang,
      t: (key, vars) => raw(key, vars ?? {}),
      word: (prefix, name) => raw(`${prefix}.${name}`, { defaultValue: name }),
      say,
      sorry: (error) =>
        error instanceof CallError ? say(error.words) : raw('error.unknown', { defaultValue: '?' }),
    };
  }, [raw, lang]);
}

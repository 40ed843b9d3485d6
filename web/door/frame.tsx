import { type ReactNode, useEffect } from 'react';
import { switchLang, useWords } from '../kit/i18n.ts';
import type { zh } from './strings.zh.ts';

/** The door: one panel, whatever is asked in it. */
export function Door({ title, children }: { title?: string; children: ReactNode }) {
  const { t } = useWords<keyof typeof zh>();
  const said = title ?? t('door.title');
  useEffect(() => {
    document.title = `${said} · ${t('app.name')}`;
  }, [said, t]);
  return (
    <main className="door">
      <div className="box">
        <div className="name">
          <img src="/icon.svg" alt="" width="48" height="48" />
          <div>
            <h1>{t('app.name')}</h1>
            <p className="dim">{t('app.title')}</p>
          </div>
        </div>
        {title && <h2>{title}</h2>}
        {children}
        <div className="foot">
          <p className="dim small">{t('door.hint')}</p>
          <button type="button" className="btn" onClick={switchLang}>
            {t('menu.lang')}
          </button>
        </div>
      </div>
    </main>
  );
}

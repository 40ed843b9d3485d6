import { ProofSheet } from '../account/prove.tsx';
import { useWords, switchLang } from '../i18n.ts';
import { type Face, facesOf } from '../faces.ts';
import { leave, useMe } from '../session.ts';
import { switchTheme } from '../theme.ts';

/** The right end of every desktop header: other faces, language, light or dark, who, sign out. */
export function Chrome({ face }: { face: Face }) {
  const { t, say } = useWords();
  const me = useMe();
  const others = me ? facesOf(me).filter((one) => one !== face) : [];
  const role = me?.roleWords[0];
  return (
    <nav className="row chrome" aria-label={t('menu.label')}>
      {others.map((one) => (
        <a key={one} className="btn quiet" href={`/${one}/`}>
          {t(`menu.${one}`)}
        </a>
      ))}
      <button type="button" className="btn quiet" onClick={switchLang}>
        {t('menu.lang')}
      </button>
      <button
        type="button"
        className="btn quiet"
        onClick={switchTheme}
        aria-label={t('menu.theme')}
        title={t('menu.theme')}
      >
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <path d="M8 1.5a6.5 6.5 0 0 1 0 13Z" fill="currentColor" />
        </svg>
      </button>
      {me && (
        <a className="btn quiet who" href="/desk/account" title={t('menu.account')}>
          {me.name}
          {role && <span className="dim small"> {say(role)}</span>}
        </a>
      )}
      <button type="button" className="btn quiet" onClick={() => void leave()}>
        {t('menu.out')}
      </button>
      <ProofSheet />
    </nav>
  );
}

import { useId, useState } from 'react';
import { signOut } from '#registers/signin/contract.ts';
import { call } from '../kit/api.ts';
import { facesOf } from '../kit/faces.ts';
import { switchLang } from '../kit/i18n.ts';
import { Sheet } from '../kit/ui/sheet.tsx';
import { Picks } from './parts/form-field.tsx';
import { isSafe } from './store/keep.ts';
import { switchSize, useIsLarge } from './size.ts';
import { leave, sync, useField } from './store/sync.ts';
import { useFieldWords } from './words.ts';

export function MyPage() {
  const { t, say } = useFieldWords();
  const { me, outbox } = useField();
  const isLarge = useIsLarge();
  const [isAsking, setAsking] = useState(false);
  const sizeId = useId();
  const out = (): Promise<void> => leave(() => call(signOut));
  const ask = async (): Promise<void> => {
    await sync();
    if (outbox.length > 0) setAsking(true);
    else await out();
  };
  const others = me ? facesOf(me).filter((face) => face !== 'field') : [];
  return (
    <>
      <header className="top">
        <a className="btn" href="#/">
          ← {t('field.back')}
        </a>
      </header>
      <section className="panel col">
        <h1>{me?.name}</h1>
        <p className="dim">{me?.roleWords.map(say).join(t('list.comma'))}</p>
        <p id={sizeId}>{t('me.size')}</p>
        <Picks
          labelId={sizeId}
          choices={[
            { value: 'on', label: t('me.on') },
            { value: 'off', label: t('me.off') },
          ]}
          chosen={[isLarge ? 'on' : 'off']}
          onPick={(value) => (value === 'on') !== isLarge && switchSize()}
        />
        <p>{t('me.lang')}</p>
        <button type="button" className="btn big" onClick={switchLang}>
          {t('menu.lang')}
        </button>
        {others.map((face) => (
          <a key={face} className="btn big" href={`/${face}/`}>
            {t(`menu.${face}`)}
          </a>
        ))}
        <a className="btn big" href="/desk/account">
          {t('menu.account')}
        </a>
        <button type="button" className="btn bad big" onClick={() => void ask()}>
          {t('me.out')}
        </button>
        <p className="dim small">{t(isSafe ? 'me.safe' : 'me.unsafe')}</p>
      </section>
      {isAsking && (
        <Sheet title={t('me.out')} onClose={() => setAsking(false)}>
          <p>{t('me.outAsk', { count: outbox.length })}</p>
          <div className="sheet-foot">
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              {t('cancel')}
            </button>
            <button type="button" className="btn bad" onClick={() => void out()}>
              {t('me.outAnyway')}
            </button>
          </div>
        </Sheet>
      )}
    </>
  );
}

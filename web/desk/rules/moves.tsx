import { useState } from 'react';
import { activateRule, retireRule, reviewRule } from '#watch/rules/contract.ts';
import { call } from '../../kit/api.ts';
import { may } from '../../kit/faces.ts';
import { useMe } from '../../kit/session.ts';
import { Sheet } from '../../kit/ui/sheet.tsx';
import { useAct } from '../frame/act.ts';
import { useDeskWords } from '../words.ts';
import type { Rule } from './rule.tsx';

/** The next step of a rule's life. Who wrote a version may not review it: the button says so. */
export function Moves({ rule }: { rule: Rule }) {
  const { t } = useDeskWords();
  const me = useMe();
  const { isBusy, act } = useAct('/api/rules');
  const [sheet, setSheet] = useState<'review' | 'retire'>();
  const params = { id: rule.doc.id, version: rule.version };
  const own = rule.versions.find((one) => one.version === rule.version)?.authorId === me?.id;
  const activate = (): void =>
    void act(() => call(activateRule, { params, body: {} }), t('rule.isActive'));
  return (
    <div className="row wrap">
      {rule.state === 'draft' && may(me, 'rule.review') && (
        <button
          type="button"
          className="btn primary"
          disabled={own}
          title={own ? t('rule.notOwn') : undefined}
          onClick={() => setSheet('review')}
        >
          {t('rule.review')}
        </button>
      )}
      {rule.state === 'draft' && own && <span className="dim small">{t('rule.notOwn')}</span>}
      {rule.state === 'reviewed' && may(me, 'rule.activate') && (
        <button type="button" className="btn primary" disabled={isBusy} onClick={activate}>
          {t('rule.activate')}
        </button>
      )}
      {rule.state === 'active' && may(me, 'rule.retire') && (
        <button type="button" className="btn bad" onClick={() => setSheet('retire')}>
          {t('rule.retire')}
        </button>
      )}
      {rule.state === 'draft' && !own && !may(me, 'rule.review') && (
        <span className="dim small">{t('rule.awaits')}</span>
      )}
      {rule.state === 'reviewed' && <span className="dim small">{t('rule.awaitsActive')}</span>}
      {sheet && <NoteSheet move={sheet} rule={rule} onClose={() => setSheet(undefined)} />}
    </div>
  );
}

type Props = { move: 'review' | 'retire'; rule: Rule; onClose: () => void };

function NoteSheet({ move, rule, onClose }: Props) {
  const { t, say } = useDeskWords();
  const { isBusy, act } = useAct('/api/rules');
  const [note, setNote] = useState('');
  const params = { id: rule.doc.id, version: rule.version };
  const go = async (): Promise<void> => {
    const done =
      move === 'review'
        ? await act(() => call(reviewRule, { params, body: { note } }), t('rule.isReviewed'))
        : await act(
            () => call(retireRule, { params, body: { reason: note } }),
            t('rule.isRetired'),
          );
    if (done) onClose();
  };
  return (
    <Sheet title={t(`rule.${move}`)} onClose={onClose}>
      <p>{say(rule.sentence)}</p>
      <label className="field">
        <span>{t(move === 'review' ? 'rule.reviewNote' : 'rule.reason')}</span>
        <textarea
          className="input"
          maxLength={400}
          value={note}
          onChange={(e) => setNote(e.target.value)}
        />
      </label>
      <div className="sheet-foot">
        <button type="button" className="btn" onClick={onClose}>
          {t('cancel')}
        </button>
        <button
          type="button"
          className="btn primary"
          disabled={isBusy || (move === 'retire' && note.trim().length < 2)}
          onClick={() => void go()}
        >
          {t(`rule.${move}`)}
        </button>
      </div>
    </Sheet>
  );
}

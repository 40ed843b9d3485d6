import { MINUTE, SECOND } from '#base/time.ts';
import { type ChainView, readChain } from '#registers/trace/contract.ts';
import { useAnswer } from '../../kit/query.ts';
import { useNow } from '../../kit/time.ts';
import { At } from '../../kit/ui/clock.tsx';
import { Sorry } from '../../kit/ui/states.tsx';
import { useDeskWords } from '../words.ts';

const REFRESH_MS = 15 * SECOND;
/** More entries outside the chain than this, or a walk older than that: the linker stands still. */
const WAITING_MAX = 5_000;
const WALK_MAX_MS = 10 * MINUTE;

/** Whether the trace is whole, how far that is known, and what is wrong if it is not. */
export function ChainBadge() {
  const { t, say } = useDeskWords();
  const now = useNow();
  const answer = useAnswer(readChain, {}, { refreshMs: REFRESH_MS });
  if (answer.error) return <Sorry error={answer.error} onRetry={() => void answer.refetch()} />;
  const chain = answer.data;
  if (!chain) return null;
  const { verified, checkpoint } = chain;
  const faults = verified.faults;
  return (
    <section className="col" aria-live="polite">
      <div className="row wrap">
        <Verdict chain={chain} now={now} />
        <span className="small">
          {t('audit.links', { count: chain.links })} ·{' '}
          {t('audit.waiting', { count: chain.waiting })}
        </span>
        <span className="small">
          {t('audit.verified', { seq: verified.seq })} · <At at={verified.at} />
        </span>
        {checkpoint ? (
          <span className="small" title={t('audit.key', { key: checkpoint.keyId })}>
            {t('audit.checkpoint', { seq: checkpoint.seq })} · <At at={checkpoint.at} />
          </span>
        ) : (
          <span className="small dim">{t('audit.noCheckpoint')}</span>
        )}
      </div>
      {faults.length > 0 && (
        <div role="alert">
          <p>{t('audit.faults')}</p>
          <ul>
            {faults.map((fault) => (
              <li key={`${fault.kind} ${fault.seq} ${fault.entryId}`}>{say(fault.words)}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Verdict({ chain, now }: { chain: ChainView; now: number }) {
  const { t } = useDeskWords();
  const { faults, at } = chain.verified;
  if (faults.length > 0)
    return <span className="chip bad">{t('audit.isFaulty', { count: faults.length })}</span>;
  const isLate = chain.waiting > WAITING_MAX || (at !== null && now - at > WALK_MAX_MS);
  if (isLate) return <span className="chip warn">{t('audit.isLate')}</span>;
  return <span className="chip good">{t('audit.isWhole')}</span>;
}

import { Link } from '@tanstack/react-router';
import { listFunctions, type MandateFunction } from '#registers/mandates/contract.ts';
import { useAnswer } from '../../../kit/query.ts';
import { fullTime, useNow } from '../../../kit/time.ts';
import { DueChip } from '../../../kit/ui/clock.tsx';
import { useDeskWords } from '../../words.ts';

const REFRESH_MS = 10_000;

/**
 * Under which order an exceptional function runs, with its clock; and, at the very second the
 * order ends, in words that it is off. Stands wherever such a function is used. `quiet` says
 * nothing about a function that was off from the start.
 */
export function UnderOrder({ fn, quiet = false }: { fn: MandateFunction; quiet?: boolean }) {
  const { t, say } = useDeskWords();
  const now = useNow();
  const { data } = useAnswer(listFunctions, {}, { refreshMs: REFRESH_MS });
  const state = data?.rows.find((row) => row.fn === fn);
  if (!state) return null;
  const [first] = state.under.toSorted((a, b) => b.endsAt - a.endsAt);
  const toOrders = (
    <Link to="/orders" className="grow">
      {t('orders.toOrders')}
    </Link>
  );
  if (first && first.endsAt > now) {
    return (
      <output className="notice under-order">
        <span>
          {first.isExercise && <strong>{t('orders.drill')} · </strong>}
          {t('orders.under', { no: first.documentNo, time: fullTime(first.endsAt) })}
        </span>{' '}
        <DueChip dueAt={first.endsAt} /> {toOrders}
      </output>
    );
  }
  if (first) {
    return (
      <p className="notice bad under-order" role="alert">
        {t('orders.endedNow', {
          no: first.documentNo,
          time: fullTime(first.endsAt),
          fn: say(state.words),
        })}{' '}
        {toOrders}
      </p>
    );
  }
  if (quiet) return null;
  return (
    <p className="notice bad under-order" role="alert">
      {say(state.why)} {toOrders}
    </p>
  );
}

/** Whether an order for the function is live at this second. */
export function useIsOn(fn: MandateFunction): boolean {
  const now = useNow();
  const { data } = useAnswer(listFunctions, {}, { refreshMs: REFRESH_MS });
  const state = data?.rows.find((row) => row.fn === fn);
  return state?.under.some((it) => it.endsAt > now) ?? false;
}

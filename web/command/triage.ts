import { useQueryClient } from '@tanstack/react-query';
import {
  acknowledgeAlert,
  type AlertRow,
  assignAlert,
  closeAlert,
  commentAlert,
  reopenAlert,
  startAlert,
} from '#watch/alerts/contract.ts';
import { call } from '../kit/api.ts';
import type { Named } from '../kit/ui/actor-pick.tsx';
import { toast } from '../kit/ui/toast.tsx';
import { useCommandWords } from './words.ts';

/** The verbs of one alert: each says what it did, and can be taken back where the house allows it. */
export function useTriage() {
  const { t, word, sorry } = useCommandWords();
  const client = useQueryClient();
  const settle = async <T>(work: Promise<T>, said: string, undo?: () => void): Promise<boolean> => {
    try {
      await work;
      toast(said, undo ? { undo } : {});
      return true;
    } catch (error) {
      toast(sorry(error), { bad: true });
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: [`/api/alerts`] });
      void client.invalidateQueries({ queryKey: ['/api/alerts/:id'] });
      void client.invalidateQueries({ queryKey: ['/api/command/summary'] });
    }
  };
  const assign = (id: number, to: Named | null, before: Named | null): Promise<boolean> =>
    settle(
      call(assignAlert, { params: { id }, body: { to } }),
      to ? t('act.assigned', { name: to.name }) : t('act.unassigned'),
      () => void assign(id, before, to),
    );
  return {
    assign,
    acknowledge: (id: number) =>
      settle(call(acknowledgeAlert, { params: { id }, body: {} }), t('act.acknowledged')),
    start: (id: number) => settle(call(startAlert, { params: { id }, body: {} }), t('act.started')),
    close: (id: number, outcome: NonNullable<AlertRow['outcome']>, note: string) =>
      settle(
        call(closeAlert, { params: { id }, body: { outcome, ...(note ? { note } : {}) } }),
        t('act.closed', { outcome: word('outcome', outcome) }),
      ),
    reopen: (id: number, reason: string) =>
      settle(call(reopenAlert, { params: { id }, body: { reason } }), t('act.reopened')),
    comment: (id: number, note: string) =>
      settle(call(commentAlert, { params: { id }, body: { note } }), t('act.commented')),
    acknowledgeAll: (ids: readonly number[]) =>
      settle(
        Promise.all(ids.map((id) => call(acknowledgeAlert, { params: { id }, body: {} }))),
        t('act.many', { count: ids.length }),
      ),
  };
}

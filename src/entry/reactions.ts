import type { Reactions } from '#platform/outbox/index.ts';
import { endIncident, noteIncident } from '#registers/misuse/index.ts';
import { closeForTask, considerSignals, linkTask, noteTask } from '#watch/alerts/index.ts';
import { endReplacedTies } from '#registers/people/index.ts';
import { countRaised, dropMandate, learnFromOutcome } from '#watch/rules/index.ts';
import type { Matching } from '#watch/signals/index.ts';
import { dispatchForAlert, tightenForAlert, withdrawForAlert } from '#response/tasks/index.ts';

/**
 * The river bed: what happens, and who does what about it. Names are kept for ever: a reaction's
 * cursor stands under its name.
 */
export const reactionsOf = (matching: Matching): Reactions => ({
  'records.admitted': [{ name: 'signals.considerBatch', react: matching.considerBatch }],
  'signals.found': [{ name: 'alerts.considerSignals', react: considerSignals }],
  'alert.raised': [
    { name: 'tasks.dispatchForAlert', react: dispatchForAlert },
    { name: 'rules.countRaised', react: countRaised },
    { name: 'misuse.noteIncident', react: noteIncident },
  ],
  'alert.grown': [{ name: 'tasks.tightenForAlert', react: tightenForAlert }],
  'task.dispatched': [{ name: 'alerts.linkTask', react: linkTask }],
  'task.changed': [{ name: 'alerts.noteTask', react: noteTask }],
  'task.closed': [{ name: 'alerts.closeForTask', react: closeForTask }],
  'alert.closed': [
    { name: 'tasks.withdrawForAlert', react: withdrawForAlert },
    { name: 'rules.learnFromOutcome', react: learnFromOutcome },
    { name: 'misuse.endIncident', react: endIncident },
  ],
  'rule.activated': [{ name: 'signals.refresh', react: matching.refresh }],
  'rule.retired': [{ name: 'signals.refresh', react: matching.refresh }],
  'mandate.ended': [{ name: 'rules.dropMandate', react: dropMandate }],
  'list.changed': [{ name: 'signals.refresh', react: matching.refresh }],
  'tie.changed': [{ name: 'people.endReplacedTies', react: endReplacedTies }],
});

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { absence } from './absence.ts';
import { antipyretic } from './antipyretic.ts';
import { missedClock } from './clock.ts';
import { glass } from './trust/glass.ts';
import { badInput } from './input.ts';
import { life } from './life.ts';
import { misuse } from './trust/misuse.ts';
import { orders } from './trust/orders.ts';
import { outsiders } from './trust/outsiders.ts';
import { returnee } from './returnee.ts';
import { school } from './school.ts';
import { scope } from './scope.ts';
import { screens } from './screens.ts';
import { signingIn } from './trust/signing-in.ts';
import { openStage, type Stage } from './stage.ts';

let opened: Stage | undefined;
const stage = (): Stage => {
  assert.ok(opened, 'the house stands');
  return opened;
};

before(async () => {
  opened = await openStage();
});
after(() => opened?.end());

const story = antipyretic(stage);
school(stage);
returnee(stage);
missedClock(stage);
badInput(stage);
absence(stage);
life(stage, story);
scope(stage, story);
outsiders(stage);
glass(stage);
orders(stage);
misuse(stage, story);
signingIn(stage);
screens(stage, story);

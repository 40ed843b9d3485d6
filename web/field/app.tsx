import { useEffect, useState } from 'react';
import { Skeleton } from '../kit/ui/states.tsx';
import { Toasts } from '../kit/ui/toast.tsx';
import { MyPage } from './my-page.tsx';
import { useField } from './store/sync.ts';
import { TaskPage } from './task-page.tsx';
import { TaskList } from './task-list.tsx';
import { useFieldWords } from './words.ts';

/** Where the phone is: `#/task/12`, `#/me`, else the list. A hash needs no line to be followed. */
function usePlace(): string {
  const [place, setPlace] = useState(location.hash);
  useEffect(() => {
    const hear = (): void => {
      setPlace(location.hash);
      scrollTo(0, 0);
    };
    addEventListener('hashchange', hear);
    return () => removeEventListener('hashchange', hear);
  }, []);
  return place;
}

export function App() {
  const { t } = useFieldWords();
  const place = usePlace();
  const { isReady } = useField();
  useEffect(() => {
    document.title = `${t('field.title')} · ${t('app.name')}`;
  }, [t]);
  const taskId = Number(/^#\/task\/(\d+)$/.exec(place)?.[1] ?? 0);
  return (
    <>
      <main className="phone">
        {!isReady && <Skeleton lines={8} />}
        {isReady && taskId > 0 && <TaskPage key={taskId} taskId={taskId} />}
        {isReady && place === '#/me' && <MyPage />}
        {isReady && taskId === 0 && place !== '#/me' && <TaskList />}
      </main>
      <Toasts />
    </>
  );
}

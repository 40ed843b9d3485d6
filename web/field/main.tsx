import { createRoot } from 'react-dom/client';
import { startWords } from '../kit/i18n.ts';
import { startTheme } from '../kit/theme.ts';
import '../kit/style/tokens.css';
import '../kit/style/ui.css';
import './field.css';
import { App } from './app.tsx';
import { startSize } from './size.ts';
import { en } from './strings.en.ts';
import { startSync } from './store/sync.ts';
import { zh } from './strings.zh.ts';

startWords({ zh, en });
startTheme('light');
startSize();
void startSync();
createRoot(document.body.querySelector('#root') ?? document.body).render(<App />);
if ('serviceWorker' in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register('/field/sw.js', { scope: '/field/' });
}

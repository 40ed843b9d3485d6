import { createRoot } from 'react-dom/client';
import { startWords } from '../kit/i18n.ts';
import { startTheme } from '../kit/theme.ts';
import '../kit/style/tokens.css';
import '../kit/style/ui.css';
import './door.css';
import { SignIn } from './sign-in.tsx';
import { en } from './strings.en.ts';
import { zh } from './strings.zh.ts';

startWords({ zh, en });
startTheme('light');
createRoot(document.body.querySelector('#root') ?? document.body).render(<SignIn />);

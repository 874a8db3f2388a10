import { openPage } from '../ui/page';
import { App } from './app';
import { startClock } from './clock';
import { Desk } from './desk';
import { loadPrompts } from './prompts';
import { beginLanguages } from './side_language';
import { kKioskLanguages } from './texts';

async function begin(): Promise<void> {
    const desk = new Desk();
    await openPage(<App desk={desk} />, kKioskLanguages);
    beginLanguages();
    startClock();
    void loadPrompts();
    desk.start();
}

void begin();

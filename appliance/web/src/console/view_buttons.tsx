// What the camera at the applicant's side shows, and asking the staff there for another view: before a sight translation
// the document is brought into view.

import { t } from '../i18n';
import type { EndToEnd } from '../keys/end_to_end';
import { kViews, type View } from '../keys/letters';
import { DocumentIcon, FaceIcon, RoomIcon } from '../ui/icons';
import { Toolbar } from '../ui/toolbar';

const kIcons: Record<View, () => preact.JSX.Element> = { face: FaceIcon, room: RoomIcon, document: DocumentIcon };

export function ViewButtons({ endToEnd }: { endToEnd: EndToEnd }) {
    const news = endToEnd.conversation.news.value;
    return (
        <Toolbar label={t('views')}>
            {kViews.map((view) => {
                const shown = news !== undefined && news.view === view;
                const asked = news?.askedView === view && !shown;
                const Icon = kIcons[view];
                return (
                    <button
                        key={view} type="button" class="control view" data-action={`view-${view}`}
                        aria-pressed={shown} aria-disabled={news === undefined || asked}
                        data-state={shown ? 'shown' : asked ? 'asked' : ''}
                        onClick={() => news === undefined || asked || endToEnd.duties.askView(view)}
                    >
                        <Icon />
                        <span class="control-text">
                            <span>{t(`view_${view}`)}</span>
                            <span class="control-state">{shown ? t('view_shown') : asked ? t('view_asked') : t('view_ask')}</span>
                        </span>
                    </button>
                );
            })}
        </Toolbar>
    );
}

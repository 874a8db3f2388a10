// A part of the interview's page, with its heading.

import type { ComponentChildren } from 'preact';
import type { Panel as Name } from '../screens';
import { k } from '../texts';

export const panelKey = (name: Name) => `panel_${name.replace('-', '_')}` as
    'panel_check_in' | 'panel_room' | 'panel_setup' | 'panel_self_test' | 'panel_consent' | 'panel_people' | 'panel_pause'
    | 'panel_incident' | 'panel_views' | 'panel_end';

export function Panel({ name, children }: { name: Name; children: ComponentChildren }) {
    return (
        <section class="panel" data-panel={name} aria-labelledby={`panel-${name}`}>
            <h2 id={`panel-${name}`}>{k(panelKey(name))}</h2>
            {children}
        </section>
    );
}

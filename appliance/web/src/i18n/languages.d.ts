// Catalogues as the build collects them from session/languages; English is complete and says which texts there are.

declare module 'languages:about' {
    interface About {
        readonly name: string; // of the language in itself
        readonly english: string;
        readonly direction: 'ltr' | 'rtl';
        readonly review: 'original' | 'reviewed' | 'draft';
    }
    const about: Readonly<Record<string, About>>;
    export default about;
}
declare module 'languages:call' {
    type Texts = typeof import('../../../../session/languages/en/call.json');
    const catalogues: { readonly en: Texts } & Readonly<Record<string, Partial<Texts>>>;
    export default catalogues;
}
declare module 'languages:office' {
    type Texts = typeof import('../../../../session/languages/en/office.json');
    const catalogues: { readonly en: Texts } & Readonly<Record<string, Partial<Texts>>>;
    export default catalogues;
}
declare module 'languages:kiosk' {
    type Texts = typeof import('../../../../session/languages/en/kiosk.json');
    const catalogues: { readonly en: Texts } & Readonly<Record<string, Partial<Texts>>>;
    export default catalogues;
}

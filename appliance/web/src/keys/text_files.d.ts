// Text files that the build puts into the bundles.

declare module '*.txt' {
    const text: string;
    export default text;
}

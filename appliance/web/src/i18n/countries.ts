// Names of countries by ISO 3166-1 alpha-3, in the language of the page. Browsers know them by alpha-2, which is mostly the
// first two letters; the others are here.

const kOthers = 'ABWAW AGOAO ALAAX ANDAD AREAE ARMAM ATAAQ ATFTF ATGAG AUTAT BDIBI BENBJ BESBQ BGDBD BHSBS BIHBA BLRBY '
    + 'BLZBZ BRBBB BRNBN CAFCF CHLCL CHNCN CODCD COGCG COKCK COMKM CPVCV CUWCW CYMKY DNKDK ESHEH ESTEE FLKFK FROFO FSMFM '
    + 'GINGN GLPGP GNBGW GNQGQ GRDGD GRLGL GUFGF GUYGY IRLIE IRQIQ ISRIL JAMJM KAZKZ KORKR LBRLR LBYLY MACMO MAFMF MDGMG '
    + 'MDVMV MEXMX MLTMT MNEME MNPMP MOZMZ MTQMQ MYTYT NIUNU PAKPK PCNPN PLWPW PNGPG POLPL PRKKP PRTPT PRYPY PYFPF SENSN '
    + 'SGSGS SLBSB SLVSV SPMPM SRBRS SURSR SVKSK SVNSI SWESE SWZSZ SYCSC TCDTD TKMTM TUNTN TURTR TUVTV UKRUA URYUY WLFWF';
const kAlpha2 = new Map(kOthers.split(' ').map((each) => [each.slice(0, 3), each.slice(3)] as const));

export const alpha2Of = (alpha3: string): string => kAlpha2.get(alpha3) ?? alpha3.slice(0, 2);

/** In English where the browser has no name in the language, and the code itself where it has none at all. */
export function countryName(alpha3: string, language: string): string {
    if (!/^[A-Z]{3}$/.test(alpha3)) return alpha3;
    const nameIn = (locale: string) => new Intl.DisplayNames([locale, 'en'], { type: 'region', fallback: 'none' }).of(alpha2Of(alpha3));
    try {
        return nameIn(language) ?? nameIn('en') ?? alpha3;
    } catch {
        return alpha3;
    }
}

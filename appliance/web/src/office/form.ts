// The form as it is shown: its parts, their fields in order, and what kind of value each has. session/dossier/FORM.md is the
// authority; a test holds this to it.

export type Kind =
    | 'text' | 'date' | 'country' | 'nationality' | 'countries' | 'language' | 'languages' | 'code' | 'codes' | 'needs'
    | 'person' | 'yes';

export interface Part {
    readonly name: string;
    /** One entry for each id, or fields that there are once. */
    readonly several: boolean;
    readonly fields: readonly (readonly [name: string, kind: Kind])[];
}

const part = (name: string, several: boolean, fields: string): Part => ({
    name, several,
    fields: fields.split(/\s+/).map((each) => {
        const [field = '', kind = 'text'] = each.split(':');
        return [field, kind as Kind] as const;
    }),
});

export const kParts: readonly Part[] = [
    part('case', false, 'number size registered:date country_of_asylum:country office prepared_by remarks'),
    part('persons', true, 'relation:code family_name given_names other_names individual_number birth_date:date birth_place '
        + 'birth_country:country sex:code gender marital_status:code nationality:nationality further_nationalities:countries '
        + 'spoken_languages:languages reading_language:language religion ethnicity education occupation phone address '
        + 'arrived:date specific_needs:needs needs_remarks interviewer_gender:code interpreter_gender:code remarks'),
    part('claim', false, 'summary grounds:codes country_of_origin:country fled:date recognised:date exclusion'),
    part('need', false, 'primary_category:code secondary_category:code priority:code priority_reason statement '
        + 'return_prospects integration_prospects'),
    part('relationships', true, 'person:person kind:code other:person remarks'),
    part('relatives', true, 'of:person kind:code family_name given_names birth_date:date country:country status contact number '
        + 'remarks'),
    part('documents', true, 'about:person name media_type bytes sha256 confidential:yes'),
    part('confidential', true, 'person:person topic text'),
    part('declarations', true, 'person:person on:date interpreter language:language read_back:yes witness'),
];

package mapping

import "sync"

// headerWord is what a header of another language, or of everyday speech, most likely means.
type headerWord struct {
	header string   // the canonical header of the field
	sure   bool     // nothing else is called so; else it is a guess that a person has to confirm
	words  []string // in German, French, Spanish, and English where it is no header of refload's
}

// headerWords are the headers that the mapping file of a sheet is proposed by. They are no aliases: what
// such a column holds is for its owner to say.
var headerWords = []headerWord{
	{"Deal Name", true, []string{"Verkaufschance", "Verkaufschancenname", "Name der Verkaufschance", "Projektname", "Vorhaben", "Opportunité", "Nom de l'opportunité", "Nom de l'affaire", "Affaire",
		"Oportunidad", "Nombre de la oportunidad", "Nombre del negocio", "Negocio"}},
	{"Deal Name", false, []string{"Bezeichnung", "Thema", "Betreff", "Titel", "Sujet", "Titre", "Tema", "Asunto", "Título"}},
	{"CRM ID", true, []string{"Verkaufschancennummer", "Verkaufschancen-ID", "Opportunity-Nummer", "Numéro d'opportunité", "ID de l'opportunité", "Número de oportunidad", "ID de oportunidad", "ID de la oportunidad"}},
	{"CRM ID", false, []string{"Vorgangsnummer", "Projektnummer", "Angebotsnummer", "Identifiant", "Référence", "Identificador", "Referencia"}},
	{"Customer Name", true, []string{"Kunde", "Kundenname", "Name des Kunden", "Firma", "Firmenname", "Unternehmen", "Nom du client", "Société", "Entreprise", "Nom de la société", "Nom du compte",
		"Cliente", "Nombre del cliente", "Empresa", "Nombre de la empresa", "Nombre de la cuenta"}},
	{"Customer Address Line 1", true, []string{"Straße", "Anschrift", "Adresse", "Straße und Hausnummer", "Rechnungsadresse", "Rue", "Adresse ligne 1", "Calle", "Dirección", "Domicilio"}},
	{"Customer City", true, []string{"Stadt", "Ort", "Wohnort", "Ville", "Ciudad", "Localidad", "Población"}},
	{"Customer State", true, []string{"Bundesland", "Kanton", "Département", "Provincia"}},
	{"Customer State", false, []string{"Estado"}},
	{"Customer Postal code", true, []string{"PLZ", "Postleitzahl", "Code postal", "Código postal"}},
	{"Customer Country", true, []string{"Land", "Staat", "Pays", "País"}},
	{"Customer Contact First Name", false, []string{"Vorname", "Prénom", "Nombre del contacto", "First Name"}},
	{"Customer Contact Last Name", false, []string{"Nachname", "Nom de famille", "Apellido", "Apellidos", "Last Name"}},
	{"Customer Contact Phone number", false, []string{"Telefon", "Telefonnummer", "Rufnummer", "Téléphone", "Numéro de téléphone", "Teléfono", "Phone", "Phone Number"}},
	{"Customer Contact Email Address", false, []string{"E-Mail", "E-Mail-Adresse", "Mailadresse", "Courriel", "Adresse e-mail", "Correo", "Correo electrónico", "Email Address"}},
	{"Estimated Deal Value", true, []string{"Betrag", "Auftragswert", "Geschätzter Umsatz", "Geschätzter Wert", "Voraussichtlicher Umsatz", "Montant", "Revenu estimé", "Chiffre d'affaires estimé",
		"Importe", "Monto", "Ingresos estimados", "Valor estimado"}},
	{"Estimated Deal Value", false, []string{"Wert", "Umsatz", "Volumen", "Valeur", "Valor"}},
	{"Currency", true, []string{"Währung", "Devise", "Monnaie", "Moneda", "Divisa"}},
	{"Estimated Close Date", true, []string{"Abschlussdatum", "Voraussichtliches Abschlussdatum", "Geschätztes Abschlussdatum", "Geplanter Abschluss", "Date de clôture", "Date de clôture prévue", "Date de clôture estimée",
		"Fecha de cierre", "Fecha de cierre prevista", "Fecha de cierre estimada", "Fecha estimada de cierre"}},
	{"Notes", true, []string{"Notizen", "Bemerkung", "Bemerkungen", "Beschreibung", "Kommentar", "Kommentare", "Remarques", "Commentaires", "Notas", "Descripción", "Comentarios", "Observaciones"}},
	{"Partner Referral Status", true, []string{"Statut"}},
	{"Partner Referral Status", false, []string{"Estado"}},
	{"Sales Stage", true, []string{"Verkaufsphase", "Vertriebsphase", "Étape de vente", "Phase de vente", "Etapa de venta", "Fase de venta"}},
	{"Sales Stage", false, []string{"Stage", "Deal Stage", "Opportunity Stage", "Pipeline Stage", "Phase", "Stufe", "Étape", "Etapa", "Fase"}},
	{"Declined/Lost/Error reason", true, []string{"Verlustgrund", "Ablehnungsgrund", "Motif de perte", "Raison de la perte", "Motivo de pérdida", "Motivo de la pérdida"}},
	{"Consent to share Customer/Partner contact", false, []string{"Einwilligung", "Zustimmung", "Consentement", "Consentimiento"}},
	{"Solution 1", true, []string{"Lösung", "Solución"}},
	{"Team member 1", false, []string{"Teammitglied", "Membre de l'équipe", "Miembro del equipo"}},
}

// wordsByKey are the header words by the key of each word.
var wordsByKey = sync.OnceValue(func() map[string][]headerWord {
	byKey := map[string][]headerWord{}
	for _, entry := range headerWords {
		for _, word := range entry.words {
			for _, key := range nameKeys(word) {
				byKey[key] = append(byKey[key], entry)
			}
		}
	}
	return byKey
})

// meantByWord returns what a header of another language may mean, nil for a header of which nothing is known.
func meantByWord(header string) []headerWord {
	if len(header) > longestHeader {
		return nil
	}
	return wordsByKey()[nameKey(header)]
}

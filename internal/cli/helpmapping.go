package cli

// MappingExample is the mapping file that the page of help shows.
const MappingExample = `version: 1
columns:                                # header of the sheet: the field that it is, or ignore
  Projekt: Deal Name
  Kunde: Customer Name
  Betrag: Estimated Deal Value
  Abschluss: Estimated Close Date
  Vorgang: CRM ID
  Phase: Sales Stage
  Intern: ignore
constants:                              # field: what every row says, whatever the sheet says
  Consent to share Customer/Partner contact: yes
  Microsoft help required?: no
defaults:                               # field: what a row says whose cell is blank
  Currency: EUR
values:                                 # field: your words, and the ones that they mean
  Sales Stage: {Angebot: "40", Verhandlung: "60"}
dates: day-first                        # or month-first, year-first; where 03/04/2026 could be two days
times: drop                             # times beside dates do not count
time-zone: Europe/Berlin                # of times that name none
decimal: comma                          # or point; where 1.234 could be two numbers
footer: skip                            # leaves out lines below the table that refload does not know to be a program's
totals: skip                            # leaves out a row of totals at the end
short-rows: pad                         # lets rows of a CSV end before their last columns also where nobody looks
share-closed: no                        # yes: deals that are created closed may be shared with Microsoft as their rows say
`

// mappingHelp is the page of help on mapping files.
const mappingHelp = `A mapping file says what the columns of a sheet are, where refload does not know their headers. It is YAML, named
with --mapping FILE or by a profile (mapping: FILE). 'refload mapping suggest SHEET > crm.yaml' begins one, 'refload
mapping check SHEET --mapping crm.yaml' shows what each column is, and 'refload fields' lists what a column can be.

All keys, of which each but the version may be left out:

` + MappingExample + `
Headers and words are compared without case and outer blanks. A field is named as in 'refload fields', by its header,
one of its other names, or its JSON path.
`

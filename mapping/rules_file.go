package mapping

// headerRules are the rules that header matching holds.
var headerRules = []Rule{
	{"HDR-UNKNOWN", "Every column is a known field or is ignored by the mapping file.",
		"correct the header, or name the column in the mapping file", Fault, nil},
	{"HDR-DUP", "No two columns are the same field.",
		"delete or rename one of the two columns", Fault, nil},
	{"HDR-CLEANED", "A header holds no characters that cannot be seen; one that does is read without them, which is said once.",
		"type the header anew to silence this note", Note, nil},
	{"HDR-KIND", "The header of a column with values is a text: no number, date, formula or error.",
		"write the header as text, or delete the column", Fault, nil},
	{"HDR-UNUSED", "The columns that the mapping file names are in the file. An error in an unattended run.",
		"correct the name in the mapping file, or delete its line", Fault, nil},
	{"HDR-KEY", "The key columns that tell rows apart are in the file.",
		"name columns of the file by their headers", Fault, nil},
	{"HDR-EMPTY", "A column with values has a header.",
		"write a header, or delete the column", Fault, nil},
	{"HDR-OTHER", "The file is one of deals, not the portal's file of leads or registrations.",
		"export the deals, or read the file elsewhere", Fault, nil},
	{"HDR-MISSING", "A file that creates referrals has the columns that every referral needs.",
		"add the columns, or give constants in the mapping file", Fault, nil},
}

// fileRules are the rules that look at more than one row.
var fileRules = []Rule{
	{"DATE-ORDER", "All dates of a column are written in one order, and one of them tells which.",
		"write them as YYYY-MM-DD, or say how they are written with --dates, or under \"dates\" in the mapping file", Fault, nil},
	{"NUM-NOTATION", "All numbers of a column have the same decimal separator, and one of them tells which.",
		"write them without thousands separators, or say how they are written with --decimal, or under \"decimal\" in the mapping file", Fault, nil},
	{"CSV-CHARSET", "A file that --encoding takes for another encoding is not UTF-8.",
		"leave --encoding out", Warning, nil},
	{"XLSX-HIDDEN", "No row with data is hidden or filtered away, or it is said what becomes of such rows.",
		"show all rows, or say --hidden include or --hidden skip", Fault, nil},
	{"ROW-FOOTER", "What stands below the table is left out only where it is known to be no deal, which is said line by line.",
		"delete the line, leave it out with --rows, or say footer: skip in the mapping file", Fault, nil},
	{"ROW-TOTALS", "No row holds the sums of the others, or the mapping file leaves such rows out.",
		"delete the row, leave it out with --rows, or say totals: skip in the mapping file", Fault, nil},
	{"CSV-SHORT", "A row of a CSV that ends before its last columns is read as if they were blank where nothing can have slipped.",
		"save the file with all of its delimiters to silence this note", Note, nil},
	{"CSV-FORMULA", "A cell of a CSV that is written as =\"text\" is its text.",
		"save the file without formulas to silence this note", Note, nil},
	{"DUP-KEY", "No two rows are the same referral: by CRM ID, by Referral ID, or by their key cells.",
		"delete one of the rows, give each its own CRM ID, or name other key columns", Fault, nil},
}

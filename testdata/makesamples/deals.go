package main

import (
	"fmt"
	"time"
)

// deal is one invented deal.
type deal struct {
	name, customer, street, city, state, postal, country string
	contactFirst, contactLast, contactPhone, contactMail string
	value, currency                                      string
	closes                                               time.Time
	crm, notes, shared, intent                           string
	solutions, team                                      []string
}

// customer is an invented company with its address.
type customer struct{ name, street, city, state, postal, country, currency string }

var customers = []customer{
	{"Contoso Ltd.", "1 Contoso Way", "Redmond", "WA", "98052", "US", "USD"},
	{"Fabrikam, Inc.", "400 Fabrikam Street", "Boston", "MA", "02134", "US", "USD"},
	{"Adventure Works", "12 Bicycle Lane", "Denver", "CO", "80202", "US", "USD"},
	{"Northwind Traders", "3 Harbour Road", "London", "", "SW1A 1AA", "GB", "GBP"},
	{"Tailspin Toys", "77 Propeller Avenue", "Chicago", "IL", "60601", "US", "USD"},
	{"Wingtip Toys", "8 Runway Close", "Dublin", "", "D02 X285", "IE", "EUR"},
	{"Litware, Inc.", "15 Library Square", "Toronto", "ON", "M5H 2N2", "CA", "CAD"},
	{"Proseware GmbH", "Prosastraße 9", "München", "", "80331", "DE", "EUR"},
	{"Fourth Coffee", "4 Bean Street", "Seattle", "WA", "98101", "US", "USD"},
	{"Alpine Ski House", "Bergweg 21", "Innsbruck", "", "6020", "AT", "EUR"},
	{"Coho Winery", "2 Vine Road", "Napa", "CA", "94558", "US", "USD"},
	{"Lucerne Publishing", "Seestrasse 5", "Luzern", "", "6002", "CH", "CHF"},
	{"Margie's Travel", "60 Wander Lane", "Sydney", "NSW", "2000", "AU", "AUD"},
	{"Relecloud", "1 Cloud Crescent", "Dresden", "", "01067", "DE", "EUR"},
	{"VanArsdel, Ltd.", "33 Archive Street", "Rotterdam", "", "3011", "NL", "EUR"},
	{"Woodgrove Bank", "100 Ledger Place", "New York", "NY", "10005", "US", "USD"},
	{"Trey Research", "5 Laboratory Hill", "Cambridge", "", "CB2 1TN", "GB", "GBP"},
	{"Humongous Insurance", "900 Policy Drive", "Hartford", "CT", "06103", "US", "USD"},
	{"Wide World Importers", "14 Dock Street", "Osaka", "", "530-0001", "JP", "JPY"},
	{"Blue Yonder Airlines", "1 Terminal Road", "Praha", "", "110 00", "CZ", "CZK"},
}

var projects = []string{"Cloud migration", "Data estate"}

var people = [][4]string{
	{"Kim", "Lee", "+1 555 0100", "kim.lee@example.com"},
	{"Zoë", "Müller", "+49 30 5550101", "zoe.mueller@example.org"},
	{"Sam", "O'Neil", "+44 20 7946 0102", "sam.oneil@example.net"},
	{"José", "Álvarez", "+34 91 555 0103", "jose.alvarez@example.com"},
}

// deals returns forty invented deals, always the same.
func deals() []deal {
	var list []deal
	for i := range 2 * len(customers) {
		list = append(list, numbered(i))
	}
	return list
}

// numbered returns the i-th invented deal.
func numbered(i int) deal {
	c := customers[i%len(customers)]
	contact, owner, second := people[i%4], people[(i+1)%4], people[(i+2)%4]
	d := deal{
		name: fmt.Sprintf("%s for %s", projects[i/len(customers)%2], c.name), customer: c.name,
		street: c.street, city: c.city, state: c.state, postal: c.postal, country: c.country,
		contactFirst: contact[0], contactLast: contact[1], contactPhone: contact[2], contactMail: contact[3],
		value: fmt.Sprintf("%d.%02d", 5000+1750*i, i%4*25), currency: c.currency,
		closes: time.Date(2031+i%3, time.Month(1+i%12), 1+i*7%28, 0, 0, 0, 0, time.UTC),
		crm:    fmt.Sprintf("OPP-%05d", 1001+i), notes: notes[i%len(notes)],
		shared: []string{"No", "Yes"}[i%2], intent: []string{"Have not decided", "Yes", "No"}[i%3],
		solutions: []string{"SOL-12345-ABC"}, team: []string{packed(owner)},
	}
	if i%5 == 0 {
		d.solutions = append(d.solutions, "SOL-67890-XYZ")
	}
	if i%4 == 0 {
		d.team = append(d.team, packed(second))
	}
	return d
}

var notes = []string{
	"Introduced at the spring fair.", "Renewal of last year's pilot.\nDecision after the summer.",
	"Grüße aus der Zentrale; Angebot folgt.", "", "=not a formula, but a remark",
}

func packed(person [4]string) string {
	return person[0] + ", " + person[1] + ", " + person[2] + ", " + person[3]
}

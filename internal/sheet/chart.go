package sheet

import "github.com/xuri/excelize/v2"

// ChartKind is the kind of a chart.
type ChartKind uint8

// The kinds of charts.
const (
	ColumnChart ChartKind = iota // upright bars
	PieChart
)

// ChartPart is one value of a chart that is shown in the colour of a look, with its name in the legend.
type ChartPart struct {
	Name, Value string // cells with the sheet's name: "Summary!$A$2"
	Style       Style
}

// ChartSpec describes a chart of one series, or of parts that have each a colour.
type ChartSpec struct {
	// Title stands above the chart.
	Title string
	// Kind is the kind of chart.
	Kind ChartKind
	// Categories and Values are ranges of cells with the sheet's name: "Summary!$A$2:$A$9".
	Categories, Values string
	// Parts are there instead of Categories and Values.
	Parts []ChartPart
	// Cell is where the upper left corner stands, such as "D2".
	Cell string
}

// AddChart puts a chart on a sheet that has been added; before Commit.
func (w *Workbook) AddChart(sheet string, spec ChartSpec) error {
	kinds := map[ChartKind]excelize.ChartType{ColumnChart: excelize.Col, PieChart: excelize.Pie}
	legends := map[ChartKind]string{ColumnChart: "none", PieChart: "right"}
	series := []excelize.ChartSeries{{Categories: spec.Categories, Values: spec.Values}}
	if spec.Parts != nil {
		series, legends[ColumnChart] = partSeries(spec.Parts), "right"
	}
	err := w.file.AddChart(sheet, spec.Cell, &excelize.Chart{
		Type:      kinds[spec.Kind],
		Series:    series,
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: spec.Title}}},
		Legend:    excelize.ChartLegend{Position: legends[spec.Kind]},
		PlotArea:  excelize.ChartPlotArea{ShowVal: true},
		Dimension: excelize.ChartDimension{Width: 560, Height: 320},
	})
	if err != nil {
		return w.problem(sheet, err)
	}
	return nil
}

// partSeries makes a series of each part: the colour of one is that of its letters in a table, which shows on white.
func partSeries(parts []ChartPart) []excelize.ChartSeries {
	var series []excelize.ChartSeries
	for _, part := range parts {
		one := excelize.ChartSeries{Name: part.Name, Values: part.Value}
		if color := looks[part.Style].letters; color != "" {
			one.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
		}
		series = append(series, one)
	}
	return series
}

package sheet

import "github.com/xuri/excelize/v2"

// ChartKind is the kind of a chart.
type ChartKind uint8

// The kinds of charts.
const (
	ColumnChart ChartKind = iota // upright bars
	PieChart
)

// ChartSpec describes a chart of one series.
type ChartSpec struct {
	// Title stands above the chart.
	Title string
	// Kind is the kind of chart.
	Kind ChartKind
	// Categories and Values are ranges of cells with the sheet's name: "Summary!$A$2:$A$9".
	Categories, Values string
	// Cell is where the upper left corner stands, such as "D2".
	Cell string
}

// AddChart puts a chart on a sheet that has been added; before Commit.
func (w *Workbook) AddChart(sheet string, spec ChartSpec) error {
	kinds := map[ChartKind]excelize.ChartType{ColumnChart: excelize.Col, PieChart: excelize.Pie}
	legends := map[ChartKind]string{ColumnChart: "none", PieChart: "right"}
	err := w.file.AddChart(sheet, spec.Cell, &excelize.Chart{
		Type:      kinds[spec.Kind],
		Series:    []excelize.ChartSeries{{Categories: spec.Categories, Values: spec.Values}},
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

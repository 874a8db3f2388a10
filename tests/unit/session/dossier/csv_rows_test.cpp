#include "session/dossier/csv_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sightline::dossier {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<CsvRow> rows_of(std::string_view text, char separator = ',') {
    std::vector<CsvRow> rows;
    CsvReader reader(text, separator);
    while (auto row = reader.next()) rows.push_back(std::move(*row));
    return rows;
}

TEST(CsvRows, ReadTheExamplesOfTheRfc) {
    for (const char* text : {"aaa,bbb\r\nzzz,yyy\r\n", "aaa,bbb\nzzz,yyy", "aaa,bbb\rzzz,yyy\r",
                             "\"aaa\",\"bbb\"\r\nzzz,yyy", "\r\naaa,bbb\n\n\nzzz,yyy\n\n"}) {
        const auto rows = rows_of(text);
        ASSERT_EQ(rows.size(), 2) << text;
        EXPECT_THAT(rows[0].cells, ElementsAre("aaa", "bbb"));
        EXPECT_THAT(rows[1].cells, ElementsAre("zzz", "yyy"));
    }
    EXPECT_THAT(rows_of("\"aaa\",\"b\"\"bb\",\"c\r\nc\"")[0].cells,
                ElementsAre("aaa", "b\"bb", "c\r\nc"));
}

TEST(CsvRows, KeepEmptyCells) {
    EXPECT_THAT(rows_of(",\"\",a,\r\n")[0].cells, ElementsAre("", "", "a", ""));
    EXPECT_THAT(rows_of("\"\"")[0].cells, ElementsAre(""));
    EXPECT_THAT(rows_of(";")[0].cells, ElementsAre(";"));
    EXPECT_THAT(rows_of(";", ';')[0].cells, ElementsAre("", ""));
}

TEST(CsvRows, KnowTheirLinesOverLineEndsInsideCells) {
    const auto rows = rows_of("a\r\n\"b\r\nb\nb\rb\"\r\nc\n\nd");
    ASSERT_EQ(rows.size(), 4);
    EXPECT_EQ(rows[1].line, 2);
    EXPECT_EQ(rows[2].line, 6);
    EXPECT_EQ(rows[3].line, 8);
}

TEST(CsvRows, AStrayQuotationMarkCostsOneRow) {
    for (const char* bad : {"x,\"open", "x,\"a\"b", "x,a\"b"}) {
        const auto rows = rows_of("a,b\n" + std::string(bad) + "\nc,d\ne,f");
        ASSERT_EQ(rows.size(), 4) << bad;
        EXPECT_THAT(rows[1].fault, HasSubstr("quotation mark"));
        EXPECT_EQ(rows[1].line, 2);
        EXPECT_THAT(rows[2].cells, ElementsAre("c", "d"));
        EXPECT_EQ(rows[3].line, 4);
    }
}

TEST(CsvRows, BoundTheirCellsAndTheNumberOfThem) {
    EXPECT_THAT(rows_of(std::string(kMaxCellBytes + 1, 'x'))[0].fault, HasSubstr("over-long"));
    EXPECT_THAT(rows_of("\"" + std::string(kMaxCellBytes + 1, 'x') + "\"\na").at(1).cells,
                ElementsAre("a"));
    const auto rows = rows_of(std::string(kMaxCells, ',') + "\na");
    EXPECT_THAT(rows[0].fault, HasSubstr("more than 256 cells"));
    EXPECT_THAT(rows[1].cells, ElementsAre("a"));
}

TEST(CsvRows, WriteWhatASpreadsheetDoesNotTakeForAFormula) {
    EXPECT_EQ(csv_cell("=1+1", ','), "'=1+1");
    EXPECT_EQ(csv_cell("@SUM(A1)", ','), "'@SUM(A1)");
    EXPECT_EQ(csv_cell("+00 1", ','), "'+00 1");
    EXPECT_EQ(csv_cell("-1,\"2\"", ','), "\"'-1,\"\"2\"\"\"");
    EXPECT_EQ(csv_cell("\t=1", ','), "'\t=1");
    EXPECT_EQ(csv_cell("\xEF\xBC\x9D"
                       "1",
                       ','),
              "'\xEF\xBC\x9D"
              "1");
    EXPECT_EQ(csv_cell("'Abd", ','), "'Abd");
    EXPECT_EQ(csv_cell("a=b", ','), "a=b");
}

TEST(CsvRows, ReadBackEveryCellTheyWrite) {
    for (const std::string text : {"", "a", "=", "'=", "''=", "'", "''", "'a", "a,b", "a;b", "\"",
                                   "\"\"", "\r\n", "\n=", " a ", "-", "'-'", "\t"}) {
        for (const char separator : {',', ';'}) {
            const std::string line = "x" + std::string(1, separator) + csv_cell(text, separator);
            const auto rows = rows_of(line, separator);
            ASSERT_EQ(rows.size(), 1) << line;
            ASSERT_EQ(rows[0].cells.size(), 2) << line;
            EXPECT_EQ(shown_text(rows[0].cells[1]), text) << line;
        }
    }
}

}  // namespace
}  // namespace sightline::dossier

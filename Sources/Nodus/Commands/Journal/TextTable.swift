/// Rows of words in columns: the first and the last to the left, numbers between them to the right.
struct TextTable {
    let rows: [[String]]

    var text: String {
        let columnCount = self.rows.map(\.count).max() ?? 0
        let widths = (0..<columnCount).map { column in
            self.rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return self.rows.map { row in
            row.enumerated().map { column, word in
                let padding = String(repeating: " ", count: widths[column] - word.count)
                if column == columnCount - 1 { return word }
                return column == 0 ? word + padding : padding + word
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
